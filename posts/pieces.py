"""HTML with places for text, for what a page has by the dozen; Django's templates take ten times as long
(docs/performance.md)."""

import re
from functools import lru_cache
from html import escape

_find_special = re.compile("[&<>\"']").search
_FIELD = re.compile(r"\{(\w+)\}")
_PLACE = re.compile(r"%\((\w+)\)s")


class Piece:
    """HTML with fields: `{name}` is text, and escaped; what ends in `_html`, as `{body_html}`, is HTML and stands as it
    is."""

    def __init__(self, html):
        self._parts = _FIELD.split(html)
        fields = list(enumerate(self._parts))[1::2]
        self._html = [(place, name) for place, name in fields if name.endswith("_html")]
        self._text = [field for field in fields if field not in self._html]

    def __call__(self, **values):
        parts = self._parts.copy()
        for place, name in self._html:
            parts[place] = values[name]
        for place, name in self._text:
            text = str(values[name])
            parts[place] = escape(text) if _find_special(text) else text
        return "".join(parts)


@lru_cache(maxsize=256)
def translated(words, *html):
    """A sentence with `%(name)s` in it as a `Piece`: what translators have written is HTML, as in a template, and what
    stands in it is escaped, other than the fields named in `html`, which are called `name_html`."""
    return Piece(_PLACE.sub(lambda place: f"{{{place[1]}{'_html' if place[1] in html else ''}}}", words))
