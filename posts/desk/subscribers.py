"""The list of subscribers: found, stopped, erased, taken in and given out as CSV. For owners and editors."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from posts.models import Frequency, Subscriber, SubscriptionRequest
from posts.subscriptions.bringing import bring
from posts.subscriptions.csv_files import lines, parse
from posts.subscriptions.erasing import erase

LARGEST = 20 * 1024 * 1024  # bytes
MOST_SHOWN = 100  # bad lines
BOUNCED = "bounced"


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("active", _("subscribed")),
            (BOUNCED, _("email bounced")),
            ("stopped", _("unsubscribed")),
            ("refused", _("wants no email")),
        ]

    def queryset(self, request, rows):
        match self.value():
            case "active":
                return rows.active().reachable()
            case "bounced":
                return rows.active().filter(is_bounced=True)
            case "stopped":
                return rows.stopped().exclude(stopped_by=Subscriber.StoppedBy.REFUSED)
            case "refused":
                return rows.filter(stopped_by=Subscriber.StoppedBy.REFUSED)
        return rows


class ImportForm(forms.Form):
    ADD, ASK = "add", "ask"

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "With a column “email”, and “name” and “created_at” if you have them. Exports from Ghost, Substack, "
            "Jetpack and WordPress.com can be used as they are."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    consent = forms.ChoiceField(
        label=_("Did these people agree to get this blog’s posts by email?"),
        choices=[
            (ADD, _("Yes, each of them, and I can show that they did. Add them as subscribers.")),
            (ASK, _("They asked for it, but I can’t show that. Send each of them one email that asks.")),
        ],
        widget=forms.RadioSelect,
    )
    leave_out = forms.BooleanField(label=_("Leave out lines that can’t be used, and import the others"), required=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 20 MB. Divide it."))
        return parse(file.read())

    def clean(self):
        cleaned = super().clean()
        parsed = cleaned.get("file")
        if parsed and parsed.bad and not cleaned.get("leave_out"):
            number = len(parsed.bad)
            message = ngettext(
                "Nothing was imported: %(n)d line can’t be used.",
                "Nothing was imported: %(n)d lines can’t be used.",
                number,
            )
            self.add_error("file", message % {"n": number})
            self.bad = [gettext("Line %(n)d: %(wrong)s") % {"n": at, "wrong": said} for at, said in parsed.bad]
        return cleaned


class SubscriberAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "state", "how_often", "subscribed_at"]
    list_filter = [StateFilter, "frequency"]
    search_fields = ["email", "name"]
    ordering = ["-subscribed_at", "-pk"]
    list_per_page = 100
    empty_value_display = ""
    actions = ["stop", "start_again"]
    fields = ["email", "state", "subscribed_at", "came_by", "name", "frequency", "all_categories", "categories"]
    readonly_fields = ["email", "state", "subscribed_at", "came_by"]
    change_list_template = "admin/posts/subscriber/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).with_bounces()

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=_("state"))
    def state(self, subscriber):
        if subscriber.stopped_by == Subscriber.StoppedBy.REFUSED:
            return _("wants no email")
        if not subscriber.is_active:
            return _("unsubscribed")
        return _("email bounced") if subscriber.is_bounced else _("subscribed")

    @admin.display(description=_("how often"), ordering="frequency")
    def how_often(self, subscriber):
        return _("weekly") if subscriber.frequency == Frequency.WEEKLY else _("each post")

    # --- The list

    def changelist_view(self, request, extra_context=None):
        counts = {"asked": SubscriptionRequest.objects.waiting().count()}
        return super().changelist_view(request, counts | (extra_context or {}))

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="posts_subscriber_export"), *super().get_urls()]

    @admin.action(description=_("Stop sending"), permissions=["change"])
    def stop(self, request, rows):
        number = sum(subscriber.stop(by=Subscriber.StoppedBy.EDITOR) for subscriber in rows.active())
        message = ngettext("%(n)d subscription stopped.", "%(n)d subscriptions stopped.", number)
        messages.success(request, message % {"n": number})

    @admin.action(description=_("Send again, where an editor had stopped it"), permissions=["change"])
    def start_again(self, request, rows):
        stopped = list(rows.filter(stopped_by=Subscriber.StoppedBy.EDITOR))
        for subscriber in stopped:
            subscriber.start_again()
        number = len(stopped)
        message = ngettext("%(n)d subscription resumed.", "%(n)d subscriptions resumed.", number)
        messages.success(request, message % {"n": number})

    def delete_model(self, request, subscriber):
        erase(Subscriber.objects.filter(pk=subscriber.pk))

    def delete_queryset(self, request, rows):
        erase(Subscriber.objects.filter(pk__in=rows.values("pk")))

    # --- In and out

    def export_view(self, request):
        """The list as a CSV file, whoever is in it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = f"subscribers-{timezone.localdate():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(lines(Subscriber.objects.all()), "text/csv; charset=utf-8", headers=headers)

    def add_view(self, request, form_url="", extra_context=None):
        """Taking in a file: people subscribe by themselves, or come from another list of the blog's."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        if request.method == "POST" and form.is_valid():
            self._bring(request, form.cleaned_data)
            return HttpResponseRedirect(reverse("admin:posts_subscriber_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Import subscribers"),
            "form": form,
            "bad": getattr(form, "bad", [])[:MOST_SHOWN],
            "more": max(0, len(getattr(form, "bad", [])) - MOST_SHOWN),
        }
        return TemplateResponse(request, "admin/posts/subscriber/import.html", context)

    def _bring(self, request, typed):
        parsed, ask = typed["file"], typed["consent"] == ImportForm.ASK
        brought = bring(parsed.rows, by=request.user, ask=ask)
        if ask:
            message = ngettext("%(n)d person is asked by email.", "%(n)d people are asked by email.", brought.added)
        else:
            message = ngettext("%(n)d subscriber added.", "%(n)d subscribers added.", brought.added)
        messages.success(request, message % {"n": brought.added})
        known, refused, stopped, bad = brought.known, brought.refused, parsed.stopped, len(parsed.bad)
        others = [
            known and ngettext("%(n)d was subscribed already.", "%(n)d were subscribed already.", known) % {"n": known},
            brought.asked
            and ngettext("%(n)d was asked already.", "%(n)d were asked already.", brought.asked) % {"n": brought.asked},
            refused
            and ngettext(
                "%(n)d has unsubscribed here, and stays so.", "%(n)d have unsubscribed here, and stay so.", refused
            )
            % {"n": refused},
            stopped
            and ngettext(
                "%(n)d had unsubscribed before, and was left out.",
                "%(n)d had unsubscribed before, and were left out.",
                stopped,
            )
            % {"n": stopped},
            bad and ngettext("%(n)d line was left out.", "%(n)d lines were left out.", bad) % {"n": bad},
        ]
        if said := " ".join(filter(None, others)):
            messages.info(request, said)
