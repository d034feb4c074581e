"""The hits of one page as a reader sees them."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Comment
from comments.models.comment import permalink
from comments.plain import words_of
from posts.markup import plain_text
from posts.models import Post
from posts.models.permalink import path_of
from posts.prepared import Prepared

from .languages import name_of
from .snippets import Wanted, snippet_html, whole_html

_POSTS = Prepared(
    lambda at, numbers: (
        Post.objects.published(at)
        .filter(pk__in=numbers)
        .values_list("pk", "kind", "title", "author__name", "permalink", "language", "published_at", "body_html")
    )
)
_COMMENTS = Prepared(
    lambda at, numbers: (
        Comment.objects.approved()
        .filter(pk__in=numbers, post__in=Post.objects.published(at))
        .values_list(
            *("pk", "kind", "name", "post__title", "post__permalink", "post__language", "submitted_at", "body_html")
        )
    )
)


class Row(NamedTuple):
    """The columns of a hit: of a post, or of a comment and its post."""

    pk: int
    kind: str
    name: str  # a post's title, or who wrote a comment
    beside: str  # who wrote a post, or the title of a comment's
    permalink: str
    language: str
    time: datetime
    body_html: str

    @property
    def is_comment(self):
        return self.kind == Comment.Kind.COMMENT


class Result(NamedTuple):
    """One hit with its words marked."""

    row: Row
    url: str
    name_html: str
    snippet_html: str


def results(hits, query):
    """A `Result` for each of `hits`, in their order; what has stopped being public in this moment is left out."""
    rows = {is_comment: _rows(hits, is_comment) for is_comment in (False, True)}
    shown = [row for hit in hits if (row := rows[hit.is_comment].get(hit.pk))]
    wanted = {language: Wanted(query, name_of(language)) for language in {row.language for row in shown}}
    return [(_of_comment if row.is_comment else _of_post)(row, wanted[row.language]) for row in shown]


def _rows(hits, is_comment):
    """{number: Row}"""
    numbers = tuple(hit.pk for hit in hits if hit.is_comment == is_comment)
    asked = _COMMENTS if is_comment else _POSTS
    return {row[0]: Row(*row) for row in (asked(at=timezone.now(), numbers=numbers) if numbers else ())}


def _of_post(post, wanted):
    name = whole_html(post.name or _("Untitled"), wanted)
    return Result(post, path_of(post.permalink), name, snippet_html(post.body_html, plain_text, wanted))


def _of_comment(comment, wanted):
    name = whole_html(comment.name or _("Anonymous"), wanted)
    url = permalink(path_of(comment.permalink), comment.pk)
    return Result(comment, url, name, snippet_html(comment.body_html, words_of, wanted))
