"""Addresses of the blog that moves in: an item's own path, and links from one post to another."""

import re
from urllib.parse import unquote, urlsplit

from posts import slugs
from posts.models import Post

from .uploads import host

# What the site answers itself, beside the first segments that slugs know: files at the top, and archives.
_OURS = re.compile(r"/(?:robots\.txt|sitemap\.xml|favicon\.ico|\d{4}(?:/\d\d){0,2}/?)")
MAX_LENGTH = Post._meta.get_field("imported_path").max_length


def own_path(link):
    """The decoded path of an item's <link>, as it is; empty where a post can't have it (`?p=ID`, `/admin/…`)."""
    try:
        path = unquote(urlsplit(link).path, errors="strict")
    except (ValueError, UnicodeDecodeError):
        return ""
    segments = path.strip("/").split("/")
    if not path.startswith("/") or len(path) > MAX_LENGTH or "//" in path or re.search(r"[\x00-\x1f\x7f]", path):
        return ""
    if segments[0] in {*slugs.RESERVED, ""} or {".", ".."} & set(segments) or _OURS.fullmatch(path):
        return ""
    return path


def relative_link(address, *, hosts, paths):
    """A link to one of the blog's own posts without the blog's old host; None for any other."""
    if host(address) not in hosts or own_path(address) not in paths or not own_path(address):
        return None
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
