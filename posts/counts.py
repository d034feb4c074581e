"""How many public posts each category, tag and author has, and when the newest of them came.

To count them takes a look at every post. So the worker stores what it has counted, seconds after a change
(`blog_site/upkeep.py`), along with the state of the posts that it counted (`Generation.of_posts`). Pages take that for
the truth as long as the posts are in that very state, and count for themselves until then: however posts are changed,
and whichever of them the clock has made public, no page shows a number that is not true any more.
"""

from datetime import datetime
from types import SimpleNamespace
from typing import NamedTuple

from django.db import connection

from posts.generation import memoise, present
from posts.models import StoredCounts
from posts.models.sql import PUBLISHED, as_time, parameters

CATEGORY, TAG, AUTHOR = "category", "tag", "author"


class Count(NamedTuple):
    number: int
    newest_at: datetime


def is_stored(request):
    """Whether what is stored was counted of the very posts that this request meets."""
    state = present(request)[0].of_posts
    return request.counted == str(state)


def of_all(*, stored):
    """{"category", "tag" or "author": {its number: its Count}} of those that have any; of a category with what is filed
    below it, each post once. `stored`: as it is stored; otherwise it is counted."""
    return _read() if stored else _count()


def number_of(request, row):
    """How many posts a category, a tag or an author has, if that need not be counted; None otherwise."""
    if not is_stored(request):
        return None
    count = memoise(_read, present(request)[0].of_posts)[row._meta.model_name].get(row.pk)
    return count.number if count else 0


def store(*, anew=False):
    """Counts, and stores it; returns False where that was done before, unless it is to be done anew. The worker calls
    it every few seconds."""
    request = SimpleNamespace()
    if is_stored(request) and not anew:
        return False
    counts = {
        kind: [(pk, count.number, count.newest_at.isoformat()) for pk, count in found.items()]
        for kind, found in _count().items()
    }
    state = str(present(request)[0].of_posts)
    StoredCounts.objects.update_or_create(pk=1, defaults={"state": state, "counts": counts})
    return True


def _read():
    return {
        kind: {pk: Count(number, as_time(newest_at)) for pk, number, newest_at in found}
        for kind, found in StoredCounts.objects.get(pk=1).counts.items()
    }


def _count():
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, parameters())
        found = {CATEGORY: {}, TAG: {}, AUTHOR: {}}
        for kind, pk, number, newest_at in cursor.fetchall():
            found[kind][pk] = Count(number, as_time(newest_at))
    return found


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
