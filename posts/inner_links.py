"""Links of a text to this blog: which of them lead a reader nowhere."""

import html
import re
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve

from posts import redirects
from posts.dates import archive_dates
from posts.models import Author, Category, Post, Tag
from posts.pictures.markup import stored_name

MOST = 100  # links that are looked at
_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
_ID = re.compile(r'\sid="([^"]*)"')
# Places of the page around the text.
_AROUND = {"#", "#top", "#content", "#comments", "#respond", "#corrections", "#related"}
_ARCHIVES = {"category": (Category, "path"), "tag": (Tag, "slug"), "author": (Author, "slug")}
_FOR_NOBODY = re.compile(r"/(?:admin|preview)/")


def broken_links(post):
    """The addresses, as they stand in the text, of the links within this blog that lead nowhere, or to what is not
    public. `post.body_html` is of its text; asks the database only for links that there are.
    """
    written = dict.fromkeys(html.unescape(address) for address in _LINK.findall(post.body_html))
    paths = {address: path for address in list(written)[:MOST] if (path := _path(post, address)) is not None}
    wanted = [path for path in paths.values() if not path.startswith("#")]
    known = _public(wanted) | _places(post) | {post.permalink}
    return [address for address, path in paths.items() if path not in known and not _is_there(path)]


def _public(paths):
    if not paths:
        return set()
    return set(Post.objects.published().filter(permalink__in=paths).values_list("permalink", flat=True))


def _places(post):
    """The places on the page of the post, as `#place`."""
    return {f"#{html.unescape(anchor)}" for anchor in _ID.findall(post.body_html)} | _AROUND


def _path(post, address):
    """The decoded path of an address on this blog, `#place` of one on the same page; None of any other."""
    try:
        if address.startswith("#"):
            return unquote(address)
        whole = urlsplit(urljoin(f"{settings.SITE_URL}{post.get_absolute_url() or '/'}", address))
    except ValueError:
        return None
    is_here = whole.scheme in {"http", "https"} and whole.netloc == urlsplit(settings.SITE_URL).netloc
    # `/?p=7` and the like mean another page than their path.
    return unquote(whole.path or "/") if is_here and not whole.query else None


def _is_there(path):
    if path.startswith(("#comment-", settings.STATIC_URL)):
        return True
    if path.startswith("#") or _FOR_NOBODY.match(path) or "\x00" in path:
        return False
    if name := stored_name(path):
        return _is_stored(name)
    try:
        match = resolve(path)
    except Resolver404:
        return False
    kind = match.view_name.removeprefix("posts:").removesuffix("-feed")
    if kind in _ARCHIVES:
        model, field = _ARCHIVES[kind]
        is_public = model.objects.public().filter(**{field: match.kwargs[field]}).exists()
        return is_public or redirects.find(path) is not None
    if kind in {"year", "month", "day"}:
        dates = archive_dates(**match.kwargs)
        posts = Post.objects.published().posts()
        return bool(dates) and posts.filter(published_at__gte=dates.start, published_at__lt=dates.end).exists()
    return kind != "permalink" or redirects.find(path) is not None


def _is_stored(name):
    try:
        return default_storage.exists(name)
    except (SuspiciousOperation, OSError, ValueError):
        return False
