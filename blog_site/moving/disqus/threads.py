"""Which post a Disqus thread belongs to: one page is several threads, by its addresses here and there."""

import re
from urllib.parse import parse_qs, quote, unquote, urlsplit

from blog_site.moving.dates import moment
from blog_site.moving.text import plain
from posts.models import OldPath, Post


def plain_path(address):
    """An address's path alone, decoded, without what makes twins of one page; empty for the home page."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    return re.sub(r"/index\.(?:html?|php)$", "/", path).rstrip("/")


class Posts:
    """`find(thread)` is the primary key of its post, or None: by WordPress's number, by the address, by an
    address the post once had, or by title and day."""

    def __init__(self):
        self.by_number, self.by_path, self.by_title, self.permalinks = {}, {}, {}, {}
        for pk, number, permalink, title, at in Post.objects.order_by("-pk").values_list(
            "pk", "imported_id", "permalink", "title", "published_at"
        ):
            if number:
                self.by_number[str(number)] = pk
            if permalink:
                self.by_path[plain_path(permalink)] = pk
                self.permalinks[pk] = permalink
            if at:
                self.by_title.setdefault((title.casefold(), at.date()), []).append(pk)
        # Those by number, as `/?attachment_id=7`, are no page's.
        old_paths = OldPath.objects.filter(post__isnull=False).exclude(path__contains="?")
        self.by_old_path = {plain_path(path): pk for path, pk in old_paths.values_list("path", "post")}

    def find(self, thread):
        numbers = re.findall(r"^(\d+) (?=https?://)", thread.id) + [
            number for address in (thread.id, thread.link) for number in _queried(address)
        ]
        return self._at(numbers, (thread.link, thread.id)) or self._by_title(thread)

    def new_address(self, address):
        """The path of the post that an address of the old blog means, with the place in it; or None."""
        pk = self._at(_queried(address), [address])
        place = urlsplit(address).fragment
        return quote(self.permalinks[pk]) + (f"#{place}" if place else "") if pk in self.permalinks else None

    def _at(self, numbers, addresses):
        paths = [plain_path(address) for address in addresses if "/" in address]
        for places, known in ((numbers, self.by_number), (paths, self.by_path), (paths, self.by_old_path)):
            for place in filter(None, places):
                if place in known:
                    return known[place]
        return None

    def _by_title(self, thread):
        at = created(thread)
        posts = self.by_title.get((plain(thread.title).casefold(), at.date()), []) if at and thread.title else []
        return posts[0] if len(posts) == 1 else None


def _queried(address):
    try:
        query = parse_qs(urlsplit(address).query)
    except ValueError:
        return []
    return query.get("p", []) + query.get("page_id", [])


def created(record):
    """When Disqus says that a thread or a comment was made, in UTC; None where that is no date."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z?", record.createdAt)
    return match and moment("", f"{match[1]} {match[2]}", "", warn=lambda message: None)
