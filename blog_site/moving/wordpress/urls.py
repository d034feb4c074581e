"""WordPress's spellings of addresses that are spelled otherwise here: each leads on for good.

A post or page that really has such a path comes first.
"""

import re
from urllib.parse import quote, urlencode

from django.http import Http404
from django.urls import path, re_path, reverse
from django.views.decorators.http import require_safe

from blog_site.moving.redirect_fallback import answer_at, lead
from posts import redirects, views
from posts.models import Post

COMMENT_FEEDS = {"comments-rss2", "comments-rss", "comments-atom", "comments-rdf"}
_NUMBER = re.compile(r"[0-9]{1,18}")
_ARCHIVE = r"(?:(?:category|tag|author)/.+|[0-9]{4}(?:/[0-9]{2}){0,2})"


@require_safe
def home(request):
    """The home page, or what WordPress's address of it with a query means: `/?p=5`, `/?cat=3&feed=rss2`."""
    address = request.GET and from_query(request.GET)
    return lead(request, address) if address else views.home(request)


def from_query(query):
    """The address that a query of WordPress's leads to, or None where it says nothing of WordPress's.

    Raises Http404 where it names what is not here.
    """
    if "s" in query:
        return "/search/?" + urlencode({"q": query["s"]})
    address = _place(query)
    feed, page = query.get("feed", ""), query.get("paged", "")
    if feed in COMMENT_FEEDS or (feed and query.get("withcomments")):
        return reverse("comments:feed")
    if feed:
        return (address or reverse("posts:home")) + _feed(feed)
    if _NUMBER.fullmatch(page) and int(page) > 1:
        return f"{address or reverse('posts:home')}?page={page}"
    return address or (reverse("posts:home") if page else None)


def _place(query):
    """The post, page or archive that a query names, as an address."""
    for name in ("p", "page_id", "attachment_id"):
        if _NUMBER.fullmatch(number := query.get(name, "")):
            return _numbered(name, int(number))
    for name in ("cat", "author"):
        if _NUMBER.fullmatch(number := query.get(name, "")):
            return _existing(redirects.find_old(f"/?{name}={int(number)}"))
    for name, kind in (("category_name", "category"), ("tag", "tag"), ("author_name", "author")):
        if slug := re.split(r"[,+ /]", query.get(name, "").strip("/"))[-1]:
            return _existing(redirects.find_archive(kind, slug))
    if slug := query.get("name") or query.get("pagename"):
        post = Post.objects.published().filter(slug=slug.strip("/").rpartition("/")[2]).newest_first().first()
        return _existing(post)
    return _dated(query)


def _numbered(name, number):
    post = redirects.find_number(number) if name != "attachment_id" else None
    return _existing(post or redirects.find_attachment(number))


def _dated(query):
    """`m=201409` and `year=2014&monthnum=9`."""
    months = re.fullmatch(r"([0-9]{4})([0-9]{2})?([0-9]{2})?", query.get("m", ""))
    parts = months.groups() if months else [query.get(name) for name in ("year", "monthnum", "day")]
    numbers = []
    for part in parts:
        if not part or not re.fullmatch(r"[0-9]{1,4}", part):
            break
        numbers.append(f"{int(part):0{2 if numbers else 4}d}")
    return "/" + "/".join(numbers) + "/" if numbers else None


def _existing(post):
    if not post:
        raise Http404
    return post.get_absolute_url()


def _feed(kind):
    return "feed/atom/" if kind == "atom" else "feed/"


def _unless_here(request, address):
    """What really has the request's path, such as a post or its feed, or the way to `address`."""
    path = request.path_info
    if Post.objects.visible_to(request.user).filter(permalink=path).exists() or redirects.find(path):
        return views.permalink(request, path[1:])
    try:
        return answer_at(request, "comments.urls")
    except Http404:
        return lead(request, address)


@require_safe
def index(request, rest=""):
    """`/index.php` before any other address."""
    if rest:
        query = request.META.get("QUERY_STRING")
        return _unless_here(request, f"/{quote(rest)}" + (f"?{query}" if query else ""))
    return lead(request, (request.GET and from_query(request.GET)) or reverse("posts:home"))


@require_safe
def page(request, number, before=""):
    """`/page/2/`, also below an archive."""
    base = f"/{quote(before)}/" if before else "/"
    return _unless_here(request, f"{base}?page={number}" if int(number) > 1 else base)


@require_safe
def feed(request, kind="", before=""):
    """A feed of a format that is no more, by another name, or at WordPress's first addresses (`/wp-rss2.php`)."""
    return _unless_here(request, f"/{quote(before)}{_feed(kind)}")


@require_safe
def comment_feed(request):
    return _unless_here(request, reverse("comments:feed"))


@require_safe
def search(request, words, number=""):
    """`/search/WORDS/`, as a page or a feed."""
    page = {"page": number} if number and int(number) > 1 else {}
    return _unless_here(request, "/search/?" + urlencode({"q": words.strip("/"), **page}))


urlpatterns = [
    path("", home),
    re_path(r"^index\.php(?:/(?P<rest>.*))?$", index),
    re_path(r"^(?:(?P<before>" + _ARCHIVE + r")/)?page/(?P<number>[0-9]{1,6})/?$", page),
    re_path(r"^search/(?P<words>[^/]+)/page/(?P<number>[0-9]{1,6})/?$", search),
    re_path(r"^search/(?P<words>[^/]+)/(?:feed/(?:[a-z0-9]+/?)?)?$", search),
    re_path(r"^comments/feed/(?:rss2?|rdf|feed)/?$", comment_feed),
    path("wp-commentsrss2.php", comment_feed),
    re_path(r"^(?P<before>(?:.+/)?)feed/(?P<kind>rss2?|rdf|feed)/?$", feed),
    re_path(r"^wp-(?P<kind>rss2?|rdf|atom|feed)\.php$", feed),
    re_path(r"^(?P<kind>rss2?|rdf|atom)/?$", feed),
]
