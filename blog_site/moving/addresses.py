"""What an address of the old blog says: its host and its path, and whether a post can have that path here."""

import re
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

from django.urls import Resolver404, resolve

from posts import slugs
from posts.models import Post

MAX_LENGTH = Post._meta.get_field("imported_path").max_length
# Of `slugs.RESERVED`, those of which only some addresses below are ours.
_FREE_BELOW = {"index.php", "archives"}
# Where the posts are listed beside a fixed home page, and where readers subscribe, give way to what had the address
# before; and of the others there are only some addresses below, which `_is_ours()` knows.
_GIVES_WAY = {"posts", "subscribe", "accent", "card", "mail"}
# Answered at the top by a server in front, beside what our own addresses and `slugs.RESERVED` name.
_OURS = re.compile(r"/(?:robots\.txt|sitemap[\w-]*\.xml|favicon\.ico)")


def host(address):
    """The host of an address without `www.`; empty for a relative one."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return "?"


def plain_address(address):
    """What two addresses of the same file have in common: host and decoded path."""
    return host(address) + re.sub("/{2,}", "/", unquote(urlsplit(address).path))


@lru_cache(maxsize=1000)
def linked_path(link):
    """The decoded path of an item's <link>, as it is; empty where that has a number instead (`?p=ID`) or no path."""
    try:
        parts = urlsplit(link.strip())
        path = unquote(parts.path, errors="strict")
    except (ValueError, UnicodeDecodeError):
        return ""
    if not path.startswith("/") or len(path) > MAX_LENGTH or number_in(parts) or re.search(r"[\x00-\x1f\x7f]", path):
        return ""
    return path


@lru_cache(maxsize=1000)
def own_path(link):
    """The path of an item's <link> where a post can have it; empty for a number and for what is ours (`/admin/…`)."""
    path = linked_path(link)
    segments = path.strip("/").split("/")
    if not path or "//" in path:
        return ""
    reserved = segments[0] in {*slugs.RESERVED, ""} - _GIVES_WAY and not (
        segments[0] in _FREE_BELOW and len(segments) > 1
    )
    reserved = reserved or slugs.is_reserved_below(segments[-1])
    return "" if reserved or {".", ".."} & set(segments) or _OURS.fullmatch(path) or _is_ours(path) else path


@lru_cache(maxsize=1000)
def _is_ours(path):
    """True if the site has something else at a path. What stands in for WordPress's old addresses gives way."""
    try:
        view = resolve(path).view_name
    except Resolver404:
        return False
    return view not in {"posts:permalink", "posts:list", "posts:subscribe"} and not view.startswith(
        "blog_site.moving.wordpress.urls."
    )


def number_in(parts):
    """(name, number) of an address by number (`?p=5`), split by urlsplit(); or None."""
    asked = parse_qs(parts.query)
    return next(((name, asked[name][0]) for name in ("p", "page_id", "attachment_id") if name in asked), None)


def home_of(address):
    """(host, path without its final slash) of a blog's address; None where it says neither."""
    name = host(address)
    return (name, unquote(urlsplit(address.strip()).path).rstrip("/")) if name not in {"", "?"} else None
