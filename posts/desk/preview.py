"""The text beside its form as readers would see it, rendered while it is written; nothing of it is stored."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import path

from posts import costly_text
from posts.ids import parse_id
from posts.markup import typeset
from posts.models import Picture, Post
from posts.pictures.markup import with_pictures


class LivePreviewAdmin(admin.ModelAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.live_preview)
        return [path("preview/live/", view, name="posts_post_live_preview"), *super().get_urls()]

    def live_preview(self, request):
        """A page of title, picture and text alone, of what was typed: whoever may write may see how it looks."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        post = _as_typed(request.POST)
        with costly_text.in_haste():
            text = typeset(post.body, post.body_format, post.language)
        pictures = Picture.objects.shown_in(text.html)
        post.body_html = with_pictures(text.html, pictures, first_leads=not post.picture_id)
        post.contents_html = text.contents_html
        return render(request, "admin/posts/post/live_preview.html", {"post": post, "is_plain": text.is_plain})


def _as_typed(typed):
    """A post of what stands in the form, as far as it can be shown; a value that can't be is left out."""
    post = Post(title=_clean(typed.get("title", "")), body=_clean(typed.get("body", "")))
    if typed.get("body_format") in Post.BodyFormat.values:
        post.body_format = typed["body_format"]
    if typed.get("language") in dict(Post._meta.get_field("language").flatchoices):
        post.language = typed["language"]
    picture = parse_id(typed.get("picture", ""))
    post.picture = Picture.objects.filter(pk=picture).first() if picture else None
    return post


def _clean(text):
    # As a form does: browsers send lines with another end, and no database has a NUL.
    return text.replace("\r\n", "\n").replace("\x00", "")
