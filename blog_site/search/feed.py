"""What a search finds, as a feed: the newest of it, to hear of what comes."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog_site.replica import reads_replica
from comments import feeds as of_comments
from comments.models import Comment
from posts.feeds import views as of_posts
from posts.feeds.channel import Channel, answer
from posts.generation import present
from posts.models import Post

from .finding import find
from .form import SearchForm
from .query import parse


@require_safe
@reads_replica
def search_feed(request, form="rss"):
    """The newest of what `?q=` finds within the same limits as on the page; nothing without `q`."""
    generation, blog = present(request)
    asked = SearchForm(request)
    channel = _channel(asked, blog)
    response = answer(request, channel, form, generation, generation.modified_at, lambda: _entries(asked))
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _entries(asked):
    hits = find(parse(asked.q), asked.limits, everywhere=True).ranked
    posts = Post.objects.published().filter(pk__in=[hit.pk for hit in hits if not hit.is_comment])
    newest = posts.newest_first()[: of_posts.POSTS_IN_FEED].found_first().listed()
    said = Comment.objects.filter(pk__in=[hit.pk for hit in hits if hit.is_comment], post__in=Post.objects.published())
    entries = of_posts.entries(newest) + of_comments.entries(of_comments.read(said))
    return sorted(entries, key=lambda entry: entry.published_at, reverse=True)[: of_posts.POSTS_IN_FEED]


def _channel(asked, blog):
    query = asked.address.removeprefix(reverse("search"))
    return Channel(
        title=_("Search: %(words)s – %(blog)s") % {"words": asked.q, "blog": blog.title},
        description=blog.tagline,
        page=settings.SITE_URL + asked.address,
        base=settings.SITE_URL + reverse("search-feed"),
        query=query,
        blog=blog,
    )
