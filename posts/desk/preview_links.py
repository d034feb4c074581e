"""Preview links in the form of a post, and on a page of their own, on which they are made and revoked."""

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from posts.ids import parse_id
from posts.models import PreviewLink
from posts.models.preview_link import DAYS, USUAL


class SharesPreviews(admin.ModelAdmin):
    """For the admin of posts, which knows `changeable()` and `page_of_post()`."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and not obj.is_public and self.has_change_permission(request, obj):
            context |= _context(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/preview-links/", view(self.preview_links), name="posts_post_preview_links"),
            path("<int:pk>/preview-links/<int:link>/revoke/", view(self.revoke), name="posts_post_revoke"),
            *super().get_urls(),
        ]

    def preview_links(self, request, pk):
        """The links of a post that work; a POST makes another."""
        post = self.changeable(request, pk)
        if request.method != "POST":
            title = _("Preview links of “%(title)s”") % {"title": post}
            return self.page_of_post(request, "preview_links.html", post, title, **_context(post))
        days = parse_id(request.POST.get("preview_days", ""))
        if not post.is_public and post.status != post.Status.TRASH:
            PreviewLink.make(post, by=request.user, days=days if days in DAYS else USUAL)
            messages.success(request, _("The preview link is ready. Copy it and send it to anyone you like."))
        return redirect("admin:posts_post_preview_links", pk)

    def revoke(self, request, pk, link):
        """From now on the link leads nowhere. One that is gone already is no mistake."""
        post = self.changeable(request, pk)
        if request.method == "POST":
            post.preview_links.filter(pk=link).delete()
            messages.success(request, _("The preview link is revoked."))
        return redirect("admin:posts_post_preview_links", pk)


def _context(post):
    links = [link for link in post.preview_links.in_force().order_by("expires_at", "pk") if link.works]
    return {"preview_links": links, "preview_days": DAYS, "usual_days": USUAL, "shares_previews": not post.is_public}
