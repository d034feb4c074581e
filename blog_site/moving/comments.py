"""The comments of posts: new ones in bulk, changed ones through their own methods, threads put together."""

from itertools import zip_longest

from django.db import connection
from django.utils import timezone

from comments.models import Comment, Decision

from .comment_matching import KEYS, Known, at_once
from .dates import moment
from .records import IDENTITY
from .text import parse_id

REASON = "imported from WordPress"
REASONS = {REASON, "imported from Disqus"}
BATCH = 500
UPDATED = ("kind", "name", "email", "url", "ip_address", "body", "submitted_at")
# A comment keeps its number, and so its address `#comment-N`, up to here: far above what a blog has, and far
# enough below the column's end that those to come have numbers too.
HIGHEST_KEPT = 10**12


class Discussions:
    """`take(post, records)` makes the comments of one post; `write()` stores what is new, for many posts in one go.

    `report` learns what became of each, `ledger` of the rows. `read(record)`: what it says by itself, as a
    wordpress.comments.Read, or None where it is no reader's comment. `values(record, columns, post, report)`: all
    columns of one, from those that its record says by itself; `key`: the column that has the record's number.
    """

    def __init__(self, report, ledger, *, read, values=None, key="imported_id", reason=REASON):
        self.report, self.ledger = report, ledger
        self.read, self.values, self.key, self.reason = read, values or values_of, key, reason
        self.new, self.placed, self.recount, self.touched = [], [], [], set()

    def take(self, post, records, reads=()):
        """A new post learns its `comment_count` here, before it is stored itself. `reads`: a Read for each of the
        records, where somebody has read them already."""
        existing = list(post.comments.order_by("pk")) if post.pk else []
        if not records and not existing:
            return
        known = Known(post, existing)
        rows, new = [], []
        for record, done in zip_longest(records, reads):
            read = done or self.read(record)
            if not read:
                self.report.skip(
                    f"comment of type {record.type}", "not a reader's comment", line=record.line, kind="comments"
                )
                continue
            comment, outcome = self._take(post, record, read, known)
            rows.append((record, comment))
            if outcome == "new":
                new.append(comment)
            if outcome in {"new", "updated"}:
                self.touched.add(post.pk)
            if comment.status == Comment.Status.ERASED:
                self.report.skip(
                    "comment", "its text was deleted for ever; its place is kept", line=record.line, kind="comments"
                )
                continue
            self.report.count("comments", outcome)
            self.report.comments[comment.status] += 1
            self.report.pings += comment.kind != Comment.Kind.COMMENT
        parents = _parents(rows, existing, self.report, self.key)
        self.new += _parents_first(new, parents)
        self.placed.append(([*existing, *new], parents))
        if post.pk:
            self.recount.append(post)
        else:
            post.comment_count = sum(row.is_public and row.kind == Comment.Kind.COMMENT for row in new)

    def write(self):
        """Stores what was taken; the posts are stored already."""
        for comment in self.new:
            comment.post = comment.post  # which has a number by now
        _number(self.new)
        Comment.objects.bulk_create(self.new, batch_size=BATCH)
        decisions = (Decision(comment=row, to_status=row.status, reason=self.reason) for row in self.new)
        Decision.objects.bulk_create(decisions, batch_size=BATCH)
        moved = [comment for everything, parents in self.placed for comment in _moved(everything, parents)]
        Comment.objects.bulk_update(moved, ["parent", "root"], batch_size=BATCH)
        self.touched |= {comment.post_id for comment in moved}
        Comment.objects.recount([post.pk for post in self.recount if post.pk in self.touched])
        self.new, self.placed, self.recount, self.touched = [], [], [], set()

    def _take(self, post, record, read, known):
        """(the comment, what became of it)"""
        for message in read.told:
            self.report.warn(f"line {record.line}: {message}")
        columns = self.values(record, read.columns, post, self.report)
        comment = known.take(columns)
        # The text as it was, where it is not what is kept.
        written = record.as_in_file or record.text
        original = written if written != columns["body"] else ""
        if not comment:
            # Nobody is told of what was written elsewhere and long ago, whatever becomes of it here.
            guid = known.new_guid(columns, record.meta.get(IDENTITY, ""))
            rendered = read.rendered_columns()
            comment = Comment(post=post, announced_at=columns["submitted_at"], guid=guid, **columns, **rendered)
            comment.describe()
            self.ledger.made("comment", comment, {name: columns[name] for name in UPDATED}, original=original)
            return comment, "new"
        if comment.status == Comment.Status.ERASED:
            return comment, "left out"
        if columns["status"] == Comment.Status.ERASED:
            self.report.warn(f"line {record.line}: comment {record.id} was deleted there, and stays here")
            return comment, "here"
        return comment, self._update(comment, columns, record, original)

    def _update(self, comment, values, record, original):
        outcome = "here"
        here = {name: getattr(comment, name) for name in UPDATED}
        if at_once(comment, values):
            # A file's times have no fractions of a second.
            values = values | {"submitted_at": comment.submitted_at}
        if any(here[name] != values[name] for name in UPDATED) and not self._is_anothers(comment):
            if self.ledger.may_change("comment", comment, here):
                # Edited here: the writer's own words are kept beside, whatever becomes of them.
                outcome = self._write(comment, values, here, original)
            else:
                self.report.warn(
                    f"line {record.line}: comment {record.id} was edited here since, and left as it is;"
                    " “overwrite” takes the file’s words"
                )
        # The other export's number for the same comment. Our own gives numbers to what was born here: it keeps its own.
        may_have = {"disqus_id"} if not _is_numbered(comment) else KEYS
        new_keys = [key for key in KEYS if values[key] and not getattr(comment, key) and key in may_have]
        if new_keys:
            for key in new_keys:
                setattr(comment, key, values[key])
            comment.save()
        return self._decide(comment, values["status"], record) or outcome

    def _is_anothers(self, comment):
        """True for one that has its words from the other export, or from here, and keeps them: else they would change
        with each import of either."""
        if self.ledger.source.overwrite:
            return False
        first = comment.decisions.order_by("pk").values_list("reason", flat=True).first()
        return first in REASONS - {self.reason} or (first not in REASONS and self.key == "disqus_id")

    def _write(self, comment, values, here, original):
        for name in UPDATED:
            setattr(comment, name, values[name])
        comment.save()
        self.ledger.changed(
            "comment", comment, {name: values[name] for name in UPDATED}, before=here, original=original
        )
        return "updated"

    def _decide(self, comment, status, record):
        """Takes over what was decided in the old blog, unless somebody decided here."""
        if comment.status == status:
            return None
        last = comment.decisions.order_by("pk").last()
        if last and last.reason in REASONS - {self.reason} and comment.status != Comment.Status.APPROVED:
            # Of two exports that differ the stricter holds, whichever came in last.
            return None
        if last and last.reason not in REASONS:
            self.report.warn(f"line {record.line}: comment {record.id}: decided here since, and left as it is")
            return None
        change = {
            Comment.Status.APPROVED: comment.approve,
            Comment.Status.PENDING: comment.hold,
            Comment.Status.SPAM: comment.spam,
            Comment.Status.TRASH: comment.trash,
        }[status]
        before = {"status": comment.status}
        change(by=None, reason=self.reason)
        self.ledger.changed("comment", comment, None, before=before)
        return "updated"


def _is_numbered(comment):
    return any(getattr(comment, key) for key in KEYS)


def values_of(record, columns, post, report):
    """The columns of a Comment of WordPress's, its place in the thread aside; `columns` are its record's Read's."""

    def warn(message):
        report.warn(f"line {record.line}: {message}")

    submitted_at = moment(record.date, record.date_gmt, "", warn=warn)
    if not submitted_at:
        warn(f"comment {record.id or '?'} has no date; it has the post's now")
        submitted_at = post.published_at or post.created_at or timezone.now()
    return {
        **columns,
        "submitted_at": submitted_at,
        "imported_id": parse_id(record.id),
        "disqus_id": parse_id(record.meta.get("dsq_post_id", "")),
    }


def _parents(rows, existing, report, key):
    """{id(comment): parent comment or None} for all of the post's comments, without cycles.

    What a moderator has moved here stays where it is, and so does what answers something that the file leaves out."""
    by_number = {getattr(comment, key): comment for comment in reversed(existing) if getattr(comment, key)}
    by_number |= {parse_id(record.id): comment for record, comment in reversed(rows) if parse_id(record.id)}
    by_pk = {comment.pk: comment for comment in existing}
    parents = {id(comment): by_pk.get(comment.parent_id) for comment in existing}
    moved_here = set(Decision.objects.moves_below(existing))
    in_file = {id(comment) for _record, comment in rows}
    for record, comment in rows:
        if comment.pk in moved_here:
            continue
        above, here = by_number.get(parse_id(record.parent)), parents.setdefault(id(comment), None)
        while here and id(here) not in in_file:
            here = by_pk.get(here.parent_id)
        if here is not above:
            parents[id(comment)] = above
        if record.parent not in {"", "0"} and not parents[id(comment)]:
            report.warn(f"line {record.line}: comment {record.id} answers {record.parent}, which is not here")
    done = set()
    for record, comment in rows:
        way = {}
        while comment and id(comment) not in done and id(comment) not in way:
            way[id(comment)] = comment
            comment = parents[id(comment)]
        if comment and id(comment) in way:
            report.warn(
                f"line {record.line}: comment {getattr(comment, key)} answers itself in the end; now it answers none"
            )
            parents[id(comment)] = None
        done |= way.keys()
    return parents


def _parents_first(new, parents):
    """The new comments so that each comes after what it answers, otherwise in their order; without recursion."""
    ordered, placed, waiting = [], set(), {id(comment) for comment in new}
    for comment in new:
        way = []
        while comment and id(comment) in waiting and id(comment) not in placed:
            placed.add(id(comment))
            way.append(comment)
            comment = parents[id(comment)]
        ordered += reversed(way)
    return ordered


def _number(new):
    """Gives comments the numbers that they had, where nobody has them here: `#comment-N` goes on being theirs."""
    wanted = {row.imported_id for row in new if row.imported_id and row.imported_id <= HIGHEST_KEPT}
    if not wanted:
        return
    taken = set()
    for some in batches(wanted):
        taken |= set(Comment.objects.filter(pk__in=some).values_list("pk", flat=True))
    for row in new:
        if row.imported_id in wanted - taken:
            row.pk = row.imported_id
            taken.add(row.pk)


def reserve_numbers(highest):
    """Comments that come in from readers have numbers above `highest` from now on."""
    highest = min(highest, HIGHEST_KEPT)
    if connection.vendor != "postgresql":
        return  # SQLite counts on from the highest number that there is.
    with connection.cursor() as cursor:
        sequence = "pg_get_serial_sequence('comments_comment', 'id')"
        cursor.execute(
            f"SELECT setval({sequence}, greatest(%s, nextval({sequence})))",
            [highest],
        )


def batches(numbers):
    """Yields the numbers in order, in lists that no database finds too long."""
    numbers = sorted(numbers)
    return (numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH))


def _moved(all_comments, parents):
    """Those of a post's comments whose parent or root is not yet as it should be, with the right ones."""
    roots, moved = {}, []
    for comment in all_comments:
        way = []
        while id(comment) not in roots and parents[id(comment)]:
            way.append(comment)
            comment = parents[id(comment)]
        top = roots.setdefault(id(comment), comment)
        roots |= {id(below): top for below in way}
    for comment in all_comments:
        parent = parents[id(comment)]
        place = (parent and parent.pk, roots[id(comment)].pk if parent else None)
        if place != (comment.parent_id, comment.root_id):
            comment.parent_id, comment.root_id = place
            moved.append(comment)
    return moved
