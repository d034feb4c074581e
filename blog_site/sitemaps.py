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
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import TruncMonth, TruncYear
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.http import etag, require_safe

from comments.models import Comment
from posts.generation import etag_of, present
from posts.models import Author, Category, Post, Tag
from posts.public_pages import same_for_everybody

# In a stored text, whose attributes have double quotes. Other sites' pictures are not shown here.
_OUR_PICTURES = re.compile(r'<img\b[^>]*?\ssrc="(/[^/"][^"]*)"')


def _version(request, *_args, **_kwargs):
    return etag_of(settings.SITE_URL, request.path, present(request)[0])


@require_safe
@same_for_everybody
@etag(_version)
def index(request):
    """The parts that there are, each with the time of what changed last in it."""
    _generation, blog = present(request)
    parts = [part for name, section in SECTIONS.items() for part in section(blog).parts(name)]
    return _answer(request, "sitemap_index.xml", {"sitemaps": parts})


@require_safe
@same_for_everybody
@etag(_version)
def part(request, section, number):
    """One part. 404 past the last one."""
    try:
        urls = SECTIONS[section](present(request)[1]).get_urls(page=int(number))
    except EmptyPage as error:
        raise Http404(_("There is no such page.")) from error
    return _answer(request, "sitemap.xml", {"urlset": urls})


def _answer(request, template, context):
    return render(request, template, context, content_type="application/xml; charset=utf-8")


class Parts(Paginator):
    """The parts of a section, without counting what is in all of them."""

    def page(self, number):
        found = self.object_list[(number - 1) * self.per_page : number * self.per_page] if number > 0 else ()
        if not found:
            raise EmptyPage
        return self._get_page(found, number, self)


class Section(Sitemap):
    limit = 1_000  # addresses; the protocol allows 50,000, but a part is written in one go

    def __init__(self, blog):
        self.blog = blog

    @property
    def paginator(self):
        return Parts(self.items(), self.limit)

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def times(self):
        """When each of its items changed, in their order."""
        return [self.lastmod(item) for item in self.items()]

    def parts(self, name):
        """The parts of this section, for the index."""
        times = self.times()
        for start in range(0, len(times), self.limit):
            path = reverse("sitemap-part", args=[name, start // self.limit + 1])
            newest = max(filter(None, times[start : start + self.limit]), default=None)
            yield SitemapIndexItem(settings.SITE_URL + path, newest)


class Posts(Section):
    """A post changes when its words do, and when a comment comes or is edited. The oldest first: a part that is full
    stays."""

    posts = staticmethod(lambda: Post.objects.published().posts())

    def items(self):
        return self._with_times().select_related("picture").only(*_DATED, "body_html", "picture")

    def times(self):
        return [self.lastmod(post) for post in self._with_times().only(*_DATED)]

    def _with_times(self):
        below = Comment.objects.approved().filter(post=OuterRef("pk"))
        edited = below.filter(edited_at__isnull=False).order_by("-edited_at")
        return (
            self.posts()
            .annotate(
                last_comment=Subquery(below.order_by("-submitted_at").values("submitted_at")[:1]),
                last_edit=Subquery(edited.values("edited_at")[:1]),
            )
            .order_by("published_at", "pk")
        )

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


_DATED = ("permalink", "published_at", "modified_at")


def _pictures(post):
    lead = [post.picture.file.url] if post.picture else []
    return dict.fromkeys(lead + [unescape(path) for path in _OUR_PICTURES.findall(post.body_html)])


class Pages(Posts):
    posts = staticmethod(lambda: Post.objects.published().pages())


class Archive(NamedTuple):
    path: str
    changed_at: object

    def get_absolute_url(self):
        return self.path


class Archives(Section):
    """The pages that list posts, of those that have any: whole, by year and month, category, tag and author."""

    def items(self):
        posts = Post.objects.published().posts()
        found = []
        for name, trunc in (("year", TruncYear), ("month", TruncMonth)):
            times = posts.values(start=trunc("published_at")).annotate(newest=Max("published_at")).order_by("start")
            for start, time in times.values_list("start", "newest"):
                path = reverse(f"posts:{name}", args=(start.year, start.month)[: 1 + (name == "month")])
                found.append(Archive(path, time))
        newest = max((archive.changed_at for archive in found), default=None)
        # A fixed home page is among the pages.
        has_page = self.blog.home_page_id and Post.public_page(self.blog.home_page_id)
        found = [
            Archive(reverse("posts:list" if has_page else "posts:home"), newest),
            Archive(reverse("posts:overview"), newest),
            *found,
        ]
        for model in (Category, Tag, Author):
            rows = model.objects.filter(posts__in=posts).annotate(newest=Max("posts__published_at")).order_by("pk")
            found += [Archive(row.get_absolute_url(), row.newest) for row in rows]
        return found

    def lastmod(self, archive):
        return archive.changed_at and archive.changed_at.replace(microsecond=0)


SECTIONS = {"posts": Posts, "pages": Pages, "archives": Archives}
