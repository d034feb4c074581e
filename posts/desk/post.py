"""Where posts are written. Authors see and change their own; editors all."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone

from posts import costly_text
from posts.models import Author
from posts.views import show

from . import verbs
from .autosave import Autosaves
from .base import RendersFirst
from .bulk import BulkAdmin
from .bulk_terms import BulkTermsAdmin
from .checklist import ChecksPosts
from .corrections import HasCorrections
from .duplicate import DuplicateAdmin
from .editor import EditorAdmin
from .post_list import PostListAdmin
from .post_pictures import PicturesInPosts
from .preview import LivePreviewAdmin
from .preview_links import SharesPreviews
from .quick_edit import QuickEditAdmin
from .revisions import KeepsRevisions
from .trash import TrashAdmin


class PostAdmin(
    Autosaves,
    DuplicateAdmin,
    TrashAdmin,
    BulkTermsAdmin,
    BulkAdmin,
    PostListAdmin,
    PicturesInPosts,
    RendersFirst,
    EditorAdmin,
    KeepsRevisions,
    HasCorrections,
    LivePreviewAdmin,
    SharesPreviews,
    QuickEditAdmin,
    ChecksPosts,
):
    rendered_field = "body"
    date_hierarchy = "published_at"

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        is_form = request.resolver_match and request.resolver_match.url_name == "posts_post_change"
        # The form asks for its author's account in several places.
        return rows.select_related("author__user") if is_form else rows

    def save_model(self, request, post, form, change):
        if not post.author_id:
            post.author = Author.for_account(request.user)
        with verbs.announced(post):
            super().save_model(request, post, form, change)

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
