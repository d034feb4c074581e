"""Pieces of an export's texts, read the same whatever they stand in."""

import re

from django.conf import settings

from posts.localised import spoken
from posts.markup import plain_text

# A tag, so that newlines and marks inside it are not taken for the text's.
TAG = re.compile(r"""</?[a-z][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*){0,60}>""", re.IGNORECASE)


def plain(text, length=None):
    """`text` without tags and entities, on one line, cut to `length`."""
    return (plain_text(text) if re.search("[<&]", text) else " ".join(text.split()))[:length].rstrip()


def parse_imported_id(text):
    """A number of WordPress's as our column holds it, or None."""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:19]) < 2**63 and len(text) < 20 else None


def language_of(text):
    """The code of the blog's language that an export names, such as "de" for "de-DE", if the blog's own words are
    translated to it; empty for the language that it has already, whatever the country.
    """
    code = text.strip().lower().replace("_", "-")
    known = dict(spoken())
    spoken_here = next((each for each in (code, code.partition("-")[0]) if each in known), "")
    is_same = spoken_here.partition("-")[0] == settings.LANGUAGE_CODE.lower().partition("-")[0]
    return "" if is_same else spoken_here
