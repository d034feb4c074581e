"""The map of the site for search engines (sitemaps.org): an index, and parts of a thousand addresses each.

Django's own sitemaps, with what it lacks: each part has a path and a time of its own, and pictures stand with a post.
"""

import re
from html import unescape
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.core.paginator import EmptyPage, Paginator
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.http import etag, require_safe

from comments.models import Comment
from posts import archives
from posts.generation import etag_of, present
from posts.models import Post
from posts.models.sql import as_time, parameters
from posts.public_pages import same_for_everybody

PART = 1_000  # addresses; the protocol allows 50,000, but a part is written in one go
# In a stored text, whose attributes have double quotes. Other sites' pictures are not shown here.
_OUR_PICTURES = re.compile(r'<img\b[^>]*?\ssrc="(/[^/"][^"]*)"')


def _version(request, *_args, **_kwargs):
    return etag_of(settings.SITE_URL, request.path, present(request)[0])


@require_safe
@same_for_everybody
@etag(_version)
def index(request):
    """The parts that there are, each with the time of what changed last in it."""
    parts = [part for name, section in SECTIONS.items() for part in section(request).parts(name)]
    return _answer(request, "sitemap_index.xml", {"sitemaps": parts})


@require_safe
@same_for_everybody
@etag(_version)
def part(request, section, number):
    """One part. 404 past the last one."""
    try:
        urls = SECTIONS[section](request).get_urls(page=int(number))
    except EmptyPage as error:
        raise Http404(_("There is no such page.")) from error
    return _answer(request, "sitemap.xml", {"urlset": urls})


def _answer(request, template, context):
    return render(request, template, context, content_type="application/xml; charset=utf-8")


class Parts(Paginator):
    """The parts of a section, without counting what is in all of them."""

    def page(self, number):
        rows = self.object_list[(number - 1) * self.per_page : number * self.per_page] if number > 0 else ()
        if not rows:
            raise EmptyPage
        return self._get_page(rows, number, self)


class PartsOfPosts(Parts):
    """Posts whose numbers follow each other are a part, whatever becomes of the others: it is found without them."""

    def page(self, number):
        rows = self.object_list.filter(pk__gte=(number - 1) * PART, pk__lt=number * PART)
        if not rows:
            raise EmptyPage
        return self._get_page(rows, number, self)


class Section(Sitemap):
    limit = PART
    parts_class = Parts

    def __init__(self, request):
        self.request = request
        self.generation, self.blog = present(request)

    @property
    def paginator(self):
        return self.parts_class(self.items(), self.limit)

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def parts(self, name):
        """The parts of this section, for the index."""
        for number, time in self.times():
            path = reverse("sitemap-part", args=[name, number])
            yield SitemapIndexItem(settings.SITE_URL + path, time and time.replace(microsecond=0))


class Posts(Section):
    """A post changes when its words do, and when a comment comes or is edited; a part, when anything of its posts does
    that readers see."""

    kind = Post.Kind.POST
    parts_class = PartsOfPosts

    def items(self):
        below = Comment.objects.approved().filter(post=OuterRef("pk"))
        edited = below.filter(edited_at__isnull=False).order_by("-edited_at")
        posts = Post.objects.published().filter(kind=self.kind).select_related("picture").only(*_SHOWN)
        return posts.annotate(
            last_comment=Subquery(below.order_by("-submitted_at").values("submitted_at")[:1]),
            last_edit=Subquery(edited.values("edited_at")[:1]),
        ).order_by("pk")

    def times(self):
        with connection.cursor() as cursor:
            cursor.execute(_PARTS[connection.vendor], parameters(kind=self.kind))
            return [(part + 1, as_time(time)) for part, time in cursor.fetchall() if time]

    def location(self, post):
        return self.blog.address_of(post)

    def lastmod(self, post):
        newest = max(filter(None, (post.last_modified, post.last_comment, post.last_edit)))
        return newest.replace(microsecond=0)

    def get_urls(self, page=1, site=None, protocol=None):
        urls = super().get_urls(page, site, protocol)
        for url in urls:
            url["pictures"] = [settings.SITE_URL + iri_to_uri(path) for path in _pictures(url["item"])]
        return urls


_SHOWN = ("permalink", "published_at", "modified_at", "body_html", "picture")
# Each part is found by one look into the index `post_map`, and so is what changed last in it.
_OF_KIND = "FROM posts_post WHERE kind = %(kind)s AND status = %(status)s"
_PARTS = {
    vendor: f"""
        WITH RECURSIVE parts(part) AS (
            SELECT MIN(id / {PART}) {_OF_KIND}
            UNION ALL
            SELECT (SELECT MIN(id / {PART}) {_OF_KIND} AND id / {PART} > part) FROM parts WHERE part IS NOT NULL
        )
        SELECT part, (
            SELECT MAX({latest}(changed_at, published_at)) {_OF_KIND}
            AND id / {PART} = part AND {latest}(changed_at, published_at) <= %(published_at__lte)s
        ) FROM parts WHERE part IS NOT NULL
    """  # noqa: S608
    for vendor, latest in (("postgresql", "GREATEST"), ("sqlite", "MAX"))
}


def _pictures(post):
    lead = [post.picture.file.url] if post.picture else []
    return dict.fromkeys(lead + [unescape(path) for path in _OUR_PICTURES.findall(post.body_html)])


class Pages(Posts):
    kind = Post.Kind.PAGE


class Archive(NamedTuple):
    path: str
    changed_at: object

    def get_absolute_url(self):
        return self.path


class Archives(Section):
    """The pages that list posts, of those that have any: whole, by year and month, category, tag and author."""

    def items(self):
        newest = self.generation.newest_post_at
        # A fixed home page is among the pages.
        has_page = self.blog.home_page_id and Post.public_page(self.blog.home_page_id)
        years, months = archives.newest_by_time(self.request)
        return [
            Archive(reverse("posts:list" if has_page else "posts:home"), newest),
            Archive(reverse("posts:overview"), newest),
            *(Archive(reverse("posts:year", args=[year]), time) for year, time in sorted(years)),
            *(Archive(reverse("posts:month", args=month), time) for month, time in sorted(months)),
            *(
                Archive(row.get_absolute_url(), row.newest_at)
                for rows in archives.terms(self.request).values()
                for row in sorted(rows, key=lambda row: row.pk)
            ),
        ]

    def times(self):
        times = [archive.changed_at for archive in self.items()]
        for first in range(0, len(times), PART):
            yield first // PART + 1, max(filter(None, times[first : first + PART]), default=None)

    def lastmod(self, archive):
        return archive.changed_at and archive.changed_at.replace(microsecond=0)


SECTIONS = {"posts": Posts, "pages": Pages, "archives": Archives}
