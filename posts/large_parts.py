"""HTML that is too large for a template to carry along: it takes its place in a page that is rendered already.

A template copies what it has rendered anew at each of its levels, and the response encodes all of it: for the 600 KB of
a page with 500 comments that took a third of the time. So a tag leaves such HTML here, as UTF-8, and shows a mark in
its place; the view puts the parts into the page. The mark is another on every page: no text can have it.
"""

from itertools import chain
from secrets import token_hex


class LargeParts:
    """Those of one page: `{{ mark }}` is shown once for each, in the order in which they are left."""

    def __init__(self):
        self._mark, self._parts = token_hex(16), []

    def leave(self, html):
        """The mark to show in the place of `html`, which is bytes."""
        self._parts.append(html)
        return self._mark

    def put_into(self, page):
        """The page as bytes, with each part where its mark stood."""
        around = [text.encode() for text in page.split(self._mark)]
        return b"".join(chain.from_iterable(zip(around, [*self._parts, b""], strict=True)))
