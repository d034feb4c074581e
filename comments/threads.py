"""The order of a thread: pure functions over rows, without recursion.

A post's comments come in as `Row`s; `arrange()` puts them in order; a `Thread` cuts that order
into pages, by top-level comment: it asks its `branches` for those that a page shows, and for no other. A branch that is
too long for its page goes on at `?thread=ID`, ID being the comment that it goes on with.

What answers the fifth level of a branch is folded there, and its permalink leads to a page of the branch
that begins so near that nothing is folded above it: it works in browsers that unfold nothing themselves.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

# A branch shows this many comments on its page; the rest follows on pages of its own.
BRANCH_LIMIT = 100
# A page shows this many in all; branches after that are cut to their first comment.
PAGE_LIMIT = 1000
# Comments deeper than this are folded.
FOLDED_BELOW = 5


class Row(NamedTuple):
    """What the order depends on. `shown` is false for a comment that only holds a place for its replies; `withdrawn`
    says that its writer took it back."""

    pk: int
    parent: int | None
    shown: bool
    withdrawn: bool = False


@dataclass(slots=True)
class Entry:
    """A place in the thread as a page shows it: in document order, with the lists that open and close there."""

    pk: int
    parent: int | None
    tombstone: bool
    level: int
    number: int | None  # by which others name it: its place among all that are shown, the oldest being 1
    near: bool  # the one that it answers stands right above
    start: int | None  # where it is folded: the comment from which on a page of the branch shows it unfolded
    withdrawn: bool = False  # a tombstone whose writer took the comment back
    opens: bool = False  # a list of replies follows inside this item
    folds: int = 0  # so many follow, folded
    unfolds: bool = False  # the last one in a fold after which the list goes on
    closes: list[bool] = field(default_factory=list)  # a list, with the item around it, ends here; True: a fold's


@dataclass
class Page:
    entries: list[Entry]
    query: str  # of this page's address: "", "?comments=2", "?thread=7"
    numbers: dict[int, int]  # {comment: its number}, of those that the page shows, and of those that they answer
    number: int | None = None
    pages: int = 1
    # (first comment of the rest, its number of comments) by the last entry shown of a branch cut short
    goes_on: dict[int, tuple[int, int]] = field(default_factory=dict)

    def entry(self, pk: int) -> Entry | None:
        """The entry of that comment; None if it does not stand here."""
        return next((entry for entry in self.entries if entry.pk == pk), None)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number and self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number and self.number < self.pages else None


def arrange(rows: Iterable[Row]) -> list[list[Row]]:
    """The branches of a thread: for each top-level comment the list of `Row`s from it down, depth first.

    `rows` come oldest first. Comments that are not shown are left out, unless replies below them are.
    A reply whose parent is not among the rows stands at the top, and so does the first row of a circle.
    """
    rows = list(rows)
    replies: dict[int | None, list[Row]] = {}
    known = {row.pk for row in rows}
    for row in rows:
        replies.setdefault(row.parent if row.parent in known else None, []).append(row)
    branches: list[list[Row]] = []
    reached: set[int] = set()
    for top in (*replies.get(None, ()), *rows):
        if top.pk not in reached:
            branch = _depth_first(top, replies, reached)
            if branch := _without_dead_ends(branch):
                branches.append(branch)
    return branches


def _depth_first(top: Row, replies: dict[int | None, list[Row]], reached: set[int]) -> list[Row]:
    branch: list[Row] = []
    stack = [top]
    while stack:
        row = stack.pop()
        if row.pk in reached:
            continue
        reached.add(row.pk)
        branch.append(row)
        stack.extend(reversed(replies.get(row.pk, ())))
    return branch


def _without_dead_ends(branch: list[Row]) -> list[Row]:
    # Backwards, each comment comes after all that is below it.
    holds_up: set[int | None] = set()
    for row in reversed(branch):
        if row.shown or row.pk in holds_up:
            holds_up.add(row.pk)
            holds_up.add(row.parent)
    return [row for row in branch if row.pk in holds_up]


class AnyBranches(Protocol):
    """The branches of a thread, as a `Thread` asks for them: their number is their `len()`."""

    numbered: int  # so many comments have a number: all that everybody reads

    def __len__(self) -> int: ...

    def between(self, start: int, end: int) -> list[list[Row]]:
        """Those from `start` to `end`, counted from the oldest."""

    def with_comment(self, pk: int) -> tuple[int, list[Row]] | None:
        """(its place among them, the branch) of the one in which that comment stands; None if it stands in none."""

    def numbers_of(self, pks: Iterable[int]) -> dict[int, int]:
        """{comment: its number}, of those that have one."""


class Branches:
    """Those of a thread all of whose rows are here; `comments.models.long_thread` has those of a long one."""

    def __init__(self, rows: Iterable[Row], unnumbered: Collection[int] = ()) -> None:
        """`rows` come oldest first; `unnumbered` are the comments that wait, and are shown to one person alone."""
        rows = list(rows)
        self._branches = arrange(rows)
        self._index = {row.pk: index for index, branch in enumerate(self._branches) for row in branch}
        numbered = (row.pk for row in rows if row.shown and row.pk not in unnumbered)
        self._numbers = {pk: number for number, pk in enumerate(numbered, 1)}
        self.numbered = len(self._numbers)

    def __len__(self) -> int:
        return len(self._branches)

    def between(self, start: int, end: int) -> list[list[Row]]:
        return self._branches[start:end]

    def with_comment(self, pk: int) -> tuple[int, list[Row]] | None:
        index = self._index.get(pk)
        return None if index is None else (index, self._branches[index])

    def numbers_of(self, pks: Iterable[int]) -> dict[int, int]:
        return {pk: self._numbers[pk] for pk in pks if pk in self._numbers}


class Thread:
    """The branches of a post's thread, and the pages they stand on."""

    def __init__(self, branches: AnyBranches, *, per_page: int, max_depth: int, newest_first: bool = False) -> None:
        self.branches = branches
        self.per_page, self.max_depth, self.newest_first = per_page, max_depth, newest_first
        self.count = branches.numbered  # of comments that everybody reads
        self.pages = max(1, -(-len(branches) // per_page))
        self.default_page = self.pages if newest_first else 1

    def page(self, number: int | None = None) -> Page | None:
        """The page of that number, counted from the oldest comment; None if none."""
        number = self.default_page if number is None else number
        if not 1 <= number <= self.pages:
            return None
        branches = self.branches.between((number - 1) * self.per_page, number * self.per_page)
        shown: list[list[Row]] = []
        goes_on: dict[int, tuple[int, int]] = {}
        room = PAGE_LIMIT
        for branch in reversed(branches) if self.newest_first else branches:
            here = branch[: max(1, min(BRANCH_LIMIT, room))]
            room -= len(here)
            shown.append(here)
            if len(branch) > len(here):
                # A branch cut for want of room on the page starts over on a page of its own.
                start = len(here) if len(here) == BRANCH_LIMIT else 0
                goes_on[here[-1].pk] = (branch[start].pk, len(branch) - start)
        query = "" if number == self.default_page else f"?comments={number}"
        return self._page(shown, query, goes_on, number=number, pages=self.pages)

    def branch_from(self, pk: int) -> Page | None:
        """The page of a branch that goes on with comment `pk`; None where the thread has no such comment."""
        indexed = self.branches.with_comment(pk)
        if not indexed:
            return None
        branch = indexed[1]
        start = _place_in(branch, pk)
        here, rest = branch[start : start + BRANCH_LIMIT], branch[start + BRANCH_LIMIT :]
        return self._page([here], f"?thread={pk}", {here[-1].pk: (rest[0].pk, len(rest))} if rest else {})

    def page_with(self, pk: int) -> Page | None:
        """The page on which comment `pk` stands, unfolded; None where the thread has no such comment."""
        indexed = self.branches.with_comment(pk)
        if not indexed:
            return None
        index, branch = indexed
        page = self.page(index // self.per_page + 1)
        if not page or not page.entry(pk):
            place = _place_in(branch, pk)
            page = self.branch_from(branch[place - place % BRANCH_LIMIT].pk)
        entry = page.entry(pk) if page else None
        return self.branch_from(entry.start) if entry and entry.start else page

    def nearest_to(self, pk: int, was: "Thread") -> int | None:
        """The comment that stands where `pk` did in the thread as it `was`, where `pk`'s own branch alone was another:
        the next one in it, else the one before it there, else the nearest at all. None where there is none."""
        indexed = was.branches.with_comment(pk)
        if not indexed:
            return None
        index, branch = indexed
        mine = self.branches.with_comment(branch[0].pk)
        left = {row.pk for row in mine[1]} if mine else set()
        gone = _place_in(branch, pk)
        for row in (*branch[gone + 1 :], *reversed(branch[:gone])):
            if row.pk in left:
                return row.pk
        after, before = self.branches.between(index, index + 1), self.branches.between(max(0, index - 1), index)
        return after[0][0].pk if after else before[0][-1].pk if before else None

    def _page(
        self,
        branches: list[list[Row]],
        query: str,
        goes_on: dict[int, tuple[int, int]],
        number: int | None = None,
        pages: int = 1,
    ) -> Page:
        rows = [row for branch in branches for row in branch]
        numbers = self.branches.numbers_of({row.pk for row in rows} | {row.parent for row in rows if row.parent})
        entries = [entry for branch in branches for entry in self._entries(branch, numbers)]
        return Page(entries, query, numbers, number, pages, goes_on)

    def _entries(self, rows: list[Row], numbers: dict[int, int]) -> list[Entry]:
        """Rows in order as entries: levels capped, and the marks of the lists and folds that open and close."""
        depths: dict[int | None, int] = {}
        starts: dict[int | None, int | None] = {}
        entries: list[Entry] = []
        above: int | None = None
        for row in rows:
            depth = depths[row.pk] = depths.get(row.parent, 0) + 1
            start = None
            # A thread without levels has no branches to fold.
            if depth > FOLDED_BELOW and self.max_depth > 1:
                is_first = (depth - FOLDED_BELOW - 1) % (FOLDED_BELOW - 1) == 0
                start = starts[row.pk] = row.parent if is_first else starts[row.parent]
            level = min(depth, self.max_depth)
            near = row.parent is not None and row.parent == above
            number = numbers.get(row.pk)
            entries.append(Entry(row.pk, row.parent, not row.shown, level, number, near, start, row.withdrawn))
            above = row.pk
        _mark(entries)
        return entries


def _place_in(branch: list[Row], pk: int) -> int:
    return next(place for place, row in enumerate(branch) if row.pk == pk)


def _mark(entries: list[Entry]) -> None:
    """Marks where lists and folds open and close. A fold is a run of entries below one of the fifth level."""
    before_fold: Entry | None = None
    fold_level = 0
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        next_level = following.level if following else 1
        entry.opens = next_level > entry.level
        entry.closes = [False] * (entry.level - next_level)
        if following and following.start and not entry.start:
            before_fold, fold_level = entry, following.level
        if entry.start and before_fold:
            before_fold.folds += 1
            if not following or not following.start:
                entry.unfolds = not entry.closes
                if entry.closes:
                    entry.closes[entry.level - fold_level] = True
