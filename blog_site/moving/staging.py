"""What an import writes before it is whole is not public: its posts are scheduled for a day that nobody waits for.

Being public is asked of each row whenever somebody reads, so that this one column hides a post, all that stands below
it, and the redirects to it; and shows all of it at once in a short transaction, the last of the import.
"""

from contextlib import contextmanager
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Subquery

from posts.models import Post

STAGED = datetime(9000, 1, 1, tzinfo=UTC)


@contextmanager
def hidden(posts):
    """Within it posts that are about to be stored are scheduled for that day. Their notes say when they are public."""
    published = [(post, post.published_at) for post in posts if post.status == Post.Status.PUBLISHED]
    for post, _published_at in published:
        post.published_at = STAGED
    yield
    for post, published_at in published:
        post.published_at = published_at


def hide_stored(source, pks):
    """The same for posts that are stored, and whose `source` has a note on each."""
    posts = Post.objects.filter(pk__in=pks, status=Post.Status.PUBLISHED).exclude(published_at=STAGED)
    times = Post.objects.filter(pk=OuterRef("row")).values("published_at")
    source.rows.filter(kind="post", before__isnull=True, row__in=posts.values("pk")).update(public_at=Subquery(times))
    posts.update(published_at=STAGED)


def publish(source, *, as_drafts=False):
    """Gives all posts that are hidden the times that the notes of their `source` have; with `as_drafts`, in vain."""
    notes = source.rows.filter(kind="post", row=OuterRef("pk"), public_at__isnull=False).order_by("-pk")
    # The status and the kind are what the index of lists begins with.
    hidden = Post.objects.filter(kind__in=Post.Kind.values, status=Post.Status.PUBLISHED, published_at=STAGED)
    hidden = hidden.filter(Exists(notes))
    values = {"status": Post.Status.DRAFT} if as_drafts else {}
    return hidden.update(published_at=Subquery(notes.values("public_at")[:1]), **values)
