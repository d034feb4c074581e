"""The hits of a query, the best first: titles above texts, texts above comments.

The index says what has the words; whether everybody may read it now is asked of the rows themselves, each time, in
the very words of `Post.objects.published()` and `Comment.objects.approved()`. Of each of the three no more than `MOST`
are ranked, the newest rows: a word that stands everywhere costs no more than one that stands in so many.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from comments.models import Comment
from comments.models.queryset import PUBLIC
from posts.dates import archive_dates
from posts.models import Author, Category, Post
from posts.models.statements import PUBLISHED, public_now

from . import index
from .sources import COMMENTS, POSTS

MOST = 300
# How much better a hit of today is than an old one, and after how many days half of that is left.
FRESH, HALF_LIFE = 0.2, 365
IN_TITLE, IN_TEXT, IN_COMMENT = range(3)
KINDS = {"post": Post.Kind.POST, "page": Post.Kind.PAGE, "comment": "comment"}


class Hit(NamedTuple):
    place: int  # where the words stand; the lowest is the best
    score: float
    pk: int

    @property
    def is_comment(self):
        return self.place == IN_COMMENT


@dataclass(frozen=True)
class Limits:
    """What a search is narrowed to."""

    kind: str = ""
    year: int | None = None
    category: Category | None = None
    author: Author | None = None

    def __bool__(self):
        return bool(self.kind or self.year or self.category or self.author)


@dataclass
class Hits:
    """All that a query found, the best first; `has_more` than are ranked."""

    ranked: list = field(default_factory=list)
    has_more: bool = False

    def __len__(self):
        return len(self.ranked)


def find(query, limits=None, *, most=MOST):
    """The `Hits` of a query."""
    limits = limits or Limits()
    hits = Hits()
    if not query.wanted:
        return hits
    seen = set()
    with connection.cursor() as cursor:
        ways = index.of(connection).configurations(cursor)
        for place, statement in _statements(query, limits, ways, most):
            rows = _rows(cursor, *statement)
            hits.has_more |= len(rows) == most
            found = [Hit(place, score * (1 + FRESH * 0.5 ** (max(age, 0) / HALF_LIFE)), pk) for pk, score, age in rows]
            new = [hit for hit in found if (hit.is_comment, hit.pk) not in seen]
            seen |= {(hit.is_comment, hit.pk) for hit in new}
            hits.ranked += sorted(new, key=lambda hit: (-hit.score, -hit.pk))
    return hits


def _statements(query, limits, ways, most):
    """(place, (SQL, parameters)) of each place that is to be looked in, the best first."""
    engine = index.of(connection)
    if limits.kind != "comment":
        for place in (IN_TITLE, IN_TEXT):
            matching = engine.matching(POSTS.index, query, ways, in_title=place == IN_TITLE)
            public = _published(limits, engine.ROW.format(index=POSTS.index))
            yield place, _statement(engine, POSTS, "published_at", matching, public, most)
    # A comment is by an author if their account wrote it.
    if limits.kind in {"", "comment"} and not (limits.author and not limits.author.user_id):
        matching = engine.matching(COMMENTS.index, query, ways)
        public = _approved(limits, engine.ROW.format(index=COMMENTS.index))
        yield IN_COMMENT, _statement(engine, COMMENTS, "submitted_at", matching, public, most)


def _statement(engine, source, time, matching, public, most):
    condition, score, parameters = matching
    pk = engine.ID.format(index=source.index)
    where, more = public
    everything = " AND ".join([engine.FOUND.format(index=source.index, condition=condition), *where])
    sql = (
        f"SELECT {pk}, {score}, {engine.AGE.format(column=time)} "  # noqa: S608  (all of it is ours)
        f"FROM {source.index} JOIN {source.table} ON {source.table}.id = {pk} "
        f"WHERE {everything} ORDER BY {pk} DESC LIMIT {most:d}"
    )
    return sql, parameters | more


def _published(limits, row):
    """(conditions, parameters) of the posts and pages that everybody may read, within `limits`."""
    where, parameters = [PUBLISHED], public_now()
    if limits.kind:
        where.append("kind = %(kind)s")
        parameters["kind"] = KINDS[limits.kind]
    if limits.author:
        where.append("author_id = %(author)s")
        parameters["author"] = limits.author.pk
    # Said of the index's row, it is known before a row of the table is read; `kind` is how an index begins.
    if limits.year:
        kinds = ", ".join(f"'{kind}'" for kind in Post.Kind.values)
        within = f"kind IN ({kinds}) AND {PUBLISHED} AND published_at >= %(start)s AND published_at < %(end)s"
        where.append(f"{row} IN (SELECT id FROM posts_post WHERE {within})")  # noqa: S608
        parameters |= _span(limits.year)
    if limits.category:
        where.append(f"{row} IN ({_filed_under(limits.category)})")
    return where, parameters


def _approved(limits, row):
    """(conditions, parameters) of the comments that everybody may read, within `limits`."""
    shown = [f"{column} = %(comment_{column})s" for column in PUBLIC]
    on_public = f"post_id IN (SELECT id FROM posts_post WHERE id = post_id AND {PUBLISHED})"  # noqa: S608
    where = [*shown, "kind = %(kind)s", on_public]
    parameters = public_now() | {f"comment_{column}": value for column, value in PUBLIC.items()}
    parameters["kind"] = Comment.Kind.COMMENT.value
    if limits.author:
        where.append("user_id = %(user)s")
        parameters["user"] = limits.author.user_id
    if limits.year:
        within = " AND ".join([*shown, "submitted_at >= %(start)s AND submitted_at < %(end)s"])
        where.append(f"{row} IN (SELECT id FROM comments_comment WHERE {within})")  # noqa: S608
        parameters |= _span(limits.year)
    if limits.category:
        within = " AND ".join([*shown, f"post_id IN ({_filed_under(limits.category)})"])
        where.append(f"{row} IN (SELECT id FROM comments_comment WHERE {within})")  # noqa: S608
    return where, parameters


def _span(year):
    dates = archive_dates(year)
    return {"start": dates.start, "end": dates.end}


def _filed_under(category):
    """The statement of the numbers of all posts in a category or below it."""
    branch = ", ".join(str(pk) for pk in category.branch().values_list("pk", flat=True))
    return f"SELECT post_id FROM posts_post_categories WHERE category_id IN ({branch})"  # noqa: S608


def _rows(cursor, sql, parameters):
    adapt = connection.ops.adapt_unknown_value
    cursor.execute(sql, {name: adapt(value) for name, value in parameters.items()})
    return cursor.fetchall()
