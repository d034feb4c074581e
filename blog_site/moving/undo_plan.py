"""What undoing an import would do: what goes, what is as it was, and what stays since somebody has touched it here."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext as _

from blog_site.moving.wordpress.posts import COLUMNS, filed
from comments.models import Comment, Decision
from posts.models import Attachment, Author, Blog, Category, MenuItem, Picture, Post, Tag

from .comment_numbers import batches
from .comments import REASONS
from .comments import UPDATED as COMMENT_COLUMNS
from .models import Import, ImportedRow, digest
from .staging import STAGED

MODELS = {
    "post": Post,
    "comment": Comment,
    "author": Author,
    "category": Category,
    "tag": Tag,
    "picture": Picture,
    "attachment": Attachment,
    "blog": Blog,
    "menu_entry": MenuItem,
}
WRITTEN = ("row", "digest", "public_at")


@dataclass
class Plan:
    """What undoing would do. `kept`: [(post or comment, why)], in words for the person who undoes.

    `comments`: {number: (its post, the one that it answers)}; `posts`: {number: (the page above it,
    when its words changed last)}; `restored`: the numbers of the notes on what is to be as it was, the newest first.
    """

    posts: dict = field(default_factory=dict)
    comments: dict = field(default_factory=dict)
    restored: list = field(default_factory=list)
    kept: list = field(default_factory=list)

    def as_dict(self):
        """As JSON holds it."""
        return {
            "posts": len(self.posts),
            "comments": len(self.comments),
            "restored": len(self.restored),
            "kept": [{"what": str(what), "why": str(why)} for what, why in self.kept],
        }


def first_to_undo(source):
    """The newer import that changed what `source` brought, and that has to be undone first; or None."""
    later = ImportedRow.objects.filter(source__gt=source).exclude(source__state=Import.State.UNDONE)
    same = later.filter(kind=models.OuterRef("kind"), row=models.OuterRef("row"))
    row = source.rows.filter(models.Exists(same)).values("kind", "row").first()
    return row and Import.objects.get(pk=later.filter(**row).order_by("-source").values("source")[:1])


def plan(source, rows=None):
    """The Plan for a `source` that has brought something, or for some of its `rows`; reads, and writes nothing."""
    made, changed = defaultdict(set), []
    for row in (source.rows if rows is None else rows).defer("original").order_by("-pk").iterator():
        if row.before is None:
            made[row.kind].add(row.row)
        else:
            changed.append(row)
    undoing = Plan()
    _plan_comments(undoing, made)
    _plan_posts(undoing, source, made)
    for row in changed:
        _plan_change(undoing, row)
    return undoing


def _plan_comments(undoing, made):
    rows = {}
    for numbers in batches(made["comment"]):
        comments = Comment.objects.filter(pk__in=numbers).values_list("pk", "post_id", "parent_id")
        rows |= {pk: (post, parent) for pk, post, parent in comments}
    touched = set()
    for numbers in batches(rows):
        touched |= touched_comments(numbers)
        answered = Comment.objects.filter(parent__in=numbers).values_list("parent_id", "pk")
        touched |= {parent for parent, reply in answered if reply not in rows}
    kept = set()
    for pk in touched:
        while pk in rows and pk not in kept:
            kept.add(pk)
            pk = rows[pk][1]
    undoing.comments = {pk: row for pk, row in rows.items() if pk not in kept}


def touched_comments(numbers):
    """Those of the comments that somebody has decided on here, or has a note on."""
    decided = Decision.objects.filter(comment__in=numbers).exclude(reason__in=REASONS)
    noted = Comment.objects.filter(pk__in=numbers, notes__isnull=False)
    return {*decided.values_list("comment_id", flat=True), *noted.values_list("pk", flat=True)}


def _plan_posts(undoing, source, made):
    why, parents, modified_at = {}, {}, {}
    for numbers in batches(made["post"]):
        notes = source.rows.filter(kind="post", row__in=numbers, before__isnull=True)
        written = {row: (digest, public_at) for row, digest, public_at in notes.values_list(*WRITTEN)}
        for post in Post.objects.filter(pk__in=numbers):
            parents[post.pk], modified_at[post.pk] = post.parent_id, post.modified_at
            if not _is_as_written(post, *written[post.pk]):
                why[post.pk] = _("It has been edited here since.")
        staying = Comment.objects.filter(post__in=numbers).values_list("post_id", "pk")
        for post, comment in staying:
            if comment not in undoing.comments:
                why.setdefault(post, _("Someone has commented on it, or moderated a comment on it, since."))
        for child in Post.objects.filter(parent__in=numbers).exclude(pk__in=made["post"]):
            why.setdefault(child.parent_id, _("It is the parent of another page."))
    _keep_above(why, parents)
    undoing.posts = {pk: (parent, modified_at[pk]) for pk, parent in parents.items() if pk not in why}
    for numbers in batches(why):
        # What stands below a post that stays, stays.
        for pk in Comment.objects.filter(post__in=numbers).values_list("pk", flat=True):
            undoing.comments.pop(pk, None)
        posts = Post.objects.filter(pk__in=numbers).defer("body", "body_html")
        undoing.kept += [(post, why[post.pk]) for post in posts]


def _keep_above(why, parents):
    for pk in list(why):
        while (above := parents.get(pk)) in parents and above not in why:
            why[above] = _("It is the parent of another page.")
            pk = above


def _is_as_written(post, written, public_at):
    if post.published_at == STAGED:
        post.published_at = public_at
    return digest(present("post", post)) == written


def _plan_change(undoing, row):
    instance = MODELS[row.kind].objects.filter(pk=row.row).first()
    if not instance or (row.kind == "post" and row.row in undoing.posts):
        return
    if why := why_it_stays(row, instance):
        undoing.kept.append((instance, why))
    else:
        undoing.restored.append(row.pk)


def why_it_stays(row, instance):
    """Why what is noted in `row` is not undone, since its `instance` is another by now; or None."""
    if row.digest and digest(present(row.kind, instance, names=row.before)) != row.digest:
        return _("It has been edited here since.")
    if "status" in row.before and row.kind == "comment" and instance.last_decision.reason not in REASONS:
        return _("Someone has moderated it since.")
    return None


def present(kind, row, *, names=()):
    """The columns of a row that imports write, as they are: what its digest is of. `names`: those of a file's."""
    if kind == "post":
        return {name: getattr(row, name) for name in COLUMNS} | filed(row)
    if kind == "comment":
        return {name: getattr(row, name) for name in COMMENT_COLUMNS}
    if kind in {"category", "tag"}:
        names = ("name", "description", "parent") if kind == "category" else ("name", "description")
    return {name: getattr(row, name) for name in names}
