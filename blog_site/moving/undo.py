"""Undoing an import: what it brought goes, what it changed is as it was; what was touched here since stays.

It is done in short steps. The first hides the posts that go; a process that is killed leaves the rest to the next one,
which finds in the notes that are left what is still to do. What an import has written of a file when it is killed, or
fails, is taken back in the same way.
"""

import contextlib
from functools import partial

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from comments.models import Comment
from posts import outbox
from posts.markup import typeset
from posts.models import Post
from posts.pictures import icon
from posts.rerendering import rerender_texts
from posts.steps import Steps

from .comment_numbers import batches
from .models import Import
from .one_at_a_time import one_at_a_time
from .staging import hide_stored, publish
from .undo_plan import MODELS, Plan, plan, touched_comments, why_it_stays

# What goes if nothing needs it any more, and in which order.
UNUSED_GO = ("menu_entry", "category", "tag", "author", "attachment", "picture")
REASON = "an import was undone"


def undo(source, *, wait=False):
    """Undoes the import as far as nothing was touched here since; returns the Plan. One that was cut off goes on.

    One that somebody else has undone in the meantime is left as it is. Raises StillRunning where another import or undo
    is under way, unless it may `wait`.
    """
    with one_at_a_time(wait=wait):
        take_back_half_done(but=source)
        source.refresh_from_db()
        return _undo(source) if source.can_be_undone else Plan()


def take_back_half_done(*, but=None):
    """Takes back what processes that are gone have left half written, and goes on with undos; the caller has the lock
    of `one_at_a_time()`. `but`: one that the caller sees to."""
    for source in Import.objects.half_done().order_by("-pk"):
        if source.unfinished_after is not None:
            take_back_unfinished(source)
        elif source != but:
            _undo(source)


def take_back_unfinished(source):
    """Takes back what is written of a file that is not whole; nobody has seen any of it."""
    rows = source.rows.filter(pk__gt=source.unfinished_after)
    _Undoing(source, rows).run()
    with Steps().step():
        # Somebody who may see what is not public has touched it.
        publish(source, as_drafts=True)
        source.unfinished_after = None
        source.save(update_fields=["unfinished_after"])
        if not source.by and not source.rows.exists():
            source.delete()


def _undo(source):
    undoing = _Undoing(source, source.rows)
    if source.state != Import.State.UNDOING:
        with undoing.steps.step():
            undoing.hide()
            source.state, source.report = Import.State.UNDOING, source.report | {"undone": undoing.plan.as_dict()}
            source.save(update_fields=["state", "report"])
    undoing.run()
    with undoing.steps.step():
        # What was touched while it was undone is public again.
        publish(source)
        source.state, source.ended_at = Import.State.UNDONE, timezone.now()
        source.report["undone"]["kept"] = undoing.plan.as_dict()["kept"]
        source.save(update_fields=["state", "ended_at", "report"])
    return undoing.plan


class _Undoing:
    """Takes back what `rows`, notes of the `source`, tell of, step by step; each forgets its notes."""

    def __init__(self, source, rows):
        self.source, self.rows, self.steps = source, rows, Steps()
        self.plan = plan(source, rows)

    def hide(self):
        """What readers see at once: the posts are not public any more, nor the menu, and the blog has its old name."""
        for numbers in batches(self.plan.posts):
            hide_stored(self.source, numbers)
        entries = self.source.rows.filter(kind="menu_entry", before__isnull=True)
        MODELS["menu_entry"].objects.filter(pk__in=entries.values("row")).delete()
        for pk in self.source.rows.filter(kind="blog").values_list("pk", flat=True):
            if pk in self.plan.restored:
                self._restore(pk)

    def run(self):
        # An answer goes before what it answers, a page before the one above it, as the database wants it.
        comments = _deepest_first({pk: parent for pk, (_post, parent) in self.plan.comments.items()})
        for numbers in self.steps.split(comments, kind="comments"):
            with self.steps.step():
                self._remove_comments(numbers)
        posts = _deepest_first({pk: parent for pk, (parent, _modified_at) in self.plan.posts.items()})
        for row in self.plan.restored:
            self._render(row)
            with self.steps.step():
                self._restore(row)
        for numbers in self.steps.split(posts, kind="posts"):
            with self.steps.step():
                self._remove_posts(numbers)
        for kind in UNUSED_GO:
            self._remove_unused(kind)

    def _forget(self, kind, numbers):
        """The notes on what is gone: a number may come again."""
        self.source.rows.filter(kind=kind, row__in=numbers).delete()

    def _remove_comments(self, numbers):
        rows = Comment.objects.filter(pk__in=numbers)
        posts = set(rows.select_for_update().values_list("post_id", flat=True))
        stay = touched_comments(numbers)
        going = set(numbers) - stay
        # Since the plan was made somebody may have answered: whatever is left of answers is not among these.
        while stay := _answered_by_others(going):
            going -= stay
        rows.filter(pk__in=going).take_out()
        Comment.objects.recount(posts - self.plan.posts.keys())
        self._forget("comment", going)

    def _remove_posts(self, numbers):
        posts = Post.objects.filter(pk__in=numbers)
        present = posts.select_for_update().values_list("pk", "modified_at")
        touched = {pk for pk, modified_at in present if modified_at != self.plan.posts[pk][1]}
        touched |= set(Comment.objects.filter(post__in=numbers).values_list("post_id", flat=True))
        touched |= set(Post.objects.filter(parent__in=numbers).exclude(pk__in=numbers).values_list("parent", flat=True))
        going = set(numbers) - touched
        # Within one step, too, the page above is protected as long as one is below.
        posts.filter(pk__in=going).update(parent=None)
        posts.filter(pk__in=going).delete()
        self._forget("post", going)

    def _render(self, pk):
        """What takes long of restoring a post is remembered, and not done again while others wait."""
        row = self.source.rows.filter(pk=pk, kind="post").defer("original").first()
        post = row and Post.objects.filter(pk=row.row).first()
        if post:
            typeset(*(row.before.get(name, getattr(post, name)) for name in ("body", "body_format", "language")))

    def _restore(self, pk):
        row = self.source.rows.filter(pk=pk).first()
        instance = row and MODELS[row.kind].objects.select_for_update(no_key=True).filter(pk=row.row).first()
        if not instance or why_it_stays(row, instance):
            return
        _restore(row, instance)
        if row.kind == "comment":
            Comment.objects.recount([instance.post_id])
        row.delete()

    def _remove_unused(self, kind):
        """Terms, people and files that the import made, and that nothing needs any more."""
        numbers = self.rows.filter(kind=kind, before__isnull=True).values_list("row", flat=True)
        # The newest first: a category comes after the one above it.
        for some in reversed([*batches(numbers)]):
            for row in MODELS[kind].objects.filter(pk__in=some).order_by("-pk"):
                if not _is_used(kind, row):
                    with contextlib.suppress(ProtectedError), self.steps.step():
                        # Protected: somebody has begun to use it just now.
                        row.delete()
        here = MODELS[kind].objects.values("pk")
        self.rows.filter(kind=kind).exclude(row__in=here).delete()


def _answered_by_others(numbers):
    """Those of the comments that one which is not among them answers."""
    return set(Comment.objects.filter(parent__in=numbers).exclude(pk__in=numbers).values_list("parent", flat=True))


def _deepest_first(parents):
    """The numbers of {number: the one above it, or None}, each after all that are below it."""
    depths = {}
    for number in parents:
        way = []
        while number in parents and number not in depths:
            way.append(number)
            number = parents[number]
        depth = depths.get(number, 0)
        for below in reversed(way):
            depth += 1
            depths[below] = depth
    return sorted(parents, key=lambda number: (-depths[number], number))


def _restore(row, instance):
    # Restoring another row may have changed what is counted in this one.
    instance.refresh_from_db()
    for name, value in row.before.items():
        if name in {"categories", "tags"}:
            getattr(instance, name).set(value)
        elif name != "status" or row.kind != "comment":
            if row.kind == "blog":
                _follow(instance, name)
            column = instance._meta.get_field(name)
            is_time = isinstance(column, models.DateTimeField) and value
            setattr(instance, column.attname, parse_datetime(value) if is_time else value)
    if row.before.keys() - {"status"} or row.kind != "comment":
        instance.save()
    if row.kind == "comment" and "status" in row.before:
        change = {"approved": "approve", "pending": "hold", "spam": "spam", "trash": "trash"}[row.before["status"]]
        getattr(instance, change)(by=None, reason=REASON)


def _follow(blog, name):
    """What goes with a setting of the blog that is taken back."""
    if name == "language" and blog.language:
        outbox.put(rerender_texts)
    if name == "icon" and blog.icon:
        transaction.on_commit(partial(icon.delete, blog.icon), robust=True)


def _is_used(kind, row):
    if kind == "menu_entry":
        return False
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
