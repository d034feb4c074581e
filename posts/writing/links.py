"""Addresses that stand in the words are made links, as bleach does on its way through Markdown's HTML."""

import re

from bleach.linkifier import PROTO_RE, URL_RE, LinkifyFilter
from bs4 import NavigableString

from .tree import element, inside

LEFT_ALONE = {"a", "code", "pre", "iframe", "math"}
_SKIPPED = re.compile(rf"<({'|'.join(sorted(LEFT_ALONE))})\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)


# What each of them has, and most texts have nowhere: to look for that takes a tenth of the time.
_DOT = re.compile(r"[\w-]\.[a-zA-Z]")


def has_addresses(html):
    if not _DOT.search(html):
        return False
    words = _SKIPPED.sub(" ", html)
    return _DOT.search(words) is not None and URL_RE.search(words) is not None


def set_links(root):
    texts = [node for node in root.descendants if type(node) is NavigableString]
    for text in texts:
        if _DOT.search(text) and URL_RE.search(text) and not inside(text, LEFT_ALONE):
            text.replace_with(*_parts(text))


def _parts(text):
    """The text in pieces, with a link for each address in it."""
    at = 0
    for match in URL_RE.finditer(text):
        # Of what is found, brackets around it and full stops behind it are none of it; bleach asks itself nothing.
        address, before, after = LinkifyFilter.strip_non_url_bits(None, match[0])
        link = element("a", address, href=address if PROTO_RE.search(address) else f"http://{address}")
        yield from (NavigableString(text[at : match.start()] + before), link, NavigableString(after))
        at = match.end()
    yield NavigableString(text[at:])
