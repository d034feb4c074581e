"""What several of the admin's forms and lists have in common."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst

from posts import costly_text


class OneRowAdmin(admin.ModelAdmin):
    """For a model of one row: its list leads straight to it, and it can't be added or deleted.

    `page_title`: what its page is called, if not what the row is.
    """

    page_title: object = None

    def changelist_view(self, request, extra_context=None):
        row = self.model.load()
        return HttpResponseRedirect(
            reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        )

    def get_object(self, request, object_id, from_field=None):
        if request.method == "POST":
            # Until it is saved for the first time there is no row.
            self.model.objects.get_or_create(pk=1)
        return self.model.load()

    def render_change_form(self, request, context, *args, **kwargs):
        # There is no other row to tell it from, and no list to go back to.
        title = self.page_title or capfirst(self.opts.verbose_name)
        own = {"title": title, "subtitle": None, "is_one_row": True}
        return super().render_change_form(request, context | own, *args, **kwargs)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ListOnly(admin.ModelAdmin):
    """For rows that nobody adds, changes or deletes: there is no page of one, the list says all there is to say."""

    list_display_links = None
    list_per_page = 50

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class RendersFirst(admin.ModelAdmin):
    """A text that may take long is set before the transaction, in which others would wait for it."""

    rendered_field: str

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        if request.method == "POST" and costly_text.is_risky(request.POST.get(self.rendered_field, ""), "markdown"):
            stored = self.get_object(request, unquote(object_id)) if object_id else None
            if self.has_change_permission(request, stored) if stored else self.has_add_permission(request):
                self.typed(request, stored).is_valid()
        return super().changeform_view(request, object_id, *args, **kwargs)

    def typed(self, request, stored):
        """The form as it was sent."""
        form = self.get_form(request, stored, change=bool(stored))
        return form(request.POST, request.FILES, instance=stored or self.model())


class ArchiveAdmin(admin.ModelAdmin):
    """For what posts are listed by: it has a page on the site once something public is listed there."""

    def get_view_on_site_url(self, obj=None):
        is_there = obj and self.model.objects.public().filter(pk=obj.pk).exists()
        return super().get_view_on_site_url(obj) if is_there else None
