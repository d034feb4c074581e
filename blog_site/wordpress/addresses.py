"""Addresses of the blog that moves in: an item's own path, those it had before, and links from one post to another."""

import re
from functools import lru_cache
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.urls import Resolver404, resolve

from posts import slugs
from posts.models import OldPath, Post

from .uploads import host

MAX_LENGTH = Post._meta.get_field("imported_path").max_length
# Answered at the top by a server in front, beside what our own addresses and `slugs.RESERVED` name.
_OURS = re.compile(r"/(?:robots\.txt|sitemap[\w-]*\.xml|favicon\.ico)")
# After a post's path: a part, a page of comments, another form of it.
_FORM = re.compile(r"/(?:comment-page-\d+|\d{1,3}|feed|trackback|embed|amp)/?$")
# What WordPress answers at the same addresses as we do.
_SHARED = re.compile(r"/|/(?:category|tag|author)/.+|/\d{4}/(?:\d\d/(?:\d\d/)?)?|/(?:comments/)?feed/(?:atom/)?")


@lru_cache(maxsize=1000)
def own_path(link):
    """The decoded path of an item's <link>, as it is; empty where a post can't have it (`?p=ID`, `/admin/…`)."""
    try:
        path = unquote(urlsplit(link).path, errors="strict")
    except (ValueError, UnicodeDecodeError):
        return ""
    segments = path.strip("/").split("/")
    if not path.startswith("/") or len(path) > MAX_LENGTH or "//" in path or re.search(r"[\x00-\x1f\x7f]", path):
        return ""
    reserved = segments[0] in {*slugs.RESERVED, ""} and not (segments[0] == "index.php" and len(segments) > 1)
    reserved = reserved or slugs.is_reserved_below(segments[-1])
    return "" if reserved or {".", ".."} & set(segments) or _OURS.fullmatch(path) or _is_ours(path) else path


@lru_cache(maxsize=1000)
def _is_ours(path):
    """True if the site has something else at a path. What stands in for WordPress's old addresses gives way."""
    try:
        found = resolve(path).view_name
    except Resolver404:
        return False
    return found != "posts:permalink" and not found.startswith("blog_site.old_addresses.")


def old_paths(item, path):
    """The paths that an item at `path` had under slugs and dates that WordPress remembers, in their order.

    One without a path, such as a draft, has those alone that our own export names.
    """
    slug_now, found = unquote(item.name), {}
    slugs_then = [slug_now, *map(unquote, item.meta.get("_wp_old_slug", "").split("\n"))]
    for slug in filter(None, slugs_then if path else ()):
        before, mark, after = path.rpartition(f"/{slug_now}")
        renamed = f"{before}/{slug}{after}" if mark and after in {"", "/"} else path
        for date in ["", *re.findall(r"\d{4}-\d\d-\d\d", item.meta.get("_wp_old_date", ""))]:
            found[_redated(renamed, date)] = True
    found |= dict.fromkeys(item.meta.get("_right_of_reply_old_path", "").split("\n"), True)
    return [old for old in found if old.startswith("/") and old != path and len(old) <= MAX_LENGTH]


def _redated(path, date):
    year, month, day = date.split("-") if date else ("", "", "")
    if not date:
        return path
    return re.sub(
        r"/\d{4}/\d\d(/\d\d)?(?=/)", lambda match: f"/{year}/{month}" + (f"/{day}" if match[1] else ""), path, count=1
    )


class Links:
    """Where links to the old blog lead in the new one. `surveys`: of the blog's files."""

    def __init__(self, surveys):
        self.hosts = {one for found in surveys for one in found.hosts}
        self.past_hosts = {one for found in surveys for one in found.past_hosts}
        self.paths = {old: path for found in surveys for old, path in found.paths.items()}
        self.numbers = {number: path for found in surveys for number, path in found.numbers.items()}

    def new(self, address):
        """A link to the blog itself, without its old host; None for any other."""
        linked = host(address)
        if linked not in self.hosts and linked not in self.past_hosts:
            return None
        parts = urlsplit(address)
        path = self._path(parts)
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        if path:
            return path + fragment
        by_number = {"p", "page_id", "attachment_id"} & parse_qs(parts.query).keys()
        if linked in self.hosts and not by_number and _SHARED.fullmatch(parts.path or "/"):
            return (parts.path or "/") + (f"?{parts.query}" if parts.query else "") + fragment
        return None

    def _path(self, parts):
        """The address of the item that is meant, or None."""
        if parts.path in {"", "/", "/index.php"}:
            asked = parse_qs(parts.query)
            for name in ("p", "page_id", "attachment_id"):
                number = next(iter(asked.get(name, ())), "")
                if number in self.numbers:
                    return quote(self.numbers[number]) or f"/?{name}={number}"
            return None
        path = unquote(parts.path)
        if known := self.paths.get(path.rstrip("/")):
            return quote(known) + (f"?{parts.query}" if parts.query else "")
        return parts.path if _FORM.sub("", path) in self.paths and _FORM.search(path) else None


class OldAddresses:
    """Writes down where the addresses of the old blog lead: those of posts as they come in, all others at the end."""

    def __init__(self):
        self.waiting = []
        self.numbers = {}

    def note(self, item, post):
        """A post or page that came in; it may be stored later, but before `write()`."""
        self.waiting.append((item.id, post, old_paths(item, post.permalink)))

    def write(self):
        rows = []
        for number, post, paths in self.waiting:
            self.numbers.setdefault(number, post.pk)
            rows += [OldPath(path=path, post_id=post.pk) for path in paths]
        self.waiting = []
        _store(rows)

    def finish(self, found, others, people, terms):
        """Attachments lead to the post that they hang on; authors and categories by number to their pages."""
        rows = [
            row
            for attachment in [one for survey in (found, *others) for one in survey.attachments]
            for row in self._of_attachment(attachment)
        ]
        for author in found.authors:
            if _is_number(author.id) and author.login:
                rows.append(OldPath(path=f"/?author={int(author.id)}", author=people.get(author.login)))
        for category in found.categories:
            if _is_number(category.id):
                key = terms.category(category.slug, category.name)
                rows.append(OldPath(path=f"/?cat={int(category.id)}", category_id=key))
        _store(rows)

    def _of_attachment(self, attachment):
        post = self.numbers.get(attachment.parent)
        paths = [path for path in [own_path(attachment.link)] if path]
        paths += [f"/?attachment_id={int(attachment.id)}"] if _is_number(attachment.id) else []
        return [OldPath(path=path, post_id=post) for path in paths] if post else []


def _is_number(text):
    return re.fullmatch(r"[0-9]{1,18}", text) is not None


def _store(rows):
    """An address leads where it led first."""
    OldPath.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
