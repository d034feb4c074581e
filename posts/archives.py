"""The years, months and days that have posts. Each is asked for as a span of an index: no date is computed a row."""

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from posts.dates import archive_dates
from posts.models import Author, Post, Tag
from posts.models.statements import (
    ARCHIVE_COUNTS,
    ARCHIVE_ENDS,
    ARCHIVE_EXISTS,
    AUTHOR_COUNTS,
    TAG_COUNTS,
    public_now,
)

MOST_YEARS = 200  # back from the newest post: what an import dates to the year 1 has its own address all the same


def years(ends=None):
    """The years that have public posts, the newest first. `ends`: when the first and the last were, if known."""
    return [year for year, _number in _asked(ARCHIVE_EXISTS, _between(*(ends or _ends())))]


def counted_years():
    """[(year, number of public posts)], the newest first; those with none left out."""
    return _asked(ARCHIVE_COUNTS, _between(*_ends()))


def parts_of(year, month=None):
    """The months of a year or the days of a month that have public posts: [(name, address, number)], in order."""
    if month:
        days = _asked(ARCHIVE_COUNTS, [(day, archive_dates(year, month, day)) for day in range(1, 32)])
        return [(str(day), reverse("posts:day", args=[year, month, day]), number) for day, number in days]
    months = _asked(ARCHIVE_COUNTS, [(month, archive_dates(year, month)) for month in range(1, 13)])
    return [(MONTHS[month], reverse("posts:month", args=[year, month]), number) for month, number in months]


def above(year, month=None, day=None):
    """(address, name) of what a year, a month or a day is a part of."""
    if day:
        return reverse("posts:month", args=[year, month]), archive_dates(year, month).heading
    return (reverse("posts:year", args=[year]), str(year)) if month else (reverse("posts:overview"), _("Archives"))


def counted_tags():
    """The tags that have public posts, by name; they know name, address and their `number`."""
    return list(Tag.objects.raw(TAG_COUNTS, public_now()))


def counted_authors():
    """The same of the authors."""
    return list(Author.objects.raw(AUTHOR_COUNTS, public_now()))


def _ends():
    ends = [post.published_at for post in Post.objects.raw(ARCHIVE_ENDS, public_now())]
    return (ends[0], ends[-1]) if ends else (None, None)


def _between(first, last):
    """[(year, its dates)] back from one post to the other."""
    if not first:
        return []
    oldest, newest = sorted(timezone.localtime(end, timezone.get_default_timezone()).year for end in (first, last))
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
