"""The comments of posts: new ones in bulk, changed ones through their own methods, threads put together."""

from functools import partial
from itertools import zip_longest

from django.utils import timezone

from comments.models import AlreadyDecided, Comment, Decision

from .comment_matching import KEYS, Known, at_once
from .comment_numbers import batches, keep_numbers
from .comment_places import moved_comments, parents_first, parents_of
from .dates import moment
from .records import IDENTITY
from .text import parse_imported_id

REASON = "imported from WordPress"
REASONS = {REASON, "imported from Disqus"}
UPDATED = ("kind", "name", "email", "url", "ip_address", "body", "submitted_at")


class Discussions:
    """`take(post, records)` makes the comments of one post; `write()` stores what is new and what has changed, for many
    posts in one go, in steps of the `ledger`.

    `report` learns what became of each, `ledger` of the rows. `read(record)`: what it says by itself, as a
    wordpress.comments.Read, or None where it is no reader's comment. `values(record, columns, post, report)`: all
    columns of one, from those that its record says by itself; `key`: the column that has the record's number.
    """

    def __init__(self, report, ledger, *, read, values=None, key="imported_id", reason=REASON):
        self.report, self.ledger = report, ledger
        self.read, self.values, self.key, self.reason = read, values or values_of, key, reason
        self._begin()

    def _begin(self):
        # What is done to comments that are here: functions, each for a step. New ones, and {id(comment): its text as it
        # stands in the file}.
        self.changes, self.new, self.originals, self.placed = [], [], {}, []
        # Posts that are here, and those of them below which something changes.
        self.recount, self.touched = set(), set()

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
            comment, outcome, status = self._take(post, record, read, known)
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
            self.report.comments[status] += 1
            self.report.pings += comment.kind != Comment.Kind.COMMENT
        parents = parents_of(rows, existing, self.report, self.key)
        self.new += parents_first(new, parents)
        self.placed.append(([*existing, *new], parents))
        if post.pk:
            self.recount.add(post.pk)
        else:
            post.comment_count = sum(row.is_public and row.kind == Comment.Kind.COMMENT for row in new)

    def write(self):
        """Stores what was taken; the posts are stored already."""
        steps = self.ledger.steps
        for some in steps.split(self.changes, kind="changes"):
            with self.ledger.step():
                for change in some:
                    change()
        for comment in self.new:
            comment.post = comment.post  # which has a number by now
        keep_numbers(self.new)
        for some in steps.split(self.new, kind="comments"):
            with self.ledger.step():
                self._store(some)
        moved = [comment for everything, parents in self.placed for comment in moved_comments(everything, parents)]
        for some in steps.split(moved, kind="moved"):
            with self.ledger.step():
                Comment.objects.bulk_update(some, ["parent", "root"])
        self.touched |= {comment.post_id for comment in moved}
        for some in batches(self.recount & self.touched):
            with self.ledger.step():
                Comment.objects.recount(some)
        self._begin()

    def _store(self, some):
        Comment.objects.bulk_create(some)
        Decision.objects.bulk_create(Decision(comment=row, to_status=row.status, reason=self.reason) for row in some)
        for comment in some:
            values = {name: getattr(comment, name) for name in UPDATED}
            self.ledger.made("comment", comment, values, original=self.originals[id(comment)])

    def _take(self, post, record, read, known):
        """(the comment, what becomes of it, the status that it will have)"""
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
            self.originals[id(comment)] = original
            return comment, "new", comment.status
        if comment.status == Comment.Status.ERASED:
            return comment, "left out", comment.status
        if columns["status"] == Comment.Status.ERASED:
            self.report.warn(f"line {record.line}: comment {record.id} was deleted there, and stays here")
            return comment, "here", comment.status
        outcome = self._update(comment, columns, record, original)
        if self._takes_over(comment, columns["status"], record):
            return comment, "updated", columns["status"]
        return comment, outcome, comment.status

    def _update(self, comment, values, record, original):
        outcome = "here"
        here = {name: getattr(comment, name) for name in UPDATED}
        if at_once(comment, values):
            # A file's times have no fractions of a second.
            values = values | {"submitted_at": comment.submitted_at}
        if any(here[name] != values[name] for name in UPDATED) and not self._is_anothers(comment):
            if self.ledger.may_change("comment", comment, here):
                # Edited here: the writer's own words are kept beside, whatever becomes of them.
                self.changes.append(partial(self._change, comment, values, here, original, record))
                outcome = "updated"
            else:
                self._leave(record, "was edited here since, and left as it is; “overwrite” takes the file’s words")
        # The other export's number for the same comment. Our own gives numbers to what was born here: it keeps its own.
        may_have = {"disqus_id"} if not _is_numbered(comment) else KEYS
        new_keys = {key: values[key] for key in KEYS if values[key] and not getattr(comment, key) and key in may_have}
        if new_keys:
            for key, value in new_keys.items():
                setattr(comment, key, value)
            self.changes.append(partial(comment.save, update_fields=[*new_keys]))
        return outcome

    def _leave(self, record, why):
        self.report.warn(f"line {record.line}: comment {record.id} {why}")

    def _is_anothers(self, comment):
        """True for one that has its words from the other export, or from here, and keeps them: else they would change
        with each import of either."""
        if self.ledger.source.overwrite:
            return False
        first = comment.decisions.order_by("pk").values_list("reason", flat=True).first()
        return first in REASONS - {self.reason} or (first not in REASONS and self.key == "disqus_id")

    def _change(self, comment, values, here, original, record):
        stored = Comment.objects.select_for_update(no_key=True).filter(pk=comment.pk).values(*UPDATED)
        if [*stored] != [here]:
            self._leave(record, "was edited here just now, and left as it is")
            return
        for name in UPDATED:
            setattr(comment, name, values[name])
        comment.save()
        values = {name: values[name] for name in UPDATED}
        self.ledger.changed("comment", comment, values, before=here, original=original)

    def _takes_over(self, comment, status, record):
        """Takes over what was decided in the old blog, unless somebody decided here; True where it does."""
        if comment.status == status:
            return False
        last = comment.decisions.order_by("pk").last()
        if last and last.reason in REASONS - {self.reason} and comment.status != Comment.Status.APPROVED:
            # Of two exports that differ the stricter holds, whichever came in last.
            return False
        if last and last.reason not in REASONS:
            self._leave_decided(record)
            return False
        self.changes.append(partial(self._decide, comment, status, record))
        return True

    def _decide(self, comment, status, record):
        change = {
            Comment.Status.APPROVED: comment.approve,
            Comment.Status.PENDING: comment.hold,
            Comment.Status.SPAM: comment.spam,
            Comment.Status.TRASH: comment.trash,
        }[status]
        before = {"status": comment.status}
        try:
            change(by=None, reason=self.reason)
        except AlreadyDecided:
            self._leave_decided(record)
        else:
            self.ledger.changed("comment", comment, None, before=before)

    def _leave_decided(self, record):
        self.report.warn(f"line {record.line}: comment {record.id}: decided here since, and left as it is")


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
        "imported_id": parse_imported_id(record.id),
        "disqus_id": parse_imported_id(record.meta.get("dsq_post_id", "")),
    }
