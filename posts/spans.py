"""What is public in spans of time: one look into an index for each, and for a count its part of it."""

from django.db import connection
from django.utils import timezone

from posts.dates import archive_dates
from posts.models import Post
from posts.models.sql import PUBLISHED, as_time, parameters

MOST_YEARS = 200  # back from the newest post: what an import dates to the year 1 has its own address all the same
MOST_SPANS = 400  # in one query: SQLite takes 500


def years_until(newest):
    """[(year, its dates)] back from the time of the newest post to that of the oldest."""
    return _between(oldest(), newest)


def oldest():
    """When the oldest public post came; None where there is none."""
    posts = Post.objects.published().posts()
    return posts.order_by("published_at", "pk").values_list("published_at", flat=True).first()


def _between(first, last):
    """[(year, its dates)] back from one post to the other."""
    if not first or not last:
        return []
    oldest, newest = sorted(timezone.localtime(end).year for end in (first, last))
    return [(year, archive_dates(year)) for year in range(newest, max(oldest, newest - MOST_YEARS) - 1, -1)]


def counted(spans):
    """[(name, number of public posts)] of the spans that have any, (name, its dates) each."""
    return _ask("COUNT(*)", spans)


def newest_of(spans):
    """[(name, when the newest public post came)] of the spans that have any, (name, its dates) each."""
    return [(name, as_time(newest)) for name, newest in _ask("MAX(published_at)", spans)]


def _ask(what, spans):
    """[(name, what the database finds)] of the spans for which it finds anything; a query for some hundreds of them.

    By hand, since each has to read its part of the index, and no more: in one aggregate of Django's each span is
    compared with each post.
    """
    spans, values_of_spans = [(name, dates) for name, dates in spans if dates], []
    for first in range(0, len(spans), MOST_SPANS):
        some, ends = spans[first : first + MOST_SPANS], {}
        for place, (_name, dates) in enumerate(some):
            ends |= {f"start{place}": dates.start, f"end{place}": dates.end}
        selects = (_SELECT.format(place=place, what=what) for place in range(len(some)))
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), parameters(**ends))
            values = dict(cursor.fetchall())
        values_of_spans += [(name, values[place]) for place, (name, _dates) in enumerate(some) if values[place]]
    return values_of_spans


# SQLite searches an index by the first condition that bounds it.
_SELECT = f"""
    SELECT {{place}}, {{what}} FROM posts_post
    WHERE kind = 'post' AND published_at >= %(start{{place}})s AND published_at < %(end{{place}})s AND {PUBLISHED}
"""  # noqa: S608
