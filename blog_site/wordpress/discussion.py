"""The comments of one post: new ones in bulk, changed ones through their own methods, threads put together."""

from collections import defaultdict

from comments.models import Comment, Decision

from . import comments
from .dates import moment

REASON = "imported from WordPress"
REASONS = {REASON, "imported from Disqus"}
# Where a comment's number stands: WordPress's, and Disqus's. One comment may have come in by both.
KEYS = ("imported_id", "disqus_id")
BATCH = 500
UPDATED = ("kind", "name", "email", "url", "ip_address", "body", "submitted_at")


def write_comments(post, records, *, report, values=None, key="imported_id", reason=REASON):
    """Stores a post's comments and leaves `post.comment_count` right. `report` learns what became of each.

    `values(record, post, report)`: the columns of one; `key`: the column that has the record's number.
    """
    existing = list(post.comments.order_by("pk")) if not post.is_new else []
    if not records and not existing:
        return
    known = _Known(existing)
    rows, new = [], []
    for record in records:
        if record.type.lower() not in comments.KINDS:
            report.skip(f"comment of type {record.type}", "not a reader's comment", line=record.line)
            continue
        columns = (values or values_of)(record, post, report)
        comment = known.take(columns)
        if not comment:
            # Nobody is told of what was written elsewhere and long ago, whatever becomes of it here.
            comment = Comment(post=post, announced_at=columns["submitted_at"], **columns)
            comment.rerender()
            new.append(comment)
        elif comment.status != Comment.Status.ERASED:
            _update(comment, columns, report, reason)
        rows.append((record, comment))
        if comment.status == Comment.Status.ERASED:
            report.skip("comment", "its text was deleted for ever; its place is kept", line=record.line)
            continue
        report.comments[comment.status] += 1
        report.pings += comment.kind != Comment.Kind.COMMENT
    parents = _parents(rows, existing, report, key)
    _enter(_parents_first(new, parents), reason)
    _place([*existing, *new], parents)
    count = post.comments.approved().filter(kind=Comment.Kind.COMMENT).count()
    if count != post.comment_count:
        type(post).objects.filter(pk=post.pk).update(comment_count=count)


def values_of(record, post, report):
    """The columns of a Comment from a record of WordPress's, its place in the thread aside."""

    def warn(message):
        report.warn(f"line {record.line}: {message}")

    submitted_at = moment(record.date, record.date_gmt, "", warn=warn)
    if not submitted_at:
        warn(f"comment {record.id or '?'} has no date; it has the post's now")
        submitted_at = post.published_at or post.created_at
    return {
        **comments.fields(record, warn=warn),
        "submitted_at": submitted_at,
        "imported_id": number(record.id),
        "disqus_id": number(record.meta.get("dsq_post_id", "")),
    }


def number(text):
    """A number of WordPress's as our column holds it, or None."""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:19]) < 2**63 and len(text) < 20 else None


class _Known:
    """The comments that are here, each taken once: two in one file may have the same number."""

    def __init__(self, existing):
        self.by_number, self.born_here = defaultdict(list), []
        for comment in existing:
            numbers = [(key, getattr(comment, key)) for key in KEYS if getattr(comment, key)]
            for place in numbers:
                self.by_number[place].append(comment)
            if not numbers:
                self.born_here.append(comment)
        self.taken = set()

    def take(self, values):
        """Which of them it is, or None. By a number; one that was born here, and comes back in our own export,
        has none, and is known by its words and its time."""
        numbered = [row for key in KEYS if values[key] for row in self.by_number[key, values[key]]]
        left = [row for row in [*numbered, *self.born_here] if row.pk not in self.taken]
        same = [row for row in left if row.body == values["body"] and _at_once(row, values)]
        found = next(iter(same or [row for row in left if row in numbered]), None)
        if found:
            self.taken.add(found.pk)
        return found


def _at_once(row, values):
    """The same second: more an export does not say."""
    return row.submitted_at.replace(microsecond=0) == values["submitted_at"].replace(microsecond=0)


def _update(comment, values, report, reason):
    if comment.is_edited:
        # Edited here since; the writer's own words are kept beside.
        values = values | {"body": comment.body}
    changed = [name for name in UPDATED if getattr(comment, name) != values[name]]
    if _at_once(comment, values):
        changed = [name for name in changed if name != "submitted_at"]
    # The other export's number for the same comment.
    changed += [
        key
        for key in KEYS
        if values[key] and not getattr(comment, key) and any(getattr(comment, other) for other in KEYS)
    ]
    if changed:
        for name in changed:
            setattr(comment, name, values[name])
        comment.save()
    if comment.status != values["status"]:
        last = comment.decisions.order_by("pk").last()
        if last and last.reason not in REASONS:
            report.warn(f"comment {comment.imported_id}: decided here since, and left as it is")
            return
        change = {
            Comment.Status.APPROVED: comment.approve,
            Comment.Status.PENDING: comment.hold,
            Comment.Status.SPAM: comment.spam,
            Comment.Status.TRASH: comment.trash,
        }[values["status"]]
        change(by=None, reason=reason)


def _parents(rows, existing, report, key):
    """{id(comment): parent comment or None} for all of the post's comments, without cycles."""
    by_number = {getattr(comment, key): comment for comment in reversed(existing) if getattr(comment, key)}
    by_number |= {number(record.id): comment for record, comment in reversed(rows) if number(record.id)}
    by_pk = {comment.pk: comment for comment in existing}
    parents = {id(comment): by_pk.get(comment.parent_id) for comment in existing}
    for record, comment in rows:
        parents[id(comment)] = by_number.get(number(record.parent))
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


def _enter(new, reason):
    Comment.objects.bulk_create(new, batch_size=BATCH)
    Decision.objects.bulk_create(
        [Decision(comment=comment, to_status=comment.status, reason=reason) for comment in new], batch_size=BATCH
    )


def _place(all_comments, parents):
    """Writes parent and root where they are not yet as they should be."""
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
    Comment.objects.bulk_update(moved, ["parent", "root"], batch_size=BATCH)
