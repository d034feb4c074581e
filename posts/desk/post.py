"""Where posts are written. Authors see and change their own; editors all."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts import costly_text, websub
from posts.models import Author, Post
from posts.views import show

from .base import RendersFirst
from .editor import EditorAdmin
from .revisions import KeepsRevisions


class PostAdmin(RendersFirst, EditorAdmin, KeepsRevisions):
    rendered_field = "body"
    list_display = ["title", "kind", "state", "author", "published_at", "comments"]
    list_filter = ["kind", "status", "categories"]
    list_select_related = ["author"]
    search_fields = ["title", "body"]
    ordering = ["-created_at", "-pk"]
    date_hierarchy = "published_at"

    @admin.display(description=_("status"), ordering="status")
    def state(self, post):
        return _("scheduled") if post.is_scheduled else post.get_status_display()

    @admin.display(description=_("comments"), ordering="comment_count")
    def comments(self, post):
        return post.comment_count

    def get_queryset(self, request):
        return super().get_queryset(request).filter(pk__in=Post.objects.editable_by(request.user).values("pk"))

    def save_model(self, request, post, form, change):
        if not post.author_id:
            post.author = Author.for_account(request.user)
        was_hidden = Post.objects.filter(pk=post.pk).exclude(status=Post.Status.PUBLISHED).exists()
        super().save_model(request, post, form, change)
        websub.announce(post, was_hidden=was_hidden)

    def get_urls(self):
        preview = self.admin_site.admin_view(self.preview)
        return [
            path("preview/", preview, name="posts_post_preview_new"),
            path("<int:pk>/preview/", preview, name="posts_post_preview"),
            *super().get_urls(),
        ]

    def preview(self, request, pk=None):
        """The page as it would look with what stands in the form; nothing is saved, valid or not."""
        stored = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:posts_post_changelist"))
        if not (self.has_change_permission(request, stored) if stored else self.has_add_permission(request)):
            raise PermissionDenied
        form = self.typed(request, stored)
        form.is_valid()
        post = form.instance
        post.published_at = post.published_at or timezone.now()
        if not post.author_id:
            post.author = Author.objects.filter(user=request.user).first() or Author(
                name=Author.name_of(request.user), slug="-"
            )
        is_rendered = post.rerender()
        return show(request, post, preview=True, refused="" if is_rendered else costly_text.REFUSED)
