"""How many public posts each category, tag, author and year has, and when the newest of them came.

To count them takes a look at every post. So the worker stores what it has counted, seconds after a change
(`blog_site/upkeep.py`), along with the state of the posts that it counted (`Generation.of_posts`). Pages take that for
the truth as long as the posts are in that very state, and count for themselves until then: however posts are changed,
and whichever of them the clock has made public, no page shows a number that is not true any more.
"""

from datetime import datetime
from types import SimpleNamespace
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from posts import spans
from posts.generation import memoise, present
from posts.localised import localised
from posts.models import StoredCounts
from posts.models.sql import PUBLISHED, as_time, parameters

COMMON = 20  # posts that are wanted
CATEGORY, TAG, AUTHOR, YEAR = "category", "tag", "author", "year"


class Count(NamedTuple):
    number: int
    newest_at: datetime


def is_stored(request):
    """Whether what is stored was counted of the very posts that this request meets."""
    state = _state(request)
    return request.counted == state


def _state(request):
    """The posts' own; and where a year begins."""
    return f"{present(request)[0].of_posts} {timezone.get_current_timezone()}"


def of_all(*, stored):
    """{"category", "tag" or "author": {its number: its Count}} of those that have any; of a category with what is filed
    below it, each post once. `stored`: as it is stored; otherwise it is counted."""
    return _read() if stored else _count()


def number_of(request, row):
    """How many posts a category, a tag or an author has, if that need not be counted; None otherwise."""
    if not is_stored(request):
        return None
    count = _load(request)[row._meta.model_name].get(row.pk)
    return count.number if count else 0


def is_common(request, row):
    """Whether a category has so many posts that one of the newest is soon found among the newest of all."""
    number = number_of(request, row)
    return bool(number) and number**2 > COMMON * of_years(request)[1]


def of_years(request):
    """([(year, number)], the newest first; the number of all), where that need not be counted."""
    known = _load(request)
    years = sorted(((year, count.number) for year, count in known[YEAR].items()), reverse=True)
    # Each post has one author.
    return years, sum(count.number for count in known[AUTHOR].values())


def newest_of_years(request):
    """[(year, when its newest post came)], where that need not be counted."""
    return [(year, count.newest_at) for year, count in _load(request)[YEAR].items()]


def _load(request):
    return memoise(_read, present(request)[0].of_posts)


def store():
    """Counts, and stores it; returns False where that was done before. The worker calls it every few seconds."""
    request = SimpleNamespace()
    generation, blog = present(request)
    with localised(blog):  # a year begins where the blog is, whoever calls
        if is_stored(request):
            return False
        counts = {
            kind: [(pk, count.number, count.newest_at.isoformat()) for pk, count in by_number.items()]
            for kind, by_number in {**_count(), YEAR: _count_years(generation.newest_post_at)}.items()
        }
        _put({"state": _state(request), "counts": counts}, instead_of=request.counted)
    return True


def _put(row, *, instead_of):
    """Unless another worker has stored something meanwhile: it began later, and knows of more."""
    if instead_of is None:
        StoredCounts.objects.get_or_create(pk=1, defaults=row)
    else:
        StoredCounts.objects.filter(pk=1, state=instead_of).update(**row)


def _read():
    # A replica may not have it yet: no generation tells.
    return {
        kind: {pk: Count(number, as_time(newest_at)) for pk, number, newest_at in rows}
        for kind, rows in StoredCounts.objects.using(DEFAULT_DB_ALIAS).get(pk=1).counts.items()
    }


def _count():
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, parameters())
        counts = {CATEGORY: {}, TAG: {}, AUTHOR: {}}
        for kind, pk, number, newest_at in cursor.fetchall():
            counts[kind][pk] = Count(number, as_time(newest_at))
    return counts


def _count_years(newest):
    years = spans.years_until(newest)
    newest = dict(spans.newest_of(years))
    return {year: Count(number, newest[year]) for year, number in spans.counted(years) if year in newest}


# UNION without ALL comes to an end also where categories stand below each other in a circle.
_COUNTS = f"""
    WITH RECURSIVE branch(top, part) AS (
        SELECT id, id FROM posts_category
        UNION
        SELECT branch.top, posts_category.id
        FROM branch JOIN posts_category ON posts_category.parent_id = branch.part
    )
    SELECT '{CATEGORY}', top, COUNT(DISTINCT posts_post.id), MAX(published_at)
    FROM branch
    JOIN posts_post_categories ON category_id = part
    JOIN posts_post ON posts_post.id = post_id
    WHERE kind = 'post' AND {PUBLISHED} GROUP BY top
    UNION ALL
    SELECT '{TAG}', tag_id, COUNT(*), MAX(published_at)
    FROM posts_post_tags JOIN posts_post ON posts_post.id = post_id
    WHERE kind = 'post' AND {PUBLISHED} GROUP BY tag_id
    UNION ALL
    SELECT '{AUTHOR}', author_id, COUNT(*), MAX(published_at)
    FROM posts_post WHERE kind = 'post' AND {PUBLISHED} GROUP BY author_id
"""  # noqa: S608
