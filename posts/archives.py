"""The years, months and days that have posts. Each is counted as a span of time: no date is computed a row."""

from django.db import connection
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from posts.dates import archive_dates
from posts.generation import memoise
from posts.models import Author, Post, Tag
from posts.models.sql import PUBLISHED, parameters

MOST_YEARS = 200  # back from the newest post: what an import dates to the year 1 has its own address all the same


def counted_years(generation):
    """([(year, number of public posts)], the newest first, those with none left out; the number of them all); kept for
    as long as nothing changes."""
    return memoise(_counted_years, generation, generation.newest_post_at)


def _counted_years(newest):
    posts = Post.objects.published().posts()
    oldest = posts.order_by("published_at", "pk").values_list("published_at", flat=True).first()
    spans = _between(oldest, newest)
    years = _counted(spans)
    before = posts.filter(published_at__lt=spans[-1][1].start).count() if len(spans) > MOST_YEARS else 0
    return years, sum(number for _year, number in years) + before


def parts_of(year, month=None):
    """The months of a year or the days of a month that have public posts: [(name, address, number)], in order."""
    if month:
        days = _counted([(day, archive_dates(year, month, day)) for day in range(1, 32)])
        return [(str(day), reverse("posts:day", args=[year, month, day]), number) for day, number in days]
    months = _counted([(month, archive_dates(year, month)) for month in range(1, 13)])
    return [(MONTHS[month], reverse("posts:month", args=[year, month]), number) for month, number in months]


def above(year, month=None, day=None):
    """(address, name) of what a year, a month or a day is a part of."""
    if day:
        return reverse("posts:month", args=[year, month]), archive_dates(year, month).heading
    return (reverse("posts:year", args=[year]), str(year)) if month else (reverse("posts:overview"), _("Archives"))


def counted_tags():
    """The tags that have public posts, by name; they know name, address and their `number`."""
    return _used(Tag)


def counted_authors():
    """The same of the authors."""
    return _used(Author)


def _used(model):
    public = Post.objects.published().posts().values("pk")
    used = model.objects.filter(posts__in=public).annotate(number=Count("posts"))
    return sorted(used.only("name", "slug"), key=lambda row: (row.name.lower(), row.pk))


def _between(first, last):
    """[(year, its dates)] back from one post to the other."""
    if not first:
        return []
    oldest, newest = sorted(timezone.localtime(end).year for end in (first, last))
    return [(year, archive_dates(year)) for year in range(newest, max(oldest, newest - MOST_YEARS) - 1, -1)]


def _counted(spans):
    """[(name, number of public posts)] of the spans that have any, (name, its dates) each; one query for all of them.

    By hand, since each count has to read the part of the index that it counts, and no more: in one aggregate of
    Django's each span is compared with each post.
    """
    spans = {name: dates for name, dates in spans if dates}
    if not spans:
        return []
    ends = {}
    for place, dates in enumerate(spans.values()):
        ends |= {f"start{place}": dates.start, f"end{place}": dates.end}
    counts = (_COUNT.format(place=place) for place in range(len(spans)))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts), parameters(**ends))
        numbers = dict(cursor.fetchall())
    return [(name, numbers[place]) for place, name in enumerate(spans) if numbers[place]]


# SQLite searches an index by the first condition that bounds it.
_COUNT = f"""
    SELECT {{place}}, COUNT(*) FROM posts_post
    WHERE kind = 'post' AND published_at >= %(start{{place}})s AND published_at < %(end{{place}})s AND {PUBLISHED}
"""  # noqa: S608
