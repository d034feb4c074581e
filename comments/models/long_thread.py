"""The branches of a long thread, of which a page reads its own alone.

What can't be told from a page's own comments is kept by number only: which comments stand at the top, and the place of
each among all (`Order`). One index has it all, and it is read once for each state of the post that readers see.
"""

from array import array
from bisect import bisect_left
from itertools import count

from django.apps import apps
from django.db.models import OuterRef, Q, Subquery

from comments.threads import Row, arrange
from posts.generation import memoise_of_post

from .choices import Kind, Status

# Up to so many comments of a post are read whole, in one query; of more, what the page shows.
READ_WHOLE = 200
# What the order of a branch is found from.
ROW = ("pk", "parent_id", "root_id", "submitted_at")


class Order:
    """Which comments of a thread stand at the top, the oldest first, and which number each comment has."""

    def __init__(self, post, also=()):
        shown = post.comments.shown_on(post, also=also).filter(kind=Kind.COMMENT).oldest_first()
        rows = list(shown.values_list("pk", "root"))
        hold_a_place = {root for _pk, root in rows if root}.difference(pk for pk, root in rows if root is None)
        if hold_a_place:
            rows = list(_put_in(rows, _followed(hold_a_place, shown)))
        self.tops = array("q", (pk for pk, root in rows if root is None))
        uncounted = unnumbered(post, also) | hold_a_place
        numbered = sorted(zip((pk for pk, _root in rows if pk not in uncounted), count(1), strict=False))
        self._pks = array("q", (pk for pk, _number in numbered))
        self._numbers = array("q", (number for _pk, number in numbered))

    def __len__(self):
        return len(self._pks)

    def number_of(self, pk):
        """The comment's place among all that count, the oldest being 1; None where it does not."""
        place = bisect_left(self._pks, pk)
        return self._numbers[place] if place < len(self._pks) and self._pks[place] == pk else None


class LongBranches:
    """What `comments.threads.Branches` is of a short thread; it gives the same answers."""

    def __init__(self, post, also=()):
        """`also`: comments that are shown here as if they were public, and have no number."""
        self._post, self._also = post, also
        self._order = Order(post, also) if also else memoise_of_post(Order, post)
        self.numbered = len(self._order)

    def __len__(self):
        return len(self._order.tops)

    def between(self, start, end):
        return self._arranged(self._order.tops[start:end])

    def with_comment(self, pk):
        root = self._post.comments.filter(pk=pk, kind=Kind.COMMENT).values_list("root", flat=True).first()
        top = root or pk
        if top not in self._order.tops:
            return None
        (branch,) = self._arranged([top])
        return (self._order.tops.index(top), branch) if any(row.pk == pk for row in branch) else None

    def numbers_of(self, pks):
        found = ((pk, self._order.number_of(pk)) for pk in pks)
        return {pk: number for pk, number in found if number}

    def _arranged(self, tops):
        """The branches below these comments, in their order."""
        replies, these = _all().filter(root__in=tops).approved(), _all().filter(pk__in=tops)
        found = replies.values_list(*ROW, "status").union(these.values_list(*ROW, "status"), all=True)
        rows = [row for *row, status in found if status == Status.APPROVED]
        if self._also:
            waiting = _all().filter(pk__in=self._also).hidden().values_list(*ROW)
            rows += (row for row in waiting if not set(tops).isdisjoint((row[0], row[2])))
        return arrange(with_hidden(rows, self._also))


def with_hidden(shown, also):
    """The `Row`s of these comments, `ROW` each, and of the hidden ones that hold a place among them.

    Hidden comments, ten thousand of spam perhaps, are read only in branches where a reply lacks its parent.
    """
    known = {row[0] for row in shown}
    rows = [(*row, None, True) for row in shown]
    if broken := {root for _pk, parent, root, _time in shown if parent and parent not in known}:
        hidden = _all().filter(Q(root__in=broken) | Q(pk__in=broken)).hidden().exclude(pk__in=also)
        rows += ((*row, False) for row in hidden.values_list(*ROW, "withdrawn_at"))
    rows.sort(key=lambda row: (row[3], row[0]))
    return [Row(pk, parent, is_shown, bool(withdrawn)) for pk, parent, _root, _time, withdrawn, is_shown in rows]


def unnumbered(post, also):
    """Those of these comments that wait, and are shown to one person alone."""
    return set(also).difference(
        post.comments.approved().filter(pk__in=also).values_list("pk", flat=True) if also else ()
    )


# Asked for by number or branch alone: SQLite, told the post too, would go through all comments of the post.
def _all():
    return apps.get_model("comments.Comment").objects.filter(kind=Kind.COMMENT)


def _followed(pks, shown):
    """[(comment, the one of `shown`, oldest first, that follows it, or None)], the oldest first."""
    is_later = Q(submitted_at__gt=OuterRef("submitted_at")) | Q(pk__gt=OuterRef("pk"))
    later = shown.filter(is_later, submitted_at__gte=OuterRef("submitted_at"))
    comments = _all().filter(pk__in=pks).annotate(following=Subquery(later.values("pk")[:1]))
    return comments.oldest_first().values_list("pk", "following")


def _put_in(rows, followed):
    """`rows` with top-level comments more, each before the one that follows it."""
    before = {}
    for pk, following in followed:
        before.setdefault(following, []).append((pk, None))
    for row in rows:
        yield from before.get(row[0], ())
        yield row
    yield from before.get(None, ())
