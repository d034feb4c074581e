"""New posts of an export: in which order they are stored, and how."""

from typing import NamedTuple

from blog_site.moving.staging import hidden
from posts.models import Post


class New(NamedTuple):
    post: Post
    values: dict
    original: str
    records: list  # of the comments below it


def parents_first(new):
    """Yields them in lists, each after the posts that its own stand below are stored."""
    while new:
        # A page is read after the one above it, so that some are always ready.
        ready = [one for one in new if not one.post.parent or one.post.parent.pk] or new
        for one in ready:
            one.post.parent = one.post.parent  # which has a number by now
        yield ready
        new = [one for one in new if not one.post.pk]


def store(some, ledger):
    """Stores new posts with their terms, in a step of the ledger; nobody sees them before the file is whole."""
    posts = [new.post for new in some]
    with hidden(posts):
        Post.objects.bulk_create(posts)
    for name, column in (("categories", "category_id"), ("tags", "tag_id")):
        through = getattr(Post, name).through
        rows = [through(post_id=post.pk, **{column: key}) for post in posts for key in post.filed[name]]
        through.objects.bulk_create(rows, batch_size=1000)
    for new in some:
        public_at = new.post.published_at if new.post.status == Post.Status.PUBLISHED else None
        values = stored_values(new.post, new.values)
        ledger.made("post", new.post, values, original=new.original, public_at=public_at)


def stored_values(post, values):
    """The values of a post as they are stored now: an address may have been taken, and a slug with it."""
    return {name: post.filed[name] if name in post.filed else getattr(post, name) for name in {*values, *post.filed}}
