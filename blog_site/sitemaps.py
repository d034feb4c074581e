"""The map of the site for search engines (sitemaps.org): an index, and parts of a thousand addresses each."""

import re
from html import unescape
from typing import NamedTuple

from django.conf import settings
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import TruncMonth, TruncYear
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.feedgenerator import rfc3339_date
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from comments.models import Comment
from posts.feeds.formats import Xml
from posts.models import Author, Category, Post, Tag

PART = 1_000  # addresses; the protocol allows 50,000, but a part is written in one go
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
# In a stored text, whose attributes have double quotes. Other sites' pictures are not shown here.
_OUR_PICTURES = re.compile(r'<img\b[^>]*?\ssrc="(/[^/"][^"]*)"')


class Row(NamedTuple):
    path: str
    changed_at: object = None
    pictures: tuple = ()


@require_safe
@conditional_page
def index(request):
    """The parts that there are, each with the time of what changed last in it."""
    xml = Xml()
    xml.open("sitemapindex", {"xmlns": SITEMAP})
    for section, rows_of in SECTIONS.items():
        rows = rows_of(slice(None), texts=False)
        for start in range(0, len(rows), PART):
            newest = max((row.changed_at for row in rows[start : start + PART] if row.changed_at), default=None)
            _write(xml, "sitemap", Row(reverse("sitemap-part", args=[section, start // PART + 1]), newest))
    xml.close("sitemapindex")
    return _answer(xml)


@require_safe
@conditional_page
def part(request, section, number):
    """One part. 404 past the last one."""
    start = (int(number) - 1) * PART
    rows = SECTIONS[section](slice(start, start + PART)) if start >= 0 else ()
    if not rows:
        raise Http404(_("There is no such page."))
    xml = Xml()
    xml.open("urlset", {"xmlns": SITEMAP, "xmlns:image": IMAGE})
    for row in rows:
        _write(xml, "url", row)
    xml.close("urlset")
    return _answer(xml)


def _answer(xml):
    return HttpResponse(str(xml), content_type="application/xml; charset=utf-8")


def _write(xml, name, row):
    xml.open(name)
    xml.element("loc", settings.SITE_URL + row.path)
    if row.changed_at:
        xml.element("lastmod", rfc3339_date(row.changed_at.replace(microsecond=0)))
    for picture in row.pictures:
        xml.open("image:image")
        xml.element("image:loc", settings.SITE_URL + iri_to_uri(picture))
        xml.close("image:image")
    xml.close(name)


def _posts(places, *, texts=True):
    return _rows(Post.objects.published().posts(), places, texts)


def _pages(places, *, texts=True):
    return _rows(Post.objects.published().pages(), places, texts)


def _rows(posts, places, texts):
    """A post changes when its words do, and when a comment comes or is edited. The oldest first: a part that is full
    stays."""
    below = Comment.objects.approved().filter(post=OuterRef("pk"))
    edited = below.filter(edited_at__isnull=False).order_by("-edited_at")
    posts = posts.annotate(
        last_comment=Subquery(below.order_by("-submitted_at").values("submitted_at")[:1]),
        last_edit=Subquery(edited.values("edited_at")[:1]),
    )
    wanted = ("permalink", "published_at", "modified_at", *(("body_html", "picture") if texts else ()))
    return [
        Row(
            post.get_absolute_url(),
            max(filter(None, (post.last_modified, post.last_comment, post.last_edit))),
            _pictures(post) if texts else (),
        )
        for post in posts.select_related("picture" if texts else None)
        .only(*wanted)
        .order_by("published_at", "pk")[places]
    ]


def _pictures(post):
    lead = [post.picture.file.url] if post.picture else []
    return tuple(dict.fromkeys(lead + [unescape(path) for path in _OUR_PICTURES.findall(post.body_html)]))


def _archives(places, *, texts=True):
    """The pages that list posts, of those that have any: whole, by year and month, category, tag and author."""
    posts = Post.objects.published().posts()
    newest = posts.aggregate(newest=Max("published_at"))["newest"]
    rows = [Row(reverse("posts:home"), newest), Row(reverse("posts:overview"), newest)]
    for name, trunc in (("year", TruncYear), ("month", TruncMonth)):
        times = posts.values(start=trunc("published_at")).annotate(newest=Max("published_at")).order_by("start")
        for start, time in times.values_list("start", "newest"):
            rows.append(Row(reverse(f"posts:{name}", args=(start.year, start.month)[: 1 + (name == "month")]), time))
    for model in (Category, Tag, Author):
        found = model.objects.filter(posts__in=posts).annotate(newest=Max("posts__published_at")).order_by("pk")
        rows += [Row(row.get_absolute_url(), row.newest) for row in found]
    return rows[places]


SECTIONS = {"posts": _posts, "pages": _pages, "archives": _archives}
