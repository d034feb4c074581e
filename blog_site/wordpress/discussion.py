"""The comments of one post: new ones in bulk, changed ones through their own methods, threads put together."""

from collections import defaultdict

from comments.models import Comment, Decision

from . import comments
from .dates import moment

REASON = "imported from WordPress"
BATCH = 500
UPDATED = ("kind", "name", "email", "url", "ip_address", "body", "submitted_at")


def write_comments(post, records, *, report):
    """Stores an item's comments and leaves `post.comment_count` right. `report` learns what became of each."""
    existing = list(post.comments.order_by("pk")) if not post.is_new else []
    if not records and not existing:
        return
    known = defaultdict(list)
    for comment in existing:
        known[comment.imported_id].append(comment)
    rows, new = [], []
    for record in records:
        if record.type.lower() not in comments.KINDS:
            report.skip(f"comment of type {record.type}", "not a reader's comment", line=record.line)
            continue
        values = _values(record, post, report)
        comment = _take(known, values)
        if comment and comment.status == Comment.Status.ERASED:
            report.skip(f"comment {record.id}", "deleted for ever here", line=record.line)
            rows.append((record, comment))
            continue
        if comment:
            _update(comment, values, report)
        else:
            # Nobody is told of what was written elsewhere and long ago, whatever becomes of it here.
            comment = Comment(post=post, announced_at=values["submitted_at"], **values)
            comment.rerender()
            new.append(comment)
        rows.append((record, comment))
        report.comments[comment.status] += 1
        report.pings += comment.kind != Comment.Kind.COMMENT
    parents = _parents(rows, existing, report)
    _enter(_parents_first(new, parents))
    _place([*existing, *new], parents)
    count = post.comments.approved().filter(kind=Comment.Kind.COMMENT).count()
    if count != post.comment_count:
        type(post).objects.filter(pk=post.pk).update(comment_count=count)


def _values(record, post, report):
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
    }


def number(text):
    """A number of WordPress's as our column holds it, or None."""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:19]) < 2**63 and len(text) < 20 else None


def _take(known, values):
    """Which of the rows it is, each taken once: two in one file may have the same number.

    One that was born here has none, and comes back in our own export: it is known by its words and its time.
    """
    numbered = known.get(values["imported_id"], []) if values["imported_id"] else []
    born_here = known.get(None, [])
    same = [row for row in [*numbered, *born_here] if row.body == values["body"] and _at_once(row, values)]
    found = next(iter(same or numbered), None)
    if found:
        (numbered if found in numbered else born_here).remove(found)
    return found


def _at_once(row, values):
    """The same second: more an export does not say."""
    return row.submitted_at.replace(microsecond=0) == values["submitted_at"].replace(microsecond=0)


def _update(comment, values, report):
    if comment.is_edited:
        # Edited here since; the writer's own words are kept beside.
        values = values | {"body": comment.body}
    changed = [name for name in UPDATED if getattr(comment, name) != values[name]]
    if _at_once(comment, values):
        changed = [name for name in changed if name != "submitted_at"]
    if changed:
        for name in changed:
            setattr(comment, name, values[name])
        comment.save()
    if comment.status != values["status"]:
        last = comment.decisions.order_by("pk").last()
        if last and last.reason != REASON:
            report.warn(f"comment {comment.imported_id}: decided here since, and left as it is")
            return
        change = {
            Comment.Status.APPROVED: comment.approve,
            Comment.Status.PENDING: comment.hold,
            Comment.Status.SPAM: comment.spam,
            Comment.Status.TRASH: comment.trash,
        }[values["status"]]
        change(by=None, reason=REASON)


def _parents(rows, existing, report):
    """{id(comment): parent comment or None} for all of the post's comments, without cycles."""
    by_number = {comment.imported_id: comment for comment in reversed(existing) if comment.imported_id}
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
                f"line {record.line}: comment {comment.imported_id} answers itself in the end; now it answers none"
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


def _enter(new):
    Comment.objects.bulk_create(new, batch_size=BATCH)
    Decision.objects.bulk_create(
        [Decision(comment=comment, to_status=comment.status, reason=REASON) for comment in new], batch_size=BATCH
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
