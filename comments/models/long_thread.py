"""The branches of a long thread, of which a page reads the comments of its own alone.

What can't be told from a page's own comments is kept by number only: which answers which, and in which order they came
(`Order`). One index has it all, and each process reads it once for each state of the post that readers see.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from itertools import accumulate

from django.db.models import OuterRef, Q, Subquery

from comments.threads import Row, arrange
from posts.generation import memoise_of_post
from posts.models import Post
from posts.prepared import Prepared

from .choices import Kind

# Up to so many comments of a post are read whole, in one query; of more, what the page shows.
READ_WHOLE = 200
# What the order of a short thread is found from.
ROW = ("pk", "parent_id", "root_id", "submitted_at")

# The states of a row.
HIDDEN, SHOWN, WITHDRAWN = range(3)


class Order:
    """Which comments are shown below a post, and which others hold the place of one that is: numbers in arrays, since
    there may be 50,000 of them.

    `tops` are those at the top, the oldest first; `pings` what no thread has; `numbered` is how many have a number.
    """

    def __init__(self, post, also=()):
        comments = list(_in_order(_shown(post, also))) if also else _PUBLIC_IN_ORDER(post=post.pk)
        self.pings = [pk for pk, _parent, _root, kind in comments if kind != Kind.COMMENT]
        rows = [(pk, parent, root, SHOWN) for pk, parent, root, kind in comments if kind == Kind.COMMENT]
        known = {row[0] for row in rows}
        if broken := {root for _pk, parent, root, _state in rows if parent and parent not in known}:
            rows = list(_put_in(rows, _hidden_in(broken, also, _shown(post, also).filter(kind=Kind.COMMENT))))
        self.tops = array("q", (pk for pk, _parent, root, _state in rows if root is None))
        self._keep_branches(rows)
        self._keep_places(rows, unnumbered(post, also))

    def _keep_branches(self, rows):
        """Row after row, those of the first branch first."""
        places = {pk: place for place, pk in enumerate(self.tops)}
        by_branch = sorted(rows, key=lambda row: places[row[2] or row[0]])
        self._rows = array("q", (row[0] for row in by_branch))
        self._parents = array("q", (row[1] or 0 for row in by_branch))
        self._states = bytearray(row[3] for row in by_branch)
        # An answer may seem to be older than what it answers: the first of a branch is not always its top.
        branches = (places[row[2] or row[0]] for row in by_branch)
        self._starts = array("q", accumulate(Counter(branches).values(), initial=0))

    def _keep_places(self, rows, uncounted):
        """By number, so that each is found by halving: the branch of each comment, and its number, 0 without one."""
        places = {pk: place for place, pk in enumerate(self.tops)}
        known, number = [], 0
        for pk, _parent, root, state in rows:
            counts = state == SHOWN and pk not in uncounted
            number += counts
            known.append((pk, places[root or pk], number if counts else 0))
        self.numbered = number
        known.sort()
        self._pks, self._branches, self._numbers = (array("q", column) for column in zip(*known, strict=True))

    def place_of(self, pk):
        """(the place of its branch among all, its number or 0); None where it is not in the thread."""
        at = bisect_left(self._pks, pk)
        if at == len(self._pks) or self._pks[at] != pk:
            return None
        return self._branches[at], self._numbers[at]

    def rows(self, start, end):
        """The `Row`s of the branches from `start` to `end`, those of a branch oldest first."""
        start, end = max(0, start), min(end, len(self.tops))
        span = slice(self._starts[start], self._starts[end]) if start < end else slice(0)
        rows = zip(self._rows[span], self._parents[span], self._states[span], strict=True)
        return [Row(pk, parent or None, state == SHOWN, state == WITHDRAWN) for pk, parent, state in rows]


def _shown(post, also):
    return post.comments.shown_on(post, also=also)


def _in_order(comments):
    return comments.order_by("kind", "submitted_at", "pk").values_list("pk", "parent", "root", "kind")


_PUBLIC_IN_ORDER = Prepared(lambda post: _in_order(Post(pk=post).comments.approved()))


class LongBranches:
    """What `comments.threads.Branches` is of a short thread; it gives the same answers."""

    def __init__(self, post, also=()):
        """`also`: comments that are shown here as if they were public, and have no number."""
        self._order = Order(post, also) if also else memoise_of_post(Order, post)
        self.numbered, self.pings = self._order.numbered, self._order.pings

    def __len__(self):
        return len(self._order.tops)

    def between(self, start, end):
        return arrange(self._order.rows(start, end))

    def with_comment(self, pk):
        place = self._order.place_of(pk)
        if place is None:
            return None
        (branch,) = self.between(place[0], place[0] + 1)
        return (place[0], branch) if any(row.pk == pk for row in branch) else None

    def numbers_of(self, pks):
        places = ((pk, self._order.place_of(pk)) for pk in pks)
        return {pk: place[1] for pk, place in places if place and place[1]}


def with_hidden(comments, shown, also):
    """The `Row`s of these comments of a short thread, `ROW` each, and of the hidden ones that hold a place among them.

    Hidden comments, ten thousand of spam perhaps, are read only in branches where a reply lacks its parent.
    """
    known = {row[0] for row in shown}
    rows = [(*row, None, True) for row in shown]
    if broken := {root for _pk, parent, root, _time in shown if parent and parent not in known}:
        rows += ((*row, False) for row in _hidden(comments, broken, also).values_list(*ROW, "withdrawn_at"))
    rows.sort(key=lambda row: (row[3], row[0]))
    return [Row(pk, parent, is_shown, bool(withdrawn)) for pk, parent, _root, _time, withdrawn, is_shown in rows]


def unnumbered(post, also):
    """Those of these comments that wait, and are shown to one person alone."""
    return set(also).difference(
        post.comments.approved().filter(pk__in=also).values_list("pk", flat=True) if also else ()
    )


def _hidden(comments, branches, also):
    """Those of these comments that are not shown in these branches. Asked for by number alone: told the post too,
    SQLite goes through all comments of the post."""
    of_branches = Q(root__in=branches) | Q(pk__in=branches)
    return comments.filter(of_branches).hidden().exclude(pk__in=also)


def _hidden_in(branches, also, shown):
    """[(hidden comment, its parent, its root, when it was withdrawn, the one of `shown` that follows it in time, or
    None)], the oldest first."""
    is_later = Q(submitted_at__gt=OuterRef("submitted_at")) | Q(pk__gt=OuterRef("pk"))
    later = shown.filter(is_later, submitted_at__gte=OuterRef("submitted_at")).oldest_first()
    hidden = _hidden(shown.model.objects, branches, also).annotate(following=Subquery(later.values("pk")[:1]))
    return hidden.oldest_first().values_list("pk", "parent", "root", "withdrawn_at", "following")


def _put_in(rows, hidden):
    """`rows` with the hidden ones, each before the one that follows it."""
    before = {}
    for pk, parent, root, withdrawn_at, following in hidden:
        state = WITHDRAWN if withdrawn_at else HIDDEN
        before.setdefault(following, []).append((pk, parent, root, state))
    for row in rows:
        yield from before.get(row[0], ())
        yield row
    yield from before.get(None, ())
