"""Imports without a shell: upload the files, look at a dry run, import, read the report, and undo."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog_site.moving.files.sources import kind_of
from posts.storage import BucketRefuses, TellsOfDisk, explain_refusal, is_refusal

from . import jobs
from .models import Import, ImportedRow
from .one_at_a_time import is_anybody_at_work
from .report import Report

MOST_LISTED = 200  # entries of a list in the report's page


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        return files.getlist(name)


class SeveralFilesField(forms.FileField):
    widget = SeveralFiles

    def clean(self, data, initial=None):
        """The list of what was uploaded, none of it empty."""
        return [super(SeveralFilesField, self).clean(file, initial) for file in data or [None]]


class ImportForm(forms.ModelForm):
    uploads = SeveralFilesField(
        label=_("Export files"),
        help_text=_(
            "From WordPress (Tools, Export): the .xml files, or the .zip file as downloaded. From Disqus: the "
            ".xml.gz file."
        ),
    )
    archive = forms.FileField(
        label=_("Pictures and files"),
        required=False,
        help_text=_(
            "A .tar or .zip file of the old blog's uploads. WordPress.com offers one under Tools, Export, Media."
        ),
    )

    class Meta:
        model = Import
        fields = ["uploads", "archive", "fetch_media", "overwrite"]


@admin.register(Import)
class ImportAdmin(TellsOfDisk, admin.ModelAdmin):
    form = ImportForm
    list_display = ["__str__", "kind", "state", "begun_at", "given_by"]
    list_display_links = ["__str__"]
    list_select_related = ["by"]
    ordering = ["-pk"]
    change_form_template = "admin/blog_site/import/report.html"
    add_form_template = "admin/blog_site/import/upload.html"

    @admin.display(description=_("by"), ordering="by")
    def given_by(self, source):
        return source.given_by

    def has_delete_permission(self, request, obj=None):
        """What is in is undone, not forgotten: its originals and its report stay."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not (obj.can_be_undone or obj.is_half_done or jobs.is_running(obj)))

    def get_actions(self, request):
        return {}

    def save_model(self, request, source, form, change):
        uploads = form.cleaned_data["uploads"]
        source.files = [upload.name for upload in uploads]
        source.by, source.state = request.user, Import.State.CHECKING
        source.save()
        jobs.store_uploads(source, uploads, form.cleaned_data["archive"])
        source.kind = kind_of(jobs.uploaded_files(source))
        source.save(update_fields=["kind"])
        # The process has a connection of its own, and finds the row there once it is committed.
        transaction.on_commit(lambda: jobs.start(source, dry_run=True))

    def response_add(self, request, source, post_url_continue=None):
        return HttpResponseRedirect(source.get_absolute_url())

    def delete_model(self, request, source):
        jobs.delete_uploads(source)
        source.delete()

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/go/", wrap(self.go_view), name="blog_site_import_go"),
            path("<int:pk>/cancel/", wrap(self.cancel_view), name="blog_site_import_cancel"),
            path("<int:pk>/undo/", wrap(self.undo_view), name="blog_site_import_undo"),
            path("original/<str:kind>/<int:row>/", wrap(self.original_view), name="blog_site_import_original"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        title = {"title": gettext("Import a blog")}
        return super().add_view(request, form_url, title | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """How far the import is, what would come in, or what came of it. Its buttons post elsewhere."""
        source = self.get_object(request, object_id)
        if source is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, source):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        has_job = jobs.is_running(source)
        # From the command line, or an undo.
        running = has_job or (source.is_half_done and is_anybody_at_work())
        share, downloads = jobs.read_progress(source)
        # It may have ended since it was read.
        source.refresh_from_db()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(source),
            "source": source,
            "running": running,
            "percent": round(share * 100) if has_job else None,
            "downloads": downloads,
            "seconds_left": jobs.seconds_left(source, share) if has_job else None,
            "may_cancel": has_job and source.is_at_work and self.has_add_permission(request),
            "interrupted": source.is_at_work and not running,
            "may_go": self.has_add_permission(request) and bool(jobs.uploaded_files(source)) and not running,
            "may_undo": self.has_change_permission(request, source) and source.can_be_undone and not running,
            "may_delete": self.has_delete_permission(request, source),
            "report": _present(source.report),
        }
        return TemplateResponse(request, self.change_form_template, context)

    def go_view(self, request, pk):
        """Takes in what was tried; or tries again what was broken off while it was tried."""
        source = self._source(request, pk, self.has_add_permission(request))
        if request.method != "POST":
            return HttpResponseRedirect(source.get_absolute_url())
        if not jobs.uploaded_files(source):
            messages.error(request, gettext("The files are no longer on this server. Upload them again."))
            return HttpResponseRedirect(source.get_absolute_url())
        dry_run = request.POST.get("do") != "go"
        before = source.state
        Import.objects.filter(pk=pk).update(state=Import.State.CHECKING if dry_run else Import.State.RUNNING)
        try:
            jobs.start(source, dry_run=dry_run)
        except jobs.StillRunning:
            Import.objects.filter(pk=pk).update(state=before)
            messages.warning(request, gettext("This import is already running."))
        return HttpResponseRedirect(source.get_absolute_url())

    def cancel_view(self, request, pk):
        """Ends the process that tries the files or takes them in; the worker takes back what it has half written."""
        source = self._source(request, pk, self.has_add_permission(request))
        if request.method == "POST" and source.is_at_work and jobs.is_running(source):
            jobs.stop(source)
            message = gettext("The import was cancelled. What was half written is being removed.")
            # It may have come to its end before.
            at_work = Import.objects.filter(pk=pk, state__in=[Import.State.CHECKING, Import.State.RUNNING])
            at_work.update(state=Import.State.FAILED, error=message)
        return HttpResponseRedirect(source.get_absolute_url())

    def undo_view(self, request, pk):
        """A page that says what would go and what would stay; its button does it."""
        # With them comes all that imports: no other page needs it.
        from .undo_plan import first_to_undo, plan

        source = self._source(request, pk, self.has_change_permission(request))
        if not source.can_be_undone or jobs.is_running(source):
            messages.error(request, gettext("There is nothing to undo."))
            return HttpResponseRedirect(source.get_absolute_url())
        newer = first_to_undo(source)
        if request.method == "POST" and not newer:
            _undo(request, source)
            return HttpResponseRedirect(source.get_absolute_url())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Undo this import"),
            "source": source,
            "newer": newer,
            "plan": None if newer else plan(source),
        }
        return TemplateResponse(request, "admin/blog_site/import/undo.html", context)

    def original_view(self, request, kind, row):
        """The text of a post or a comment as it stood in the old blog's file."""
        note = ImportedRow.objects.with_original(kind, row)
        note = get_object_or_404(note.select_related("source"), source__in=self.get_queryset(request))
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "opts": self.opts, "note": note}
        context |= {"title": gettext("The original"), "source": note.source}
        return TemplateResponse(request, "admin/blog_site/import/original.html", context)

    def _source(self, request, pk, allowed):
        if not allowed:
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)


def _undo(request, source):
    from .undo import undo

    try:
        undo(source)
    except jobs.StillRunning:
        messages.error(request, gettext("Another import or undo is running. Try again when it has finished."))
    except OSError as error:
        if not is_refusal(error):
            raise
        if isinstance(error, BucketRefuses):
            message = gettext("The undo will continue when the files can be deleted. %(why)s")
            message %= {"why": explain_refusal(error)}
        else:
            message = gettext(
                "The files can't be deleted because the disk is read-only. The undo will continue when the disk is "
                "writable again."
            )
        messages.error(request, message)
    else:
        messages.success(request, gettext("The import was undone."))


def _present(report):
    """The stored report as the page has it: numbers as rows, lists no longer than somebody reads."""
    if not report:
        return None
    outcomes = ["in_the_file", *(outcome.replace(" ", "_") for outcome in Report.OUTCOMES)]
    numbers = [
        (name, [counted[outcome] for outcome in outcomes])
        for kind, name in Report.KINDS.items()
        # A report of an earlier version may know fewer kinds.
        if (counted := report["numbers"].get(kind)) and counted["in_the_file"]
    ]
    lists = {name: report[name][:MOST_LISTED] for name in ("skipped", "warnings", "worth_a_look")}
    more = {f"more_{name}": max(len(report[name]) - MOST_LISTED, 0) for name in lists}
    return report | lists | more | {"rows": numbers}
