"""Pieces of an export's texts, read the same whatever they stand in."""

import re

from posts.markup import plain_text

# A tag, so that newlines and marks inside it are not taken for the text's.
TAG = re.compile(r"""</?[a-z][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*){0,60}>""", re.IGNORECASE)


def plain(text, length=None):
    """`text` without tags and entities, on one line, cut to `length`."""
    return (plain_text(text) if re.search("[<&]", text) else " ".join(text.split()))[:length].rstrip()


def parse_id(text):
    """A number of WordPress's as our column holds it, or None."""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:19]) < 2**63 and len(text) < 20 else None
