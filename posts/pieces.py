"""HTML with places for text, for what a page has by the dozen; Django's templates take ten times as long
(docs/performance.md)."""

import re
from html import escape

_find_special = re.compile("[&<>\"']").search
_FIELD = re.compile(r"\{(\w+)\}")


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
