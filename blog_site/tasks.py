"""Work after a post was written that nobody waits for."""

from functools import partial

from django.db import connection, transaction
from django_tasks import task

from posts import related
from posts.models import Post


@task()
def relate_posts(pks):
    related.relate(pks)


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


def _relate(waiting):
    if waiting:
        pks = sorted(waiting)
        waiting.clear()
        relate_posts.enqueue(pks)
