"""What stands in a paragraph of a comment: emphasis, code, links; every other sign is shown as it was typed."""

import html
import re
from bisect import bisect_right

from posts.visible import has_visible

from .addresses_in_text import BEGINNING, address_at, leads_on, target
from .emphasis import UNSPACED, Run, pair

_SIGN = re.compile(r"[`\[<*_\\]")
_SIGN_OR_ADDRESS = re.compile(rf"[`\[<*_\\]|{BEGINNING}")  # takes ten times as long
_RUN = re.compile(rf"`+|\[|<|(?:\\\*)+|(?:\\_)+|\*+|_+|\\|{BEGINNING}")
# Brackets in a label or an address may hold others, one level deep: what fails has looked no further than the next.
_LINK = re.compile(
    r"\[((?:[^\[\]]++|\[[^\[\]]*+\])++)\]\([ \t]*"
    r"(?:<((?i:https?://)\w[^\s<>]*)>|"
    rf"({BEGINNING}(?=[\w\[])(?:[^\s()<>\[\]`\"]++|\([^\s()<>]*+\)|\[[^\s\[\]()<>]*+\])++))[ \t]*\)"
)
_POINTED = re.compile(r"<((?i:https?://)\w[^\s<>]*)>")
_LETTER = re.compile(rf"[^\W{UNSPACED}]")
# Not before code: a backtick there is part of an expression.
_BEFORE = re.compile(rf"[^\W{UNSPACED}]|[=<>$%&#@^~|+]")
# Where an importer has emphasis inside a word; it is not shown.
ZERO_WIDTH = "\u200b"
_AT_TAGS = re.compile(rf"{ZERO_WIDTH}(?=<(?:em|strong)>)|(?<=</em>){ZERO_WIDTH}|(?<=</strong>){ZERO_WIDTH}")


def render(text, *, links=True):
    """The lines of a paragraph as HTML; without `links`, what could be one is text."""
    runs, pieces, ticks = [], [], None
    sign_in = _SIGN_OR_ADDRESS if "://" in text or "www." in text.lower() else _SIGN
    shown = position = 0
    while match := sign_in.search(text, position):
        start = match.start()
        sign = _RUN.match(text, start)[0]
        position = start + len(sign)
        if sign[-1] in "*_":
            is_behind_link = start == shown and bool(pieces) and not isinstance(pieces[-1], Run)
            made = Run(sign, start, text, is_behind_link=is_behind_link)
            runs.append(made)
        elif sign[0] == "`":
            ticks = ticks or _Ticks(text)
            made, position = ticks.code(sign, start)
        else:
            made, position = _link(text, start, position) if links else (None, position)
        if made is not None:
            pieces += [_lines(text[shown:start]), made]
            shown = position
    pieces.append(_lines(text[shown:]))
    pair(runs, text)
    rendered = "".join(map(str, pieces))
    return _AT_TAGS.sub("", rendered) if ZERO_WIDTH in rendered else rendered


def escaped(text):
    """Text as HTML. An ampersand that begins no entity stays: the gate takes three times as long for the entity."""
    return re.sub("&(?=[A-Za-z#])", "&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _lines(text):
    return escaped(text).replace("\n", "<br>\n")


def _link(text, start, after):
    """(the link that begins at `start`, where it ends); (None, where to go on) where none does."""
    if text[start] == "[":
        match = _LINK.match(text, start)
        is_link = match and has_visible(match[1]) and text[start - 1 : start] != "\\"
        if is_link and leads_on(target(match[2] or match[3])):
            return _anchor(target(match[2] or match[3]), render(match[1], links=False)), match.end()
    elif text[start] == "<":
        if (match := _POINTED.match(text, start)) and leads_on(match[1]):
            return _anchor(match[1], escaped(match[1])), match.end()
    elif address := address_at(text, start):
        after = start + len(address)  # an address that leads nowhere is text to its end
        if leads_on(target(address)):
            return _anchor(target(address), escaped(address)), after
    return None, after


def _anchor(address, inside):
    return f'<a href="{html.escape(address)}">{inside}</a>'


class _Ticks:
    """The backticks of a paragraph, and what they can end."""

    def __init__(self, text):
        self.text = text
        self.ends = {}
        for run in re.finditer("`+", text):
            before = text[run.start() - 1 : run.start()]
            # One alone inside a word, or before one, is an apostrophe or an accent.
            if len(run[0]) > 1 or not (before.isspace() or _LETTER.match(text, run.end())):
                self.ends.setdefault((len(run[0]), before.isspace()), []).append(run.start())

    def code(self, sign, start):
        """(the code that begins with this sign, where it ends); (None, where the sign ends) for one that is shown."""
        before, after = self.text[max(0, start - 1) : start], start + len(sign)
        is_spaced = self.text[after : after + 1].isspace()
        if before == "\\" or (len(sign) == 1 and (is_spaced or _BEFORE.match(before))):
            return None, after
        ends = self.ends.get((len(sign), is_spaced), [])
        place = bisect_right(ends, start)
        if place == len(ends):
            return None, after
        inside = self.text[after : ends[place]].replace("\n", " ")
        if is_spaced and inside.strip():
            inside = inside[1:-1]
        return f"<code>{escaped(inside)}</code>", ends[place] + len(sign)
