"""The hits of a query, the best first: titles above texts, texts above comments.

The index says what has the words; whether everybody may read it now is asked of the rows themselves, each time, in
the very words of `Post.objects.published()` and `Comment.objects.approved()`. Of each of the three no more than `MOST`
are ranked, the newest rows, and where there are as many, the lesser places are left alone: a word that stands
everywhere costs no more than one that stands in so many.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple

from blog_site.replica import connection_read_from
from comments.models import Comment
from comments.models.queryset import PUBLIC
from posts.dates import archive_dates
from posts.models import Author, Category, Post
from posts.models.sql import PUBLISHED, public_now

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
    """All that a query found, the best first; `has_more` than are ranked.

    Comments stand last, and few pages show any: they are only counted until one is asked for.
    """

    posts: dict = field(default_factory=dict)  # {number: Hit}
    comments: int = 0
    rank_comments: Callable = list
    has_more: bool = False

    def __len__(self):
        return len(self.posts) + self.comments

    def __getitem__(self, rows):
        return (list(self.posts.values()) if rows.stop <= len(self.posts) else self.ranked)[rows]

    @cached_property
    def ranked(self):
        return [*self.posts.values(), *self.rank_comments()]


def find(query, limits=None, *, most=MOST, everywhere=False):
    """The `Hits` of a query. Where the words stand too often to be ranked, nothing is looked for in lesser places,
    unless `everywhere`.
    """
    limits, hits = limits or Limits(), Hits()
    if not query.wanted:
        return hits
    search = _Search(query, limits, most)
    for place in _places(limits):
        if place == IN_COMMENT:
            number = hits.comments = search.count(place)
            hits.rank_comments = partial(search.ranked, place)
        else:
            ranked = search.ranked(place)
            number = len(ranked)
            hits.posts |= {hit.pk: hit for hit in ranked if hit.pk not in hits.posts}
        hits.has_more |= number == most
        if hits.has_more and not everywhere:
            break
    return hits


def _places(limits):
    """The places that are to be looked in, the best first."""
    if limits.kind != "comment":
        yield from (IN_TITLE, IN_TEXT)
    # A comment is by an author if their account wrote it.
    if limits.kind in {"", "comment"} and not (limits.author and not limits.author.user_id):
        yield IN_COMMENT


class _Search:
    """A query within limits, as the database that is read from is asked for it: for the newest `most` of each place."""

    def __init__(self, query, limits, most):
        self.query, self.limits, self.most = query, limits, most
        self.database = connection_read_from()
        with self.database.cursor() as cursor:
            self.engine = index.asked_by(cursor)
            self.ways, self.windows = self.engine.configurations(cursor), self.engine.windows(cursor)

    def ranked(self, place):
        """[Hit], the best first."""
        hits = [
            Hit(place, score * (1 + FRESH * 0.5 ** (max(age, 0) / HALF_LIFE)), pk)
            for pk, score, age in self._rows(place, "{score}, {age}")
        ]
        return sorted(hits, key=lambda hit: (-hit.score, -hit.pk))

    def count(self, place):
        """How many they are. To score one, SQLite reads all that have the word."""
        return len(self._rows(place, "NULL"))

    def _rows(self, place, values):
        """[(number, *values)]; `values` are of SQL, with `{score}` and `{age}`, in days."""
        source, time = (COMMENTS, "submitted_at") if place == IN_COMMENT else (POSTS, "published_at")
        where, within, public = _approved(self.limits) if place == IN_COMMENT else _published(self.limits)
        age, rows = index.of(self.database).AGE.format(column=time), []
        # What it is narrowed to may be anywhere.
        for blocks in [()] if within else self.windows[source.index]:
            condition, score, words = self.engine.matching(
                source.index, self.query, self.ways, in_title=place == IN_TITLE, blocks=blocks
            )
            asked = values.format(score=score, age=age)
            sql = self.engine.statement(source, condition, asked, where, within, self.most)
            rows = self._ask(sql, words | public)
            if len(rows) == self.most:
                break
        return rows

    def _ask(self, sql, parameters):
        adapt = self.database.ops.adapt_unknown_value
        with self.database.cursor() as cursor:
            cursor.execute(sql, {name: adapt(value) for name, value in parameters.items()})
            return cursor.fetchall()


def _published(limits):
    """(conditions, statements of numbers, parameters) of the posts and pages that everybody may read, in `limits`."""
    where, within, parameters = [PUBLISHED], [], public_now()
    if limits.kind:
        where.append("kind = %(kind)s")
        parameters["kind"] = KINDS[limits.kind]
    # As numbers, what may be rare is known before a row of the table is read; `kind` is how an index begins, and
    # SQLite searches it by the first condition that bounds it.
    kinds = ", ".join(f"'{kind}'" for kind in Post.Kind.values)
    public = f"kind IN ({kinds}) AND {PUBLISHED}"
    if limits.kind == "page":
        within.append(f"SELECT id FROM posts_post WHERE kind = %(kind)s AND {PUBLISHED}")  # noqa: S608
    if limits.author:
        within.append(f"SELECT id FROM posts_post WHERE author_id = %(author)s AND {public}")  # noqa: S608
        parameters["author"] = limits.author.pk
    if limits.year:
        span = "published_at >= %(start)s AND published_at < %(end)s"
        within.append(f"SELECT id FROM posts_post WHERE {span} AND {public}")  # noqa: S608
        parameters |= _span(limits.year)
    if limits.category:
        within.append(_filed_under(limits.category))
    return where, within, parameters


def _approved(limits):
    """The same of the comments."""
    shown = [f"{column} = %(comment_{column})s" for column in PUBLIC]
    on_public = f"post_id IN (SELECT id FROM posts_post WHERE id = post_id AND {PUBLISHED})"  # noqa: S608
    where, within = [*shown, "kind = %(kind)s", on_public], []
    parameters = public_now() | {f"comment_{column}": value for column, value in PUBLIC.items()}
    parameters["kind"] = Comment.Kind.COMMENT.value
    if limits.author:
        within.append("SELECT id FROM comments_comment WHERE user_id = %(user)s")
        parameters["user"] = limits.author.user_id
    if limits.year:
        span = " AND ".join([*shown, "submitted_at >= %(start)s AND submitted_at < %(end)s"])
        within.append(f"SELECT id FROM comments_comment WHERE {span}")  # noqa: S608
        parameters |= _span(limits.year)
    if limits.category:
        filed = " AND ".join([*shown, f"post_id IN ({_filed_under(limits.category)})"])
        within.append(f"SELECT id FROM comments_comment WHERE {filed}")  # noqa: S608
    return where, within, parameters


def _span(year):
    dates = archive_dates(year)
    return {"start": dates.start, "end": dates.end}


def _filed_under(category):
    """The statement of the numbers of all posts in a category or below it."""
    branch = ", ".join(map(str, category.branch_pks))
    return f"SELECT post_id FROM posts_post_categories WHERE category_id IN ({branch})"  # noqa: S608
