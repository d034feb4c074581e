"""What is public, as the ORM and SQL say it, and how a post's neighbours are read, which is written by hand."""

from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone


def public_now(at=None):
    """What everybody may read: the one definition of public, {look-up: value}; at another time, if one is given."""
    return {"status": "published", "published_at__lte": at or timezone.now()}


# `public_now()` as statements say it that are written by hand; its values go along as their parameters.
_OPERATORS = {"": "=", "lte": "<="}
PUBLISHED = " AND ".join(
    f"{column} {_OPERATORS[look_up]} %({column}{mark}{look_up})s"
    for column, mark, look_up in (key.partition("__") for key in public_now())
)


def as_time(value):
    """A time that a statement of our own has read: SQLite keeps times without a zone, in UTC, as text."""
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


def parameters(**values):
    """Those of a statement with `PUBLISHED` in it, and `values`, as a cursor takes them on this database."""
    return {name: connection.ops.adapt_unknown_value(value) for name, value in {**public_now(), **values}.items()}


# By hand: with Django's own a page costs two milliseconds more, of six. SQLite searches an index by the first condition
# that bounds it: it stands first, so that no post is far away.
NEIGHBOURS = f"""
    SELECT * FROM (
        SELECT 'previous' AS place, id, title, permalink FROM posts_post
        WHERE (published_at, id) < (%(at)s, %(pk)s) AND kind = 'post' AND {PUBLISHED}
        ORDER BY published_at DESC, id DESC LIMIT 1
    ) AS earlier
    UNION ALL
    SELECT * FROM (
        SELECT 'next' AS place, id, title, permalink FROM posts_post
        WHERE (published_at, id) > (%(at)s, %(pk)s) AND kind = 'post' AND {PUBLISHED}
        ORDER BY published_at, id LIMIT 1
    ) AS later
"""  # noqa: S608
# Goes on from there: the posts of these numbers, those that are public.
RELATED = f"""
    UNION ALL
    SELECT 'related', id, title, permalink FROM posts_post WHERE id IN ({{pks}}) AND kind = 'post' AND {PUBLISHED}
"""  # noqa: S608
