"""The slug as it is typed, and the address that a post will have with it."""

from datetime import datetime, time

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from posts import slugs
from posts.ids import parse_id
from posts.models import Post


class SlugField(forms.CharField):
    """Takes "hello world!", or a whole address, for the slug that it means."""

    def to_python(self, value):
        typed = super().to_python(value)
        slug = slugs.from_typed(typed)
        if typed and not slug:
            raise forms.ValidationError(
                _("“%(value)s” has no letter or digit that a web address could be made of."), params={"value": typed}
            )
        return slug


def planned_address(post):
    """(whole address, slug) of a post as it would be saved now; one without a date as of today. Stores nothing."""
    post.published_at = post.published_at or timezone.now()
    post.prepare(is_taken=lambda taken: Post.objects.exclude(pk=post.pk).filter(permalink=taken).exists())
    return settings.SITE_URL.rstrip("/") + post.permalink, post.slug


def told_of_slug(wanted, slug):
    """What to say where the slug is another than was typed."""
    if not wanted or wanted == slug:
        return ""
    return _("The slug is “%(slug)s”, because “%(wanted)s” is taken.") % {"slug": slug, "wanted": wanted}


class TellsAddress:
    """For PostAdmin: `…/address/?slug=…&title=…` answers with the address that the post would have."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.address)
        return [path("address/", view, name="posts_post_address"), *super().get_urls()]

    def address(self, request):
        asked = request.GET
        pk = parse_id(asked.get("pk", ""))
        stored = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        if not (self.has_change_permission(request, stored) if stored else self.has_add_permission(request)):
            raise PermissionDenied
        post = stored or Post()
        wanted = slugs.from_typed(asked.get("slug", "")[:1000].replace("\x00", ""))
        post.title, post.slug = asked.get("title", "")[:300].replace("\x00", ""), wanted
        if asked.get("kind") in Post.Kind.values:
            post.kind = asked["kind"]
        if not post.is_page:
            post.parent = None
        elif parent := parse_id(asked.get("parent", "")):
            post.parent = Post.objects.pages().filter(pk=parent).exclude(pk=post.pk).first()
        if day := self._day(asked.get("date", "")):
            post.published_at = day
        address, slug = planned_address(post)
        return JsonResponse({"address": address, "note": told_of_slug(wanted, slug)})

    def _day(self, typed):
        try:
            day = forms.DateField().to_python(typed)
            return timezone.make_aware(datetime.combine(day, time(12))) if day else None
        except (forms.ValidationError, OverflowError):
            return None
