"""Where links to the old blog lead in the new one, and the places in its posts that they lead to."""

import re
from collections import defaultdict
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from blog_site.moving.addresses import host, number_in
from blog_site.moving.wordpress.html.anchors import anchor_id, is_kept

# After a post's path: a part, a page of comments, another form of it.
_FORM = re.compile(r"/(?:comment-page-\d+|\d{1,3}|feed|trackback|embed|amp)/?$")
# What WordPress answers below its home at the same addresses as we do.
_SHARED = re.compile(
    r"/|/(?:category|tag|author|search)/.+|/\d{4}(?:/\d\d){0,2}/?|/page/\d{1,6}/?|/(?:comments/)?feed/?(?:atom/?)?"
)
# An address with a place in it, as a text links to one.
_WITH_PLACE = re.compile(r"""\shref\s*=\s*["']((?:https?:/)?/[^"'<>#]{1,2000}#[^"'<>\s]{1,200})["']""", re.IGNORECASE)


def with_places(text):
    """The addresses in a text that name a place on another page."""
    return _WITH_PLACE.findall(text) if "#" in text else []


class Links:
    """`surveys`: of the blog's files; `planned`: {path that a post can't keep: where it will stand}."""

    def __init__(self, surveys, planned=()):
        self.hosts = {one for survey in surveys for one in survey.hosts}
        self.past_hosts = {one for survey in surveys for one in survey.past_hosts}
        homes = {home for survey in surveys for home in survey.homes}
        # Of one in a folder the folder's own address comes first.
        self.homes = sorted(homes, key=lambda home: -len(home[1]))
        self.paths = {old: path for survey in surveys for old, path in survey.paths.items()}
        self.numbers = {number: path for survey in surveys for number, path in survey.numbers.items()}
        self.past_homes = homes | {home for survey in surveys for home in survey.past_homes}
        planned = dict(planned)
        self.planned = {path.rstrip("/"): to for path, to in planned.items()}
        for survey in surveys:
            for post in survey.shadowed:
                if post.linked in planned:
                    self.numbers[post.id] = planned[post.linked]
        self.places = defaultdict(set)
        for address in {address for survey in surveys for address in survey.with_places}:
            target, _, place = address.partition("#")
            if not is_kept(unquote(place)) and (path := self._item(target)):
                self.places[_plain(path)].add(unquote(place))

    def places_in(self, item, path):
        """The names of places in an item that other texts lead to; `path` is its own, if it keeps one."""
        path = quote(path or self.numbers.get(item.id, "")) or f"/?p={item.id}"
        return self.places.get(_plain(path), set())

    def new(self, address):
        """A link to the blog itself, without its old host; None for any other."""
        linked = host(address)
        is_relative = not linked and address.startswith("/")
        if not is_relative and linked not in self.hosts and linked not in self.past_hosts:
            return None
        parts = urlsplit(address)
        if is_relative and not self._has_moved(parts):
            return None
        if path := self._item(address):
            return path + self._fragment(path, parts.fragment)
        below = re.sub("^/index.php(?=/|$)", "", self._below_home(linked, parts.path) or "?") or "/"
        if linked not in self.past_hosts - self.hosts and not number_in(parts) and _SHARED.fullmatch(below):
            return (
                quote(below)
                + (f"?{parts.query}" if parts.query else "")
                + (f"#{parts.fragment}" if parts.fragment else "")
            )
        return None

    def _has_moved(self, parts):
        """True for an address without a host that means something else here, or names a place that has another name."""
        in_folder = any(folder and f"{unquote(parts.path)}/".startswith(f"{folder}/") for _host, folder in self.homes)
        path = self._item(urlunsplit(parts)) if parts.fragment else ""
        has_place = path and unquote(parts.fragment) in self.places.get(_plain(path), ())
        return in_folder or has_place or self._planned(unquote(parts.path)) is not None

    def _planned(self, path):
        return self.planned.get(path.rstrip("/")) or self.planned.get(_FORM.sub("", path).rstrip("/"))

    def _below_home(self, linked, path):
        """An address's decoded path from the blog's home on, with its slash; None for what is not below it."""
        path = unquote(path)
        for home, folder in self.homes:
            if linked in {home, ""} and f"{path}/".startswith(f"{folder}/"):
                return path[len(folder) :] or "/"
        return None

    def _is_home(self, linked, path):
        """True where the blog is, or was, at home, which a number is asked for."""
        folder = unquote(path).removesuffix("index.php").rstrip("/")
        return any(folder == home[1] and linked in {home[0], ""} for home in self.past_homes)

    def _item(self, address):
        """The address of the item that is meant, or None."""
        parts = urlsplit(address)
        named = number_in(parts)
        if named and self._is_home(host(address), parts.path):
            name, number = named
            return (quote(self.numbers[number]) or f"/?{name}={number}") if number in self.numbers else None
        query = f"?{parts.query}" if parts.query else ""
        for path in dict.fromkeys([unquote(parts.path), unquote(parts.path).replace("/index.php/", "/", 1)]):
            known = self.paths.get(path.rstrip("/")) or self.planned.get(path.rstrip("/"))
            if known:
                return quote(known) + query
            if planned := _FORM.search(path) and self._planned(path):
                return quote(planned.rstrip("/") + _FORM.search(path)[0])
            if _FORM.sub("", path) in self.paths and _FORM.search(path):
                return parts.path
        return None

    def _fragment(self, path, place):
        if not place:
            return ""
        is_ours = unquote(place) in self.places.get(_plain(path), ())
        return f"#{anchor_id(unquote(place))}" if is_ours else f"#{place}"


def _plain(path):
    """What two spellings of an item's address have in common."""
    named = number_in(urlsplit(path))
    return f"/?p={named[1]}" if named else unquote(path.partition("?")[0]).rstrip("/")
