"""Where an address leads at which nothing is: to what stood there, or to the same thing as it is spelled here.

No redirect leads to a 404: the site itself is asked for each target before anybody is sent there.
"""

import re
from copy import copy
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect, QueryDict
from django.urls import resolve

from posts import redirects
from posts.models import Post
from posts.views import PastTheEnd

from .models import Import

_ANY = "posts:permalink"  # the view of every address that is no other's, which has looked for what once stood there
MOST_TURNS = 4  # of an address that leads to one that leads on
# What WordPress puts after the address of a post or an archive.
_TAIL = re.compile(r"(?P<base>/.+?/)(?:feed(?:/(?P<form>[a-z0-9]{1,9}))?|page/(?P<page>[0-9]{1,6}))/?")
_ARCHIVE = re.compile(r"/(?P<kind>category|tag|author)/(?P<slugs>.+?)/?")
# Archives below the part that all posts' addresses begin with: `/blog/category/news/`, `/archives/date/2014/09/`.
_BELOW_FRONT = re.compile(r"/(?P<front>[^/]+)(?:/date)?(?P<rest>/(?:(?:category|tag|author)/.+|[0-9]{4}(?:/.*)?))")
# No address of an old blog led to these.
_STAFF = re.compile(r"/(?:admin|accounts)/")
# Parameters of our own, which name no other post.
_OURS = {"comment", "comments", "thread", "replytocom", "awaiting"}


class LastPage(HttpResponseRedirect):
    """To the last page of a list, which another post will make longer."""


def old_addresses_lead_on(get_response):
    """A visitor who would be told that nothing is there is sent on, where something is."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        """`/a/?lang=fr` may be another post than `/a/`, where the old blog told them apart by that."""
        if request.GET and request.resolver_match.view_name == _ANY and _OURS.isdisjoint(request.GET):
            target = redirects.find_old(f"{request.path_info}?{request.META.get('QUERY_STRING', '')}")
            if target and unquote(target.get_absolute_url()) != request.path_info:
                return HttpResponsePermanentRedirect(target.get_absolute_url())
        return None

    def process_exception(request, exception):
        is_asking = isinstance(exception, Http404) and request.method in {"GET", "HEAD"}
        return elsewhere(request) if is_asking else None

    middleware.process_view, middleware.process_exception = process_view, process_exception
    return middleware


def elsewhere(request):
    """The redirect to where the thing is that the request's address means; None where there is none."""
    for address in _addresses(request):
        if unquote(address) == request.path_info:
            continue
        try:
            return lead(request, address)
        except Http404:
            continue
    return None


def lead(request, address):
    """The redirect to an `address` of this site, or to where that one leads. Raises Http404 where nothing is there."""
    if address.startswith(settings.MEDIA_URL):
        return HttpResponsePermanentRedirect(address)
    asked = _asking(request, address)
    try:
        answer = answer_at(asked)
    except PastTheEnd as error:
        # The old blog had fewer on a page: its last pages are on ours.
        base = address.partition("?")[0]
        return LastPage(_with_page(asked, base, error.last))
    except Http404:
        answer = elsewhere(asked)
        if not answer:
            raise
        return answer
    leads_on = answer.status_code == 301 or isinstance(answer, LastPage)
    return answer if leads_on else HttpResponsePermanentRedirect(address)


def answer_at(request, urls=None):
    """What the site, or the addresses of one of its parts, answers to a request; raises Http404."""
    match = resolve(request.path_info, urls)
    request.resolver_match = match
    return match.func(request, *match.args, **match.kwargs)


def _asking(request, address):
    """The request as it would come for another address."""
    parts = urlsplit(address)
    asked = copy(request)
    asked.turns = getattr(request, "turns", 0) + 1
    # Two slashes in front would be another host's address.
    if address.startswith("//") or asked.turns > MOST_TURNS:
        raise Http404
    asked.path = asked.path_info = unquote(parts.path)
    asked.META = {**request.META, "PATH_INFO": asked.path, "QUERY_STRING": parts.query}
    asked.GET = QueryDict(parts.query)
    return asked


def _with_page(request, base, number):
    query = request.GET.copy()
    query["page"] = number
    if number == 1:
        del query["page"]
    return base + (f"?{query.urlencode()}" if query else "")


def _addresses(request):
    """Yields the addresses that may be meant, the surest first."""
    path, query = request.path_info, request.META.get("QUERY_STRING", "")
    query = f"?{query}" if query else ""
    if request.resolver_match.view_name != _ANY and (target := _place(path)):
        yield target.get_absolute_url() + query
    tail = _TAIL.fullmatch(path)
    if target := tail and _place(tail["base"]):
        yield _with_tail(target, tail)
    # A file's name takes no slash: the view of files would be asked again.
    if not path.endswith("/") and resolve(f"{path}/").view_name not in {_ANY, "media"}:
        yield f"{quote(path)}/{query}"
    if _STAFF.search(path):
        return
    if tail and tail["page"]:
        # A part of what has none here: of a post, or of the page that listed the posts.
        yield quote(tail["base"])
    front = _BELOW_FRONT.fullmatch(path)
    if front and _is_front(front["front"]):
        yield quote(front["rest"]) + query
    for folder in _folders():
        if path.removesuffix("index.php").rstrip("/") == folder and (target := _numbered(request.GET, folder)):
            yield target.get_absolute_url()
        if path == folder or path.startswith(f"{folder}/"):
            yield (quote(path.removeprefix(folder)) or "/") + query


def _place(path):
    """The post, file or archive that stood at a path, or is meant by it; None for an address that is in use."""
    archive = _ARCHIVE.fullmatch(path)
    target = redirects.find(path) or (archive and redirects.find_archive(archive["kind"], archive["slugs"]))
    return target if target and unquote(target.get_absolute_url()) != path else None


def _with_tail(target, tail):
    """The address of a part or another form of what was found, as it is spelled here."""
    address = target.get_absolute_url()
    if not tail["page"]:
        form = f"{tail['form']}/" if tail["form"] in {"atom", "json"} else ""
        return f"{address.rstrip('/')}/feed/{form}"
    is_post = isinstance(target, Post) or getattr(target, "post", None)
    return address if is_post or int(tail["page"]) < 2 else f"{address}?page={int(tail['page'])}"


def _is_front(name):
    return name == "archives" or Post.objects.posts().filter(permalink__startswith=f"/{name}/").exists()


def _numbered(query, folder):
    """What had a number in the blog that stood in a folder: another blog has the same numbers."""
    name, number = next(iter(query.items()), ("", ""))
    if len(query) != 1 or not re.fullmatch(r"[0-9]{1,18}", number):
        return None
    name = "p" if name == "page_id" else name
    return redirects.find_old(f"{folder}/?{name}={int(number)}")


def _folders():
    """The folders in which blogs stood that moved in, the deepest first: "/blog"."""
    kept = Import.objects.exclude(state=Import.State.UNDONE).values_list("folders", flat=True)
    return sorted({folder for folders in kept for folder in folders}, key=len, reverse=True)
