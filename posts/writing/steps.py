"""Which of the steps a text takes, and in which order: each is a function that changes a tree."""

import re
from collections.abc import Callable
from typing import Any

from . import sections
from .code import set_code
from .embeds import set_embeds
from .formulas import set_formulas
from .notes import set_notes
from .tables import set_tables

Step = Callable[[Any], object]

# Each with the sign that a text has something for it, in small letters. Most of what moves in from elsewhere has
# nothing for most of them, and to look for it in a tree takes longer than all the rest.
_BREAK = re.compile(r'<!--|\sid="more"')
_FIRST: tuple[tuple[re.Pattern[str], Step], ...] = (
    (re.compile(r'<h1\b|class="[^"]*(?:anchor|section-head)'), sections.set_levels),
    (
        re.compile(r"<(?:iframe|audio|video|source|track)\b|\.(?:mp4|m4v|webm|ogv|mov)\b|youtu|vimeo\.|/videos/|/w/"),
        set_embeds,
    ),
    (re.compile(r'class="[^"]*math'), set_formulas),
    (re.compile(r"<pre\b"), set_code),
)
_LAST: tuple[tuple[re.Pattern[str], Step], ...] = (
    (re.compile(r"<table\b|\salign="), set_tables),
    (re.compile("footnote"), set_notes),
    (re.compile(r"<h[1-6]\b|\sid="), sections.set_anchors),
)


def steps_for(cleaned: str) -> tuple[list[Step], list[Step], bool]:
    """(the steps before those that Markdown alone takes, those after them, whether there may be a "more" break)."""
    # Brought to small letters once: to look for words of either case takes five times as long, for each of them.
    small = cleaned.lower()
    first, last = ([step for sign, step in steps if sign.search(small)] for steps in (_FIRST, _LAST))
    return first, last, bool(_BREAK.search(small))
