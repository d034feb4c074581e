"""The checklist in the form of a post: of what is stored, and while somebody writes, of what was typed."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import path

from posts import costly_text
from posts.checklist import check


class ChecksPosts(admin.ModelAdmin):
    """For the admin of posts, which knows `typed()`."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            form = context["adminform"].form
            with costly_text.in_haste():
                if form.is_bound:
                    form.instance.rerender()
                context["advice"] = advice_on(form)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_urls(self):
        view = self.admin_site.admin_view(self.checklist)
        return [
            path("checklist/", view, name="posts_post_checklist_new"),
            path("<int:pk>/checklist/", view, name="posts_post_checklist"),
            *super().get_urls(),
        ]

    def checklist(self, request, pk=None):
        """The list for what stands in the form, as a piece of HTML. Nothing is saved."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        stored = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        if not (self.has_change_permission(request, stored) if stored else self.has_add_permission(request)):
            raise PermissionDenied
        form = self.typed(request, stored)
        with costly_text.in_haste():
            form.is_valid()
            form.instance.rerender()
            advice = advice_on(form)
        return render(request, "admin/posts/post/_checklist_items.html", {"advice": advice})


def advice_on(form):
    # The choices are at hand: nothing is asked for again.
    has_category = bool(form["categories"].value()) if "categories" in form.fields else True
    return check(form.instance, has_category=has_category)
