"""The feeds of comments: of the whole blog, and of each post."""

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import get_list_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.models import Comment
from comments.plain import words_of
from posts.feeds.channel import Channel, Entry, answer
from posts.feeds.text import absolute_html
from posts.generation import present
from posts.kept_posts import kept_post
from posts.models import OldPath, Post
from posts.public_pages import same_for_everybody

COMMENTS_IN_FEED = 20
COMMENTS_OF_POST = 50


@require_safe
@same_for_everybody
def of_blog(request, form="rss"):
    generation, blog = present(request)
    title = _("Comments on %(blog)s") % {"blog": blog.title}
    page = f"{settings.SITE_URL}/"
    channel = Channel(title, blog.tagline, page, base=f"{page}comments/feed/", blog=blog)
    # Asked comment by comment, from the newest on: from the posts' side it would read those of all of them.
    comments = Comment.objects.filter(Exists(Post.objects.published().filter(pk=OuterRef("post"))))
    return answer(request, channel, form, generation, generation.modified_at, lambda: entries(read(comments)))


@require_safe
@same_for_everybody
def of_post(request, path, form="rss"):
    """What was said below one post, or the way to where it is now. 404 where nobody may read it."""
    paths, published = [f"/{path}", f"/{path}".rstrip("/")], Post.objects.published()
    posts = (kept_post(request, Post.public_at, each) for each in paths)
    post = next(filter(None, posts), None)
    if not post:
        old = get_list_or_404(OldPath.objects.select_related("post"), path__in=paths, post__in=published)[0]
        return HttpResponsePermanentRedirect(old.post.feed_url + ("" if form == "rss" else f"{form}/"))
    url = f"{settings.SITE_URL}{post.get_absolute_url()}"
    title = _("Comments on “%(post)s”") % {"post": post}
    channel = Channel(title, post.summary, f"{url}#comments", base=f"{settings.SITE_URL}{post.feed_url}")
    comments, changed_at = Comment.objects.filter(post=post), max(post.changed_at, post.published_at)
    generation = post.pk, post.generation, changed_at
    return answer(request, channel, form, generation, changed_at, lambda: entries(read(comments, COMMENTS_OF_POST)))


def read(comments, most=COMMENTS_IN_FEED):
    """The newest of `comments` that everybody may read."""
    approved = comments.approved().select_related("post", "parent").order_by("-submitted_at", "-pk")
    return list(approved.defer("body", "parent__body", "parent__body_html", "post__body", "post__body_html")[:most])


def entries(comments):
    """The `Entry`s of comments."""
    return [_entry(comment) for comment in comments]


def _entry(comment):
    post, url = comment.post, _address(comment)
    return Entry(
        pk=comment.pk,
        guid=comment.guid,
        url=url,
        title=_("%(name)s on “%(post)s”") % {"name": comment.shown_name, "post": post},
        author=comment.shown_name,
        published_at=comment.submitted_at,
        modified_at=comment.modified_at,
        summary=words_of(comment.body_html),
        content=absolute_html(comment.body_html, url),
        in_reply_to=_answered(comment),
    )


def _answered(comment):
    """(guid, address) of the comment above if everybody may read it, or of the post."""
    post, parent = comment.post, comment.parent
    if parent and parent.is_public:
        parent.post = post
        return parent.guid, _address(parent)
    return post.guid, f"{settings.SITE_URL}{post.get_absolute_url()}"


def _address(comment):
    return f"{settings.SITE_URL}{comment.get_absolute_url()}"
