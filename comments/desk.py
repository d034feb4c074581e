"""What the moderator's desk is made of: verbs, the filter, the form, and what a page was seen to show."""

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from comments.cleaning import clean_text
from comments.models import Comment, Decision, Rule

# The verbs a moderator has: the name of the transition, what the button says, what the message says.
VERBS = {
    "approve": (_("Approve"), _("approved")),
    "hold": (_("Hold"), _("held")),
    "spam": (_("Spam"), _("marked as spam")),
    "trash": (_("Trash"), _("moved to the trash")),
    "restore": (_("Restore"), _("restored to what it was")),
}
# Those that make sense for a comment in each status.
VERBS_FOR = {
    Comment.Status.PENDING: ["approve", "spam", "trash"],
    Comment.Status.APPROVED: ["hold", "spam", "trash"],
    Comment.Status.SPAM: ["restore", "approve", "trash"],
    Comment.Status.TRASH: ["restore", "approve", "spam"],
}


class StatusFilter(admin.SimpleListFilter):
    """What waits, unless another status is asked for; each with its number."""

    title = _("status")
    parameter_name = "status__exact"

    def lookups(self, request, model_admin):
        mine = Comment.objects.moderated_by(request.user)
        counted = [
            (status.value, f"{status.label} ({_up_to(mine.filter(status=status))})") for status in Comment.Status
        ]
        return [*counted, ("all", _("all"))]

    def queryset(self, request, queryset):
        # What is ticked is meant, even if somebody has decided on it since and it has left this list.
        if request.method == "POST" and request.POST.get("select_across") != "1":
            return queryset
        status = self.value() or Comment.Status.PENDING
        return queryset if status == "all" else queryset.filter(status=status)

    def choices(self, changelist):
        chosen = self.value() or Comment.Status.PENDING
        for status, label in self.lookup_choices:
            yield {
                "selected": chosen == status,
                "query_string": changelist.get_query_string({self.parameter_name: status}, ["p"]),
                "display": label,
            }


def _up_to(comments, limit=1000):
    """How many there are, in words, counted no further than anybody cares."""
    number = comments.order_by()[: limit + 1].count()
    return str(number) if number <= limit else f"{limit}+"


class CommentForm(forms.ModelForm):
    body = forms.CharField(
        label=_("Text"), strip=False, widget=forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"})
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("Kept in the log with the decision. The writer does not see it."),
    )
    rule = forms.ModelChoiceField(
        Rule.objects.current(),
        label=_("Rule"),
        required=False,
        help_text=_("Told to the writer, if you choose one."),
    )
    answer = forms.CharField(
        label=_("Your answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
        help_text=_("Stands below the comment, under your name. Answering approves the comment."),
    )

    class Meta:
        model = Comment
        fields = ["body"]

    def clean_body(self):
        # A browser sends other newlines than are stored: what nobody changed must come out the same.
        typed = clean_text(self.cleaned_data["body"])
        if not typed:
            raise forms.ValidationError(_("A comment has some text. To take it down, move it to the trash."))
        return self.instance.body if typed == clean_text(self.instance.body) else typed

    def clean_answer(self):
        return clean_text(self.cleaned_data["answer"])


def bulk_action(verb):
    def action(model_admin, request, queryset):
        model_admin.decide(request, queryset, verb, seen=seen_by(request))

    action.__name__ = verb
    return action


def seen_by(request):
    """The newest decision when the page was made that this request comes from, or None if it does not say."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else None


def newest_decision():
    """The number of the newest decision: what a page shows is what was decided up to it."""
    return Decision.objects.aggregate(newest=models.Max("pk"))["newest"] or 0


def late_message(decision):
    return _("Already decided by %(by)s at %(time)s: %(status)s. Nothing was changed.") % {
        "by": decision.by,
        "time": date_format(localtime(decision.decided_at), "DATETIME_FORMAT"),
        "status": decision.get_to_status_display(),
    }
