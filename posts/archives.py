"""The years, months and days that have posts. Each is counted as a span of time: no date is computed a row."""

from django.db.models import CharField, Value
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from posts import counts
from posts.dates import archive_dates
from posts.generation import memoise, present
from posts.models import Author, Category, Post, Tag
from posts.spans import MOST_YEARS, counted, newest_of, years_until


def counted_years(request):
    """([(year, number of public posts)], the newest first, those with none left out; the number of them all); kept for
    as long as the posts stay as they are."""
    if counts.is_stored(request):
        return counts.of_years(request)
    generation, _blog = present(request)
    # A preview of the blog's settings may be in another time zone.
    kept_for = generation.of_posts, timezone.get_current_timezone()
    return memoise(_counted_years, kept_for, generation.newest_post_at)


def _counted_years(newest):
    years_of_posts = years_until(newest)
    years = counted(years_of_posts)
    earlier = (
        Post.objects.published().posts().filter(published_at__lt=years_of_posts[-1][1].start) if years_of_posts else ()
    )
    before = earlier.count() if len(years_of_posts) > MOST_YEARS else 0
    return years, sum(number for _year, number in years) + before


def parts_of(year, month=None):
    """The months of a year or the days of a month that have public posts: [(name, address, number)], in order."""
    if month:
        days = counted([(day, archive_dates(year, month, day)) for day in range(1, 32)])
        return [(str(day), reverse("posts:day", args=[year, month, day]), number) for day, number in days]
    months = counted([(month, archive_dates(year, month)) for month in range(1, 13)])
    return [(MONTHS[month], reverse("posts:month", args=[year, month]), number) for month, number in months]


def above(year, month=None, day=None):
    """(address, name) of what a year, a month or a day is a part of."""
    if day:
        return reverse("posts:month", args=[year, month]), archive_dates(year, month).heading
    return (reverse("posts:year", args=[year]), str(year)) if month else (reverse("posts:overview"), _("Archives"))


def get_public(request, model, **place):
    """The category, tag or author, a `model`, that stands at such a place: {column: value}. Otherwise Http404, as where
    nothing public has it. Kept for as long as the posts stay as they are; nobody changes it."""
    kept = memoise(_public, present(request)[0].of_posts, model, *place.items())
    if kept is None:
        raise Http404(_("There is no such page."))
    return kept


def _public(model, *place):
    rows = model.objects.public()
    return (rows.select_related("photo") if model is Author else rows).filter(**dict(place)).first()


def terms(request):
    """{Category, Tag or Author: those of them that have public posts, by name}; they know name, address, the `number`
    of their posts, and when the newest of these came, `newest_at`. Categories are as `Category.tree()` has them."""
    return memoise(_terms, present(request)[0].of_posts, counts.is_stored(request))


def _terms(stored):
    rows_of = {Category: [], Tag: [], Author: []}
    models, known = {model._meta.model_name: model for model in rows_of}, counts.of_all(stored=stored)
    for name, *columns in _names():
        model, (pk, *_rest) = models[name], columns
        if count := known[name].get(pk):
            # Authors and tags have no path.
            row = model(**dict(zip(("pk", "name", "slug", "path")[: 3 + (model is Category)], columns, strict=False)))
            row.number, row.newest_at = count
            rows_of[model].append(row)
    for model in (Tag, Author):
        rows_of[model].sort(key=lambda row: (row.name.lower(), row.pk))
    return rows_of | {Category: Category.tree(rows_of[Category])}


def _names():
    """(model, number, name, slug, path) of all that posts are listed by; one query."""
    path = Value(None, CharField())
    rows = [
        model.objects.order_by().values_list(Value(model._meta.model_name), "pk", "name", "slug", path_of)
        for model, path_of in ((Category, "path"), (Tag, path), (Author, path))
    ]
    return rows[0].union(*rows[1:], all=True)


def newest_by_time(request):
    """([(year, when its newest public post came)], [((year, month), the same)])."""
    newest = present(request)[0].newest_post_at
    years = counts.newest_of_years(request) if counts.is_stored(request) else newest_of(years_until(newest))
    months = [((year, month), archive_dates(year, month)) for year, _newest in years for month in range(1, 13)]
    return years, newest_of(months)
