"""What the desk does with a post by one press of a button, in its list, in its form, or with many at once.

A verb takes a post as it is stored now, changes it, and returns whether it had to; it raises ValidationError where the
form would refuse. Whatever the desk stores of a post, it stores `announced()`.
"""

from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from posts import websub
from posts.models import Post
from posts.pictures.alternatives import ask_for_alternatives
from posts.subscriptions import announcing


@contextmanager
def announced(post):
    """Within it a post is stored; after it the hub is told, if feeds have something new of it, and subscribers."""
    was_hidden = Post.objects.filter(pk=post.pk).exclude(status=Post.Status.PUBLISHED).exists()
    yield
    websub.announce(post, was_hidden=was_hidden)
    announcing.announce(post)


def publish(post):
    require_outside_trash(post)
    if _may_have_pictures(post.body) or (post.picture_id and not post.picture.is_described):
        ask_for_alternatives(post)
    return _set_status(post, Post.Status.PUBLISHED)


def make_draft(post):
    require_outside_trash(post)
    return _set_status(post, Post.Status.DRAFT)


def make_private(post):
    require_outside_trash(post)
    return _set_status(post, Post.Status.PRIVATE)


def trash(post):
    if post.status == Post.Status.TRASH:
        return False
    post.move_to_trash()
    return True


def restore(post):
    if post.status != Post.Status.TRASH:
        return False
    with announced(post):
        post.restore()
    return True


def require_outside_trash(post):
    """Raises ValidationError for what has gone to the trash since the list was shown."""
    if post.status == Post.Status.TRASH:
        raise ValidationError(_("It is in the trash. Restore it first."))


def _set_status(post, status):
    if post.status == status:
        return False
    post.status = status
    with announced(post):
        post.save(update_fields=["status"])
    return True


def _may_have_pictures(text):
    """False of most texts, which need not be set to be sure."""
    return "![" in text or "<img" in text.lower()
