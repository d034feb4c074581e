"""What has changed between two texts, by words: for people who compare two versions of a post.

    compare(old, new)    [Row, …] paragraph by paragraph

The algorithm is the greedy one of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): quick where
little has changed, however long the texts are. Where a lot has, it would take time that goes with the square of the
changes; after `MOST_STEPS` a part is therefore shown as replaced as a whole. difflib has no such bound.
"""

import re
from array import array
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from posts.words import UNSPACED

MOST_STEPS = 1_000_000  # for all of a comparison: about a second
SAME, DELETED, INSERTED = "same", "deleted", "inserted"
# White space between two paragraphs goes with the one before it.
_PARAGRAPH = re.compile(r"[^\n]*(?:\n\s*\n|\n|$)")
# A word with the marks in it, a character of a script without spaces, white space, or any other sign.
_WORD = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])\w)+|\s+|.", re.DOTALL)


class Piece(NamedTuple):
    """Some text that is the same in both versions, or stands in one of them."""

    kind: str
    text: str


class Row(NamedTuple):
    """A paragraph, or several that were changed together."""

    pieces: list[Piece]

    @property
    def is_same(self) -> bool:
        return all(piece.kind == SAME for piece in self.pieces)

    @property
    def old(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind != INSERTED]

    @property
    def new(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind != DELETED]


def compare(old: str, new: str) -> list[Row]:
    """The rows of a comparison, in order. Both texts can be had back of them, but for the kind of line ends."""
    budget = _Budget(MOST_STEPS)
    rows: list[Row] = []
    olds, news = _paragraphs(old), _paragraphs(new)
    changed: tuple[list[str], list[str]] = ([], [])
    for kind, text in _edits(olds, news, budget):
        if kind == SAME:
            rows += _changed(changed, budget)
            changed = ([], [])
            rows.append(Row([Piece(SAME, text)]))
        else:
            changed[kind == INSERTED].append(text)
    return rows + _changed(changed, budget)


def _paragraphs(text: str) -> list[str]:
    return [part for part in _PARAGRAPH.findall(text.replace("\r\n", "\n").replace("\r", "\n")) if part]


def _changed(paragraphs: tuple[list[str], list[str]], budget: "_Budget") -> list[Row]:
    """The row of paragraphs that stand in one version each, compared word by word."""
    old, new = map("".join, paragraphs)
    if not (old or new):
        return []
    edits = _edits(_WORD.findall(old), _WORD.findall(new), budget)
    return [Row(_joined(edits))]


def _joined(edits: list[tuple[str, str]]) -> list[Piece]:
    """Neighbours of a kind as one; white space alone between two changes is a part of them."""
    edits = [(kind, "".join(text for _kind, text in run)) for kind, run in groupby(edits, key=lambda edit: edit[0])]
    pieces: list[Piece] = []
    old = new = ""
    for number, (kind, text) in enumerate(edits):
        is_between = text.isspace() and 0 < number < len(edits) - 1
        if kind == SAME and not is_between:
            pieces += _change(old, new)
            pieces.append(Piece(SAME, text))
            old = new = ""
            continue
        old += text if kind != INSERTED else ""
        new += text if kind != DELETED else ""
    return pieces + _change(old, new)


def _change(old: str, new: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in ((DELETED, old), (INSERTED, new)) if text]


class _Budget:
    def __init__(self, steps: int) -> None:
        self.steps = steps


def _edits(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[str, str]]:
    """[(kind, element)]: how `new` is made of `old`, what is deleted before what is inserted."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    middle = _shortest(middle_old, middle_new, budget)
    if middle is None:
        middle = [*((DELETED, text) for text in middle_old), *((INSERTED, text) for text in middle_new)]
    return [
        *((SAME, text) for text in old[:start]),
        *middle,
        *((SAME, text) for text in old[len(old) - end :]),
    ]


def _shortest(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[str, str]] | None:
    """The shortest way from one to the other, or None where the budget does not reach."""
    # How far along `old` the ways with so many changes reach, on the diagonals from -changes to changes, every second.
    trace: list[array[int]] = []
    reached = {1: 0}
    for changes in range(len(old) + len(new) + 1):
        for diagonal in range(-changes, changes + 1, 2):
            x = reached[diagonal + 1] if _is_down(reached, diagonal, changes) else reached[diagonal - 1] + 1
            begun, y = x, x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            budget.steps -= x - begun + 1
            if x >= len(old) and y >= len(new):
                return _way_back(old, new, trace)
        if budget.steps < 0:
            return None
        trace.append(array("l", (reached[diagonal] for diagonal in range(-changes, changes + 1, 2))))
    return None


def _is_down(reached: dict[int, int], diagonal: int, changes: int) -> bool:
    """Whether the best way onto a diagonal inserts; otherwise it deletes."""
    return diagonal == -changes or (diagonal != changes and reached[diagonal - 1] < reached[diagonal + 1])


def _way_back(old: Sequence[str], new: Sequence[str], trace: list["array[int]"]) -> list[tuple[str, str]]:
    x, y = len(old), len(new)
    edits: list[tuple[str, str]] = []
    for changes in range(len(trace), 0, -1):
        reached = dict(zip(range(1 - changes, changes, 2), trace[changes - 1], strict=True))
        diagonal = x - y
        is_down = _is_down(reached, diagonal, changes)
        before = diagonal + 1 if is_down else diagonal - 1
        before_x, before_y = reached[before], reached[before] - before
        while x > before_x and y > before_y:
            x, y = x - 1, y - 1
            edits.append((SAME, old[x]))
        edits.append((INSERTED, new[before_y]) if is_down else (DELETED, old[before_x]))
        x, y = before_x, before_y
    edits += [(SAME, text) for text in reversed(old[:x])]
    return edits[::-1]
