"""The years, months and days that have posts. Each is asked for as a span of an index: no date is computed a row."""

from django.db import connection
from django.utils import timezone

from posts.dates import archive_dates
from posts.models import Post
from posts.models.statements import ARCHIVE_COUNTS, ARCHIVE_ENDS, ARCHIVE_EXISTS, public_now

MOST_YEARS = 200  # back from the newest post: what an import dates to the year 1 has its own address all the same


def years():
    """The years that have public posts, the newest first."""
    return [year for year, _number in _asked(ARCHIVE_EXISTS, _all_years())]


def counted_years():
    """[(year, number of public posts)], the newest first; those with none left out."""
    return _asked(ARCHIVE_COUNTS, _all_years())


def counted_months(year):
    """[(month, number of public posts)] of a year, in order; those with none left out."""
    return _asked(ARCHIVE_COUNTS, [(month, archive_dates(year, month)) for month in range(1, 13)])


def counted_days(year, month):
    """[(day, number of public posts)] of a month, in order; those with none left out."""
    return _asked(ARCHIVE_COUNTS, [(day, archive_dates(year, month, day)) for day in range(1, 32)])


def _all_years():
    ends = list(Post.objects.raw(ARCHIVE_ENDS, public_now()))
    if not ends:
        return []
    zone = timezone.get_default_timezone()
    oldest, newest = sorted(timezone.localtime(post.published_at, zone).year for post in (ends[0], ends[-1]))
    return [(year, archive_dates(year)) for year in range(newest, max(oldest, newest - MOST_YEARS) - 1, -1)]


def _asked(statement, spans):
    """[(number, what the statement says of its span)] for those of which it says something."""
    spans = [(number, dates) for number, dates in spans if dates]
    if not spans:
        return []
    rows, parameters = [], public_now()
    for place, (number, dates) in enumerate(spans):
        rows.append(f"({number:d}, %(start{place})s, %(end{place})s)")
        parameters |= {f"start{place}": dates.start, f"end{place}": dates.end}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(spans=", ".join(rows)), _adapted(parameters))
        found = dict(cursor.fetchall())
    return [(number, found[number]) for number, _dates in spans if found[number]]


def _adapted(parameters):
    return {name: connection.ops.adapt_unknown_value(value) for name, value in parameters.items()}
