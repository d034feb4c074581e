"""The lists of public posts, the newest first: of the blog, and of each archive that has pages and a feed."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from posts.models import Post
from posts.models.listed import LISTED, Listed
from posts.prepared import Prepared


class Kind:
    """`posts(at, **of)`: those that such a list has at that time."""

    def __init__(self, posts: Callable[..., Any]) -> None:
        self.posts = posts
        self.rows = Prepared(
            lambda at, rows, **of: (
                posts(at, **of).newest_first()[rows.start : rows.stop].found_first().values_list(*LISTED)
            )
        )


class PostList:
    """One list, as a Paginator takes it: a slice of it is a list of `Listed`."""

    def __init__(self, kind: Kind, **of: Any) -> None:
        self.kind, self.of = kind, of

    def count(self) -> int:
        return self.kind.posts(timezone.now(), **self.of).count()

    def __getitem__(self, rows: slice) -> list[Listed]:
        listed = self.kind.rows(at=timezone.now(), rows=range(rows.start or 0, rows.stop), **self.of)
        return [Listed(*row) for row in listed]


def _public(at):
    return Post.objects.published(at).posts()


_ALL = Kind(_public)
_OTHERS = Kind(lambda at, without: _public(at).exclude(pk__in=without))
_PINNED = Kind(lambda at: _public(at).pinned())
# The span stands first, or SQLite would search its index by the present.
_WITHIN = Kind(
    lambda at, start, end: Post.objects.filter(published_at__gte=start, published_at__lt=end).published(at).posts()
)
_TAGGED = Kind(lambda at, tag: _public(at).filter(tags=tag))
_BY_AUTHOR = Kind(lambda at, author: _public(at).filter(author=author))
_FILED = Kind(lambda at, categories, is_common: _public(at).filed_under(categories, is_common=is_common))


def of_blog(without=()):
    """All but those, a list of posts."""
    return PostList(_OTHERS, without=tuple(post.pk for post in without)) if without else PostList(_ALL)


def pinned():
    return PostList(_PINNED)


def within(dates):
    """What came between the `start` and the `end` of some `ArchiveDates`."""
    return PostList(_WITHIN, start=dates.start, end=dates.end)


def of_category(category, *, is_common):
    """Those of a category and of all below it; see `filed_under()`."""
    return PostList(_FILED, categories=category.branch_pks, is_common=is_common)


def of_tag(tag):
    return PostList(_TAGGED, tag=tag.pk)


def of_author(author):
    return PostList(_BY_AUTHOR, author=author.pk)
