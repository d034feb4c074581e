"""What a search finds, as a feed: the newest of it, to hear of what comes."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments import feeds as of_comments
from comments.models import Comment
from posts.feeds import views as of_posts
from posts.feeds.channel import BEFORE_ALL, Channel, answer
from posts.models import Blog, Post

from .finding import find
from .form import SearchForm
from .query import parse


@require_safe
def search_feed(request, form="rss"):
    """The newest of what `?q=` finds within the same limits as on the page; nothing without `q`."""
    asked = SearchForm(request.GET)
    hits = find(parse(asked.q), asked.limits, everywhere=True).ranked
    posts = of_posts.read(Post.objects.published().filter(pk__in=[hit.pk for hit in hits if not hit.is_comment]))
    said = Comment.objects.filter(pk__in=[hit.pk for hit in hits if hit.is_comment], post__in=Post.objects.published())
    comments = of_comments.read(said)
    content = [of_posts.stamps(posts), of_comments.stamps(comments)]
    changed_at = max(
        (post.changed_at for post in (*posts, *(comment.post for comment in comments))), default=BEFORE_ALL
    )

    def entries():
        found = of_posts.entries(posts) + of_comments.entries(comments)
        return sorted(found, key=lambda entry: entry.published_at, reverse=True)[: of_posts.POSTS_IN_FEED]

    response = answer(request, _channel(asked), form, changed_at, content, entries)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _channel(asked):
    blog, query = Blog.load(), asked.address().removeprefix(reverse("search"))
    return Channel(
        title=_("Search: %(words)s – %(blog)s") % {"words": asked.q, "blog": blog.title},
        description=blog.tagline,
        page=settings.SITE_URL + asked.address(),
        base=settings.SITE_URL + reverse("search-feed"),
        query=query,
        blog=blog,
    )
