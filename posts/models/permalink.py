"""The address of a post or page: WordPress's permalink, or the path that it had where it came from."""

import re
from urllib.parse import quote

from django.db import models
from django.urls import reverse
from django.utils import timezone

from posts import slugs

from .old_path import OldPath

_DATED = re.compile(r"/(\d{4}/\d{2}/\d{2})/[^/]+/")


def path_of(permalink):
    """A permalink, which is stored decoded, as it stands in an address."""
    return quote(permalink, safe="/:@!$&'()*+,;=~")


def feed_of(address):
    """Where what stands below a post is as a feed; WordPress's, also for an address without a final slash."""
    return f"{address.rstrip('/')}/feed/"


class Addressed(models.Model):
    """What a Post's address follows from, and where it is kept when it changes."""

    class Meta:
        abstract = True

    def get_absolute_url(self):
        if not self.permalink:
            return reverse("posts:preview", args=[self.pk]) if self.pk else ""
        return path_of(self.permalink)

    @property
    def feed_url(self):
        return feed_of(self.get_absolute_url())

    def _set_permalink(self, is_taken, before=None):
        """The path of WordPress's permalinks, made free with a suffix to the slug where it is taken. `before`: what is
        stored of it."""
        day = self._day(before)
        if self.imported_path:
            self.permalink = self.imported_path
        elif self.is_page or self.published_at:
            self.slug = slugs.free_slug(
                self.slug, is_taken=lambda slug: self._is_reserved(slug) or is_taken(self._path(slug, day))
            )
            self.permalink = self._path(self.slug, day)
        else:
            self.permalink = None

    def _path(self, slug, day):
        if self.is_page:
            above = self.parent.permalink.rstrip("/") if self.parent else ""
            return f"{above}/{slug}/"
        return f"/{day}/{slug}/"

    def _day(self, before):
        """The day in its path. It stays while the time does, also where the blog moves to another time zone."""
        stored = before and before["published_at"] == self.published_at and _DATED.fullmatch(before["permalink"] or "")
        if stored:
            return stored[1]
        return f"{timezone.localtime(self.published_at):%Y/%m/%d}" if self.published_at else ""

    def _is_reserved(self, slug):
        is_first = self.is_page and not self.parent
        return slugs.is_reserved_below(slug) or (is_first and slugs.is_reserved(slug))

    def _is_taken(self, path):
        return type(self).objects.exclude(pk=self.pk).filter(permalink=path).exists()

    def _leave(self, before):
        """Keeps the address that was public, if the post left it or was taken down there: whatever becomes of it
        while nobody sees it, readers find it when it comes back. Brings the pages below along.
        """
        path, has_moved = before["permalink"], before["permalink"] != self.permalink
        if path and before["status"] == self.Status.PUBLISHED and before["published_at"] <= timezone.now():
            if has_moved:
                OldPath.objects.update_or_create(path=path, defaults={"post": self})
            elif not self.is_public:
                # Another that was here before may have been left alone with it.
                OldPath.objects.get_or_create(path=path, defaults={"post": self})
        for child in self.children.all() if has_moved and self.is_page else ():
            child.parent = self
            child.save()
