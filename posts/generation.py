"""Which state of what readers see a request meets, and what is kept between requests for as long as that lasts."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

from posts.models import Blog, Post
from posts.models.sql import PUBLISHED, as_time, parameters, public_now

# A blog of which nothing is known yet has to have changed at some time.
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
# What a page may need of the blog; not the texts that others are made from.
BLOG = [field.attname for field in Blog._meta.concrete_fields if field.name != "footer"]
# What most blogs have none of; whether there is any, so that it is asked for only then.
PARTS = {
    "has_menu": "posts_menuitem",
    "has_links": "posts_sociallink",
    "has_notices": "posts_notice",
    "has_pinned": "posts_post WHERE pinned",
}
# By hand, since every request asks: 0.03 ms, of which Django makes 1.5. What is published by the clock alone is no
# change that anybody makes: the newest times of what is public tell of it.
_NEWEST = f"""
    SELECT published_at FROM posts_post WHERE kind = '{{kind}}' AND {PUBLISHED} ORDER BY published_at DESC LIMIT 1
"""  # noqa: S608
_TIMES = ", ".join(f"({_NEWEST.format(kind=kind)})" for kind in ("post", "page"))
_CHANGES = (
    "SELECT COALESCE(SUM(number), 0) AS number, MAX(changed_at) AS changed_at, COALESCE(SUM(below), 0) AS below "
    "FROM posts_changecount"
)
_STATE = f"SELECT SUM(number), MAX(changed_at), {_TIMES} FROM posts_changecount"  # noqa: S608
_STATE_ON_SQLITE = re.sub(r"%\((\w+)\)s", r":\1", _STATE)
_PRESENT = f"""
    SELECT
        posts_storedcounts.state, changes.number, changes.below, changes.changed_at, {_TIMES},
        {", ".join(f"EXISTS (SELECT 1 FROM {rows})" for rows in PARTS.values())},
        {", ".join(f"posts_blog.{column}" for column in BLOG)}
    FROM ({_CHANGES}) AS changes
    LEFT JOIN posts_blog ON posts_blog.id = 1
    LEFT JOIN posts_storedcounts ON posts_storedcounts.id = 1
"""  # noqa: S608


class Generation(NamedTuple):
    """Equal for the same state of what readers see, in all processes and for good."""

    number: int
    changed_at: datetime | None
    newest_post_at: datetime | None
    newest_page_at: datetime | None
    # Whether the blog has a menu, links to elsewhere and notices of its own, and posts at the top of its home page.
    has_menu: bool = False
    has_links: bool = False
    has_notices: bool = False
    has_pinned: bool = False
    # How many of its changes were made below posts alone.
    below: int = 0

    @property
    def of_posts(self):
        """Equal as long as nothing changes but what stands below posts. As text it is the same in all processes."""
        newest = (self.newest_post_at, self.newest_page_at)
        return self.number - self.below, *(at and at.isoformat() for at in newest)

    @property
    def modified_at(self):
        """When readers saw anything change last."""
        times = (self.changed_at, self.newest_post_at, self.newest_page_at)
        return max(filter(None, times), default=BEFORE_ALL)


def present(request):
    """(the Generation, the Blog) that this request meets: one query a request. Read it before what depends on it."""
    if not hasattr(request, "present"):
        # `counted`: of which state of the posts counts are stored (`posts/counts.py`).
        request.counted, *request.present = _read()
    return request.present


def read():
    """(the Generation, the Blog) of this moment: for whoever has no request, or has read it a while ago."""
    return _read()[1:]


def _read():
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, parameters())
        counted, number, below, changed_at, newest_post_at, newest_page_at, *columns = cursor.fetchone()
    times = map(as_time, (changed_at, newest_post_at, newest_page_at))
    parts, columns = map(bool, columns[: len(PARTS)]), columns[len(PARTS) :]
    blog = Blog.from_db(connection.alias, BLOG, columns) if columns[0] else Blog(pk=1)
    return counted, Generation(int(number), *times, *parts, int(below)), blog


def state(using: str = DEFAULT_DB_ALIAS) -> tuple[Any, ...]:
    """What tells this state of what readers see from all others, to be compared alone: for whoever has no request.

    Asked past Django's cursors, which cost three times what the query does. Raises OperationalError, whatever is wrong.
    """
    database = connections[using]
    try:
        if database.connection is None:
            database.ensure_connection()
        cursor = database.connection.cursor()
        cursor.execute(*_state_for(database.vendor))
        return cursor.fetchall()[0]
    except database.Database.Error as error:
        raise OperationalError(*error.args) from error


def _state_for(vendor):
    """The statement and its values, as the database's own module for Python takes them."""
    values = public_now()
    if vendor == "sqlite":
        # As text, as it is stored: Python's adapters take longer for it than SQLite for a row.
        values["published_at__lte"] = str(values["published_at__lte"].replace(tzinfo=None))
        return _STATE_ON_SQLITE, values
    return _STATE, values


def etag_of(*parts: object) -> str:
    """An ETag that is another where any of these is: a Generation, say, and the address."""
    stamp = repr(parts).encode("utf-8", "replace")
    return f'W/"{hashlib.blake2b(stamp, digest_size=16).hexdigest()}"'


# {what makes it: (for which generation, {of what: it})}
_memo: dict[Callable[..., Any], tuple[Any, dict[tuple[Any, ...], Any]]] = {}
MOST = 50  # that are kept of what is made of something, such as of each post


def memoise(make: Callable[..., Any], generation: Any, *of: Any) -> Any:
    """What `make(*of)` is in this generation: made once a process, and shared by all that get it, so nobody changes it.

    `make` depends on what readers see, which the generation tells apart, and on nothing else; or on the posts without
    what stands below them, where `generation` is its `of_posts`.
    """
    known, kept = _memo.get(make, (None, {}))
    if known != generation:
        _known, kept = _memo[make] = (generation, {})
    value = kept.get(of)
    if value is None:
        value = make(*of)
        # Nothing is kept of what is not there, or addresses that a stranger makes up would push out all the others.
        if value is not None:
            if len(kept) >= MOST:
                kept.clear()
            kept[of] = value
    return value


def recall(make: Callable[..., Any], generation: Any, *of: Any) -> Any:
    """What `memoise()` keeps of this; None where it would have to make it."""
    known, kept = _memo.get(make, (None, {}))
    return kept.get(of) if known == generation else None


MOST_POSTS = 8  # of which something large is kept
# {(what makes it, post): (for which generation of the post, it)}, the one that was asked for last at the end
_of_posts: OrderedDict[tuple[Callable[..., Any], int], tuple[int, Any]] = OrderedDict()


def memoise_of_post(make: Callable[[Post], Any], post: Post) -> Any:
    """What `make(post)` is in the post's own generation: as memoise() keeps it, whatever changes elsewhere."""
    key = make, post.pk
    kept = _of_posts.pop(key, None)
    if kept is None or kept[0] != post.generation:
        kept = post.generation, make(post)
    _of_posts[key] = kept
    if len(_of_posts) > MOST_POSTS:
        _of_posts.popitem(last=False)
    return kept[1]


def forget() -> None:
    """Forgets what is kept: for tests, whose databases are others."""
    _memo.clear()
    _of_posts.clear()
