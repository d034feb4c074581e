"""Moving out without a shell: ask for a copy of the blog, see how far it is, download it, delete it."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from posts.storage import explain_refusal, is_refusal

from . import jobs
from .export_model import Export

PERSONAL = "blog_site.export_personal_data"


class ExportForm(forms.ModelForm):
    class Meta:
        model = Export
        fields = ["kind", "with_media", "personal"]
        widgets = {"kind": forms.RadioSelect}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Export.Kind.JSON and not cleaned.get("personal"):
            message = _("A JSON file always has personal data in it. Tick this box, or choose WordPress.")
            self.add_error("personal", message)
        return cleaned


class ImpersonalForm(forms.ModelForm):
    """For who may not have readers' personal data: one format has a place for the rest alone."""

    class Meta:
        model = Export
        fields = ["with_media"]


@admin.register(Export)
class ExportAdmin(admin.ModelAdmin):
    list_display = ["__str__", "state", "with_media", "personal", "begun_at", "made_by"]
    list_select_related = ["by"]
    ordering = ["-pk"]
    change_form_template = "admin/blog_site/export/report.html"
    add_form_template = "admin/blog_site/export/ask.html"

    @admin.display(description=_("by"), ordering="by")
    def made_by(self, export):
        return export.made_by

    def get_queryset(self, request):
        return super().get_queryset(request).seen_by(request.user)

    def has_change_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}

    def get_form(self, request, obj=None, change=False, **kwargs):
        return ExportForm if request.user.has_perm(PERSONAL) else ImpersonalForm

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": self.get_form(request).Meta.fields})]

    def save_model(self, request, export, form, change):
        same = {name: getattr(export, name) for name in ("kind", "with_media", "personal")}
        unfinished = Export.objects.at_work().filter(**same)
        if under_way := next(filter(jobs.is_running, unfinished), None):
            export.pk = under_way.pk
            messages.warning(request, gettext("This export is already being made."))
            return
        export.by = request.user
        export.save()
        # The process has a connection of its own, and finds the row there once it is committed.
        transaction.on_commit(partial(_start, export))

    def log_addition(self, request, export, message):
        """The row says who asked for it, and when."""

    def response_add(self, request, export, post_url_continue=None):
        return HttpResponseRedirect(export.get_absolute_url())

    def delete_model(self, request, export):
        jobs.stop(export)
        jobs.delete_uploads(export)
        export.delete()

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/cancel/", wrap(self.cancel_view), name="blog_site_export_cancel"),
            path("<int:pk>/files/<str:name>/", wrap(self.download_view), name="blog_site_export_download"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        title = {"title": gettext("Export the blog")}
        return super().add_view(request, form_url, title | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """How far it is, or its files. Its buttons post elsewhere."""
        export = self.get_object(request, object_id)
        if export is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, export):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        running = jobs.is_running(export)
        share, counted = jobs.read_progress(export)
        # It may have ended since it was read.
        export.refresh_from_db()
        done, _slash, number = counted.partition("/")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(export),
            "export": export,
            "running": running and export.is_at_work,
            "interrupted": export.is_at_work and not running,
            "percent": round(share * 100),
            "done": done,
            "all": number,
            "seconds_left": jobs.seconds_left(export, share),
            "files": _stored(export),
            "may_delete": self.has_delete_permission(request, export),
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, self.change_form_template, context)

    def cancel_view(self, request, pk):
        """Ends one that is at work, and forgets it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        export = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST" and export.is_at_work:
            self.delete_model(request, export)
            messages.success(request, gettext("The export was cancelled. Nothing of it was kept."))
            return HttpResponseRedirect("../../")
        return HttpResponseRedirect(export.get_absolute_url())

    def download_view(self, request, pk, name):
        """One of its files, for who may see the export at this moment."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        export = get_object_or_404(self.get_queryset(request), pk=pk)
        if name not in {file["name"] for file in export.files}:
            raise Http404
        if not any(file["name"] == name for file in _stored(export)):
            # It was kept long enough, or lies on another machine: its page says so.
            return HttpResponseRedirect(export.get_absolute_url())
        path = jobs.folder_of(export) / jobs.FILES / name
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{export.begun_at:%Y-%m-%d}-{name}")


def _start(export):
    try:
        jobs.start_export(export)
    except OSError as error:
        if not is_refusal(error):
            raise
        Export.objects.filter(pk=export.pk).update(state=Export.State.FAILED, error=explain_refusal(error))


def _stored(export):
    """Those of its files that can be downloaded: [{"name", "size"}], whole, and not for longer than they are kept."""
    if export.is_expired or export.state != Export.State.DONE:
        return []
    folder = jobs.folder_of(export) / jobs.FILES
    there = {path.name: path.stat().st_size for path in folder.glob("*")}
    return [file for file in export.files if there.get(file["name"]) == file["size"]]
