"""A draft copy of a post: all that an author can type, without its address, dates, comments and corrections."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from posts.models import Post

NOT_COPIED = {"slug", "status", "published_at", "corrections"}
# Who presses the button twice wants one copy.
DOUBLE_CLICK = timedelta(seconds=10)


class DuplicateAdmin:
    def get_urls(self):
        view = self.admin_site.admin_view(self.duplicate)
        return [path("<int:pk>/duplicate/", view, name="posts_post_duplicate"), *super().get_urls()]

    def duplicate(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            # A second click waits here for the first.
            post = self.get_queryset(request).select_for_update(of=("self",)).filter(pk=pk).first()
            copy = post and (_copied_just_now(post) or self._copy(request, post))
        if not copy:
            messages.error(request, _("This post no longer exists."))
            return self.to_list(request)
        messages.success(
            request,
            _("This is a draft copy of “%(title)s”, without its address, dates and comments.") % {"title": post},
        )
        return HttpResponseRedirect(reverse("admin:posts_post_change", args=[copy.pk]))

    def _copy(self, request, post):
        typed = [field for field in Post._meta.concrete_fields if field.editable and not field.primary_key]
        kept = {field.attname: getattr(post, field.attname) for field in typed if field.name not in NOT_COPIED}
        copy = Post(**kept)
        copy.save(by=request.user)
        for name in ("categories", "tags"):
            getattr(copy, name).set(getattr(post, name).all())
        self.log_addition(request, copy, _("A copy of “%(title)s”.") % {"title": post})
        return copy


def _copied_just_now(post):
    copies = Post.objects.filter(title=post.title, body=post.body, author=post.author_id, status=Post.Status.DRAFT)
    return copies.filter(created_at__gte=timezone.now() - DOUBLE_CLICK).filter(pk__gt=post.pk).order_by("-pk").first()
