"""The hits of one page as a reader sees them."""

from dataclasses import dataclass

from comments.models import Comment
from comments.plain import words_of
from posts.markup import plain_text
from posts.models import Post
from posts.models.queryset import SEARCHED

from .languages import name_of
from .snippets import snippet_html, whole_html


@dataclass
class Result:
    """One hit with its words marked: `post`, and `comment` if it is one."""

    post: Post
    comment: Comment | None
    url: str
    title_html: str
    snippet_html: str


def results(hits, query):
    """A `Result` for each of `hits`, in their order; what has stopped being public in this moment is left out."""
    posts = _rows(Post.objects.published().select_related("author").only(*_OF_A_POST), hits, comments=False)
    approved = Comment.objects.approved().filter(post__in=Post.objects.published())
    comments = _rows(approved.select_related("post").defer(*_NOT_OF_A_POST), hits, comments=True)
    for hit in hits:
        if hit.is_comment and hit.pk in comments:
            yield _of_comment(comments[hit.pk], query)
        elif not hit.is_comment and hit.pk in posts:
            yield _of_post(posts[hit.pk], query)


_OF_A_POST = ("kind", "title", "permalink", "language", "published_at", "body_html", "author__name")
_NOT_OF_A_POST = [f"post__{column}" for column in ("body", "body_html", *SEARCHED)]


def _rows(queryset, hits, *, comments):
    wanted = [hit.pk for hit in hits if hit.is_comment == comments]
    return queryset.in_bulk(wanted) if wanted else {}


def _of_post(post, query):
    language = _language(post)
    text = snippet_html(plain_text(post.body_html), query, language)
    return Result(post, None, post.get_absolute_url(), whole_html(str(post), query, language), text)


def _of_comment(comment, query):
    language = _language(comment.post)
    text = snippet_html(words_of(comment.body_html), query, language)
    name = whole_html(str(comment.shown_name), query, language)
    return Result(comment.post, comment, comment.get_absolute_url(), name, text)


def _language(post):
    return name_of(post.language)
