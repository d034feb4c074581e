"""What follows when a post or its terms were written: work that nobody waits for, and what readers see."""

from functools import partial

from django.db import connection, transaction
from django_tasks import task

from comments.models import Comment
from posts import outbox, related
from posts.models import Blog, Picture, Post, public_changed
from posts.pictures import icon


@task()
def relate_posts(pks):
    related.relate(pks)


@task(priority=outbox.LATER)
def take_icon(picture_pk):
    """Makes the blog's icon of a picture, if it has none: an import found that it was the old blog's."""
    picture, blog = Picture.objects.filter(pk=picture_pk).first(), Blog.load()
    if not picture or blog.icon:
        return
    try:
        with picture.file.open() as file:
            blog.icon = icon.store(file)
    except OSError as error:
        raise outbox.Refused(f"no icon can be made of picture {picture_pk}: {error}") from None
    blog.save()


def relate_after_commit(pks):
    """Computes what these posts are like when all of this transaction is stored: once, however much it changes."""
    waiting = connection.__dict__.setdefault("posts_to_relate", set())
    waiting.update(pks)
    transaction.on_commit(partial(_relate, waiting), robust=True)


def post_saved(instance, **_signal):
    if instance.status == Post.Status.PUBLISHED and not instance.is_page:
        relate_after_commit([instance.pk])


def tags_changed(instance, action, reverse, pk_set, **_signal):
    """Tags come after their post is saved, or from the tag's side."""
    if action.startswith("post_"):
        relate_after_commit((pk_set or ()) if reverse else [instance.pk])


def terms_changed(instance, action, reverse, pk_set, **_signal):
    """Readers see what a post is filed under: on its page, and in lists and feeds."""
    if not action.startswith("post_"):
        return
    if reverse and pk_set is None:
        # All that were filed under a term; which posts those were is not known any more.
        public_changed()
    else:
        pks = pk_set if reverse else [instance.pk]
        public_changed(Post.objects.filter(pk__in=pks, status=Post.Status.PUBLISHED))


def account_goes(instance, **_signal):
    """What an account has written stays, and is nobody's: no comment of it is marked as the author's any more."""
    Comment.objects.filter(user=instance).public_changed()


def _relate(waiting):
    if waiting:
        pks = sorted(waiting)
        waiting.clear()
        relate_posts.enqueue(pks)
