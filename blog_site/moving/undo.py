"""Undoing an import: what it brought goes, what it changed is as it was; what was touched here since stays."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from blog_site.moving.wordpress.posts import COLUMNS, filed
from comments.models import Comment, Decision
from posts.models import Attachment, Author, Blog, Category, Picture, Post, Tag

from .comments import REASONS, batches
from .comments import UPDATED as COMMENT_COLUMNS
from .models import Import, ImportedRow, digest

MODELS = {
    "post": Post,
    "comment": Comment,
    "author": Author,
    "category": Category,
    "tag": Tag,
    "picture": Picture,
    "attachment": Attachment,
    "blog": Blog,
}
# What goes if nothing needs it any more, and in which order.
UNUSED_GO = ("category", "tag", "author", "attachment", "picture")
REASON = "an import was undone"


@dataclass
class Plan:
    """What undoing would do. `kept`: [(post or comment, why)], in words for the person who undoes."""

    posts: set = field(default_factory=set)
    comments: set = field(default_factory=set)
    restored: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    recount: set = field(default_factory=set)


def first_to_undo(source):
    """The newer import that changed what `source` brought, and that has to be undone first; or None."""
    later = ImportedRow.objects.filter(source__gt=source).exclude(source__state=Import.State.UNDONE)
    same = later.filter(kind=models.OuterRef("kind"), row=models.OuterRef("row"))
    row = source.rows.filter(models.Exists(same)).values("kind", "row").first()
    return row and Import.objects.get(pk=later.filter(**row).order_by("-source").values("source")[:1])


def plan(source):
    """The Plan for a `source` that has brought something; reads, and writes nothing."""
    made, changed = defaultdict(set), []
    for row in source.rows.order_by("-pk"):
        if row.before is None:
            made[row.kind].add(row.row)
        else:
            changed.append(row)
    found = Plan()
    _plan_comments(found, made)
    _plan_posts(found, source, made)
    for row in changed:
        _plan_change(found, row)
    return found


def undo(source):
    """Undoes the import in one transaction, as far as nothing was touched here since; returns the Plan.

    One that somebody else has undone in the meantime is left as it is.
    """
    with transaction.atomic():
        source.refresh_from_db(from_queryset=Import.objects.select_for_update(no_key=True))
        if not source.can_be_undone:
            return Plan()
        found = plan(source)
        for numbers in batches(found.comments):
            Comment.objects.filter(pk__in=numbers).take_out()
        for row, instance in found.restored:
            _restore(row, instance)
            if row.kind == "comment":
                found.recount.add(instance.post_id)
        # A page goes before the one above it, which is protected as long as one is below.
        Post.objects.filter(pk__in=found.posts).update(parent=None)
        for numbers in batches(found.posts):
            Post.objects.filter(pk__in=numbers).delete()
        _remove_unused(source)
        for numbers in batches(found.recount - found.posts):
            Comment.objects.recount(numbers)
        _forget(source, found)
        source.state, source.ended_at = Import.State.UNDONE, timezone.now()
        source.report |= {"undone": as_dict(found)}
        source.save()
    return found


def as_dict(found):
    """A Plan as JSON holds it."""
    return {
        "posts": len(found.posts),
        "comments": len(found.comments),
        "restored": len(found.restored),
        "kept": [{"what": str(what), "why": str(why)} for what, why in found.kept],
    }


def _plan_comments(found, made):
    parents = {}
    for numbers in batches(made["comment"]):
        rows = Comment.objects.filter(pk__in=numbers)
        parents |= dict(rows.values_list("pk", "parent_id"))
        found.recount |= set(rows.values_list("post_id", flat=True))
    touched = set()
    for numbers in batches(parents):
        decided = Decision.objects.filter(comment__in=numbers).exclude(reason__in=REASONS)
        touched |= set(decided.values_list("comment_id", flat=True))
        touched |= set(Comment.objects.filter(pk__in=numbers, notes__isnull=False).values_list("pk", flat=True))
        answered = Comment.objects.filter(parent__in=numbers).values_list("parent_id", "pk")
        touched |= {parent for parent, reply in answered if reply not in parents}
    kept = set()
    for pk in touched:
        while pk in parents and pk not in kept:
            kept.add(pk)
            pk = parents[pk]
    found.comments = parents.keys() - kept


def _plan_posts(found, source, made):
    digests = dict(source.rows.filter(kind="post", before__isnull=True).values_list("row", "digest"))
    why, parents = {}, {}
    for numbers in batches(made["post"]):
        for post in Post.objects.filter(pk__in=numbers):
            parents[post.pk] = post.parent_id
            if digest(present("post", post)) != digests[post.pk]:
                why[post.pk] = _("It has been edited here since.")
        staying = Comment.objects.filter(post__in=numbers).values_list("post_id", "pk")
        for post, comment in staying:
            if comment not in found.comments:
                why.setdefault(post, _("Someone has commented on it, or moderated a comment on it, since."))
        for child in Post.objects.filter(parent__in=numbers).exclude(pk__in=made["post"]):
            why.setdefault(child.parent_id, _("It is the parent of another page."))
    for pk in list(why):
        while (above := parents.get(pk)) in parents and above not in why:
            why[above] = _("It is the parent of another page.")
            pk = above
    found.posts = parents.keys() - why.keys()
    for numbers in batches(why):
        # What stands below a post that stays, stays.
        found.comments -= set(Comment.objects.filter(post__in=numbers).values_list("pk", flat=True))
        found.kept += [(post, why[post.pk]) for post in Post.objects.filter(pk__in=numbers).defer("body", "body_html")]


def _plan_change(found, row):
    instance = MODELS[row.kind].objects.filter(pk=row.row).first()
    if not instance or (row.kind == "post" and row.row in found.posts):
        return
    if row.digest and digest(present(row.kind, instance, names=row.before)) != row.digest:
        found.kept.append((instance, _("It has been edited here since.")))
    elif "status" in row.before and row.kind == "comment" and instance.last_decision.reason not in REASONS:
        found.kept.append((instance, _("Someone has moderated it since.")))
    else:
        found.restored.append((row, instance))


def present(kind, row, *, names=()):
    """The columns of a row that imports write, as they are: what its digest is of. `names`: those of a file's."""
    if kind == "post":
        return {name: getattr(row, name) for name in COLUMNS} | filed(row)
    if kind == "comment":
        return {name: getattr(row, name) for name in COMMENT_COLUMNS}
    if kind in {"category", "tag"}:
        names = ("name", "description", "parent") if kind == "category" else ("name", "description")
    return {name: getattr(row, name) for name in names}


def _restore(row, instance):
    # Restoring another row may have changed what is counted in this one.
    instance.refresh_from_db()
    for name, value in row.before.items():
        if name in {"categories", "tags"}:
            getattr(instance, name).set(value)
        elif name != "status" or row.kind != "comment":
            column = instance._meta.get_field(name)
            is_time = isinstance(column, models.DateTimeField) and value
            setattr(instance, column.attname, parse_datetime(value) if is_time else value)
    if row.before.keys() - {"status"} or row.kind != "comment":
        instance.save()
    if row.kind == "comment" and "status" in row.before:
        change = {"approved": "approve", "pending": "hold", "spam": "spam", "trash": "trash"}[row.before["status"]]
        getattr(instance, change)(by=None, reason=REASON)


def _remove_unused(source):
    """Terms, people and files that the import made, and that nothing needs any more."""
    for kind in UNUSED_GO:
        numbers = source.rows.filter(kind=kind, before__isnull=True).values_list("row", flat=True)
        # The newest first: a category comes after the one above it.
        for row in MODELS[kind].objects.filter(pk__in=list(numbers)).order_by("-pk"):
            if not _is_used(kind, row):
                row.delete()


def _is_used(kind, row):
    if kind == "attachment" and row.picture_id:
        return _is_used("picture", row.picture)
    if kind in {"attachment", "picture"} and any(texts.exists() for texts in row.texts()):
        return True
    if kind == "attachment":
        return False
    if row.posts.exists():
        return True
    if kind == "category":
        return row.children.exists()
    return kind == "author" and row.user_id is not None


def _forget(source, found):
    """The notes on what is gone: a number may come again."""
    for kind, numbers in (("post", found.posts), ("comment", found.comments)):
        for some in batches(numbers):
            source.rows.filter(kind=kind, row__in=some).delete()
    for kind in UNUSED_GO:
        here = MODELS[kind].objects.values("pk")
        source.rows.filter(kind=kind).exclude(row__in=here).delete()
