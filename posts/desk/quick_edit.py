"""What is changed most often in a list, on a small page of its own, which a script shows above the list."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db import transaction
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from posts.markup import typeset

QUICK = ["title", "slug", "status", "published_at", "categories", "tags", "comments_open"]


class WithoutText:
    """A form that lacks fields of which the post may say that something is wrong: that is said above the others."""

    # Its page has no other place for them.
    lists_stored = True

    def add_error(self, field, error):
        if field is not None or not hasattr(error, "error_dict"):
            return super().add_error(field, error)
        for name, errors in error.error_dict.items():
            super().add_error(name if name in self.fields and name != NON_FIELD_ERRORS else None, errors)
        return None


class QuickEditAdmin(admin.ModelAdmin):
    """The form of a post, its checks and how it is stored are those of the post's own page."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.quick_edit)
        return [path("<int:pk>/quick/", view, name="posts_post_quick"), *super().get_urls()]

    def quick_edit(self, request, pk):
        if request.method == "POST" and (stored := self.get_object(request, unquote(str(pk)))):
            # A text that takes long is set before the transaction, in which others would wait for it.
            typeset(stored.body, stored.body_format, stored.language)
        with transaction.atomic():
            return self._quick_edit(request, str(pk))

    def _quick_edit(self, request, pk):
        post = self.get_object(request, pk)
        if not post:
            return self._get_obj_does_not_exist_redirect(request, self.opts, pk)
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        form = self._quick_form(request, post)
        if request.method == "POST" and form.is_valid():
            self.save_model(request, self.save_form(request, form, change=True), form, change=True)
            self.save_related(request, form, [], change=True)
            self.log_change(request, post, self.construct_change_message(request, form, []))
            return self.to_list(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Quick edit"),
            "form": form,
            "original": post,
            "list_url": self.list_url(request),
        }
        return TemplateResponse(request, "admin/posts/post/quick_edit.html", context).render()

    def _quick_form(self, request, post):
        form = self.get_form(request, post, change=True, fields=QUICK)
        form = type(form.__name__, (WithoutText, form), {})
        if request.method == "POST":
            return form(request.POST, instance=post)
        return form(instance=post)
