"""A comment as plain text: for mails, as `posts.plain` has it, and in one line."""

import re

from posts.markup import plain_text
from posts.plain import as_text, beginning

__all__ = ["as_text", "beginning", "words_of"]

_OF_LIST = re.compile(r'<(/?)(ol|ul|li)\b(?:[^>]*?(?:start|value)="(\d+)")?[^>]*>')


def words_of(body_html):
    """The words of a comment in one line, as `plain_text()` has them, and the numbers that are drawn at its lists."""
    if "<ol" not in body_html:
        return plain_text(body_html)
    numbers = []

    def write_number(match):
        closes, tag, number = match.groups()
        if tag != "li":
            if closes:
                numbers.pop()
            else:
                numbers.append(int(number or 1) - 1 if tag == "ol" else None)
        elif not closes and numbers and numbers[-1] is not None:
            numbers[-1] = int(number) if number else numbers[-1] + 1
            return f"{match[0]}{numbers[-1]}. "
        return match[0]

    return plain_text(_OF_LIST.sub(write_number, body_html))
