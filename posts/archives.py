"""The years, months and days that have posts. Each is counted as a span of time: no date is computed a row."""

from django.db import connection
from django.db.models import CharField, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from posts import counts
from posts.dates import archive_dates
from posts.generation import memoise, present
from posts.models import Author, Category, Post, Tag
from posts.models.sql import PUBLISHED, as_time, parameters

MOST_YEARS = 200  # back from the newest post: what an import dates to the year 1 has its own address all the same
MOST_SPANS = 400  # in one query: SQLite takes 500


def counted_years(generation):
    """([(year, number of public posts)], the newest first, those with none left out; the number of them all); kept for
    as long as nothing changes."""
    return memoise(_counted_years, generation.of_posts, generation.newest_post_at)


def _counted_years(newest):
    posts = Post.objects.published().posts()
    spans = _between(_oldest(), newest)
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


def terms(request):
    """{Category, Tag or Author: those of them that have public posts, by name}; they know name, address, the `number`
    of their posts, and when the newest of these came, `newest_at`. Categories are as `Category.tree()` has them."""
    return memoise(_terms, present(request)[0].of_posts, counts.is_stored(request))


def _terms(stored):
    found = {Category: [], Tag: [], Author: []}
    models, known = {model._meta.model_name: model for model in found}, counts.of_all(stored=stored)
    for name, *columns in _names():
        model, (pk, *_rest) = models[name], columns
        if count := known[name].get(pk):
            # Authors and tags have no path.
            row = model(**dict(zip(("pk", "name", "slug", "path")[: 3 + (model is Category)], columns, strict=False)))
            row.number, row.newest_at = count
            found[model].append(row)
    for model in (Tag, Author):
        found[model].sort(key=lambda row: (row.name.lower(), row.pk))
    return found | {Category: Category.tree(found[Category])}


def _names():
    """(model, number, name, slug, path) of all that posts are listed by; one query."""
    path = Value(None, CharField())
    rows = [
        model.objects.order_by().values_list(Value(model._meta.model_name), "pk", "name", "slug", path_of)
        for model, path_of in ((Category, "path"), (Tag, path), (Author, path))
    ]
    return rows[0].union(*rows[1:], all=True)


def newest_by_time(newest):
    """([(year, when its newest public post came)], [((year, month), the same)]), the newest year first."""
    years = _newest_of(_between(_oldest(), newest))
    months = [((year, month), archive_dates(year, month)) for year, _newest in years for month in range(1, 13)]
    return years, _newest_of(months)


def _oldest():
    posts = Post.objects.published().posts()
    return posts.order_by("published_at", "pk").values_list("published_at", flat=True).first()


def _between(first, last):
    """[(year, its dates)] back from one post to the other."""
    if not first or not last:
        return []
    oldest, newest = sorted(timezone.localtime(end).year for end in (first, last))
    return [(year, archive_dates(year)) for year in range(newest, max(oldest, newest - MOST_YEARS) - 1, -1)]


def _counted(spans):
    """[(name, number of public posts)] of the spans that have any, (name, its dates) each."""
    return _asked("COUNT(*)", spans)


def _newest_of(spans):
    """[(name, when the newest public post came)] of the spans that have any, (name, its dates) each."""
    return [(name, as_time(newest)) for name, newest in _asked("MAX(published_at)", spans)]


def _asked(what, spans):
    """[(name, what the database finds)] of the spans for which it finds anything; a query for some hundreds of them.

    By hand, since each has to read its part of the index, and no more: in one aggregate of Django's each span is
    compared with each post.
    """
    spans, found = [(name, dates) for name, dates in spans if dates], []
    for first in range(0, len(spans), MOST_SPANS):
        some, ends = spans[first : first + MOST_SPANS], {}
        for place, (_name, dates) in enumerate(some):
            ends |= {f"start{place}": dates.start, f"end{place}": dates.end}
        selects = (_SELECT.format(place=place, what=what) for place in range(len(some)))
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), parameters(**ends))
            values = dict(cursor.fetchall())
        found += [(name, values[place]) for place, (name, _dates) in enumerate(some) if values[place]]
    return found


# SQLite searches an index by the first condition that bounds it.
_SELECT = f"""
    SELECT {{place}}, {{what}} FROM posts_post
    WHERE kind = 'post' AND published_at >= %(start{{place}})s AND published_at < %(end{{place}})s AND {PUBLISHED}
"""  # noqa: S608
