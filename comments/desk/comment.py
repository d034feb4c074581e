"""The list of comments and the page of one, in Django's admin."""

import uuid

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponseRedirect, QueryDict
from django.utils.translation import gettext_lazy as _

from comments import search
from comments.checks import SubmissionContext, run_checks
from comments.models import AlreadyDecided, Batch, Comment, DiscussionSettings, Note
from posts.ids import parse_id
from posts.models import Author

from .decision_views import DecisionViews
from .filters import (
    CheckFilter,
    FirstTimeFilter,
    LinksFilter,
    PersonFilter,
    PostFilter,
    SameTextFilter,
    ScriptFilter,
    StatusFilter,
)
from .forms import CommentForm
from .moderator_counts import add_moderator_counts
from .moving import MovingAdmin, with_places
from .place import put_in_place
from .queue import Queue
from .queue_html import WriterHtml, queue_html
from .verbs import VERB_LABELS, about, may, newest_decision, seen_by, verbs_for
from .waiting_edits import WaitingEditAdmin, count_waiting_edits
from .writers import said_of


class CommentAdmin(WaitingEditAdmin, MovingAdmin, DecisionViews, admin.ModelAdmin):
    form = CommentForm
    # A decision knows what its page has shown, and so does an edit.
    compares_versions_itself = True
    list_filter = [
        StatusFilter,
        CheckFilter,
        FirstTimeFilter,
        LinksFilter,
        ScriptFilter,
        PostFilter,
        PersonFilter,
        SameTextFilter,
        "submitted_at",
    ]
    list_per_page = 25
    view_on_site = False
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = list(search.COLUMNS)
    search_help_text = _("Any part of a name, email address, website or comment.")
    actions = list(VERB_LABELS)
    fieldsets = [
        (_("Decide"), {"fields": ["rule", "reason"]}),
        (_("Reply"), {"fields": ["answer"]}),
        (_("Notes"), {"fields": ["note"], "classes": ["collapse"]}),
        (_("Edit the text"), {"fields": ["body"], "classes": ["collapse"]}),
    ]

    # --- Who may: a post's author below their own posts, who holds the permission everywhere.

    def get_queryset(self, request):
        return Comment.objects.moderated_by(request.user)

    def has_view_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        allowed = request.user.has_perm("comments.moderate_comment") or request.user.has_perm("comments.change_comment")
        return allowed and (obj is None or Comment.objects.moderated_by(request.user).filter(pk=obj.pk).exists())

    def has_module_permission(self, request):
        return self.has_change_permission(request)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        # Django's own deletion leaves no trace; see the verb `erase`.
        return False

    # --- The name that a reply is signed with, where the account has none for readers.

    def get_fieldsets(self, request, obj=None):
        if Author.public_name_of(request.user):
            return self.fieldsets
        reply = {"fields": ["answer", "signed"]}
        return [(title, reply if "answer" in options["fields"] else options) for title, options in self.fieldsets]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    # --- The list

    def get_changelist(self, request, **kwargs):
        return Queue

    def get_ordering(self, request):
        waiting = request.GET.get("status__exact", "pending") == "pending"
        return ["submitted_at", "pk"] if waiting else ["-submitted_at", "-pk"]

    def get_search_results(self, request, queryset, search_term):
        return search.matching(queryset, search_term), False

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            # Numbers that are none would be the database's error.
            request.POST = request.POST.copy()
            chosen = [pk for pk in request.POST.getlist(ACTION_CHECKBOX_NAME) if parse_id(pk) is not None]
            request.POST.setlist(ACTION_CHECKBOX_NAME, chosen)
        context = {
            "seen": newest_decision(),
            "title": _("Comments"),
            "undo": request.session.get("undo"),
            "unfinished": Batch.unfinished(request.user),
            "waiting_edits": count_waiting_edits(request.user),
        }
        status = request.GET.get("status__exact")
        if status in {Comment.Status.SPAM, Comment.Status.TRASH} and may(request.user, "erase"):
            context |= {"emptied": status, "days_kept": DiscussionSettings.load().days_kept(status)}
        response = super().changelist_view(request, context | (extra_context or {}))
        if queue := (getattr(response, "context_data", None) or {}).get("cl"):
            self._tell_in_place(request, queue, response.context_data)
        return response

    def _tell_in_place(self, request, queue, context):
        context["told"] = put_in_place(request, queue)
        for row in queue.result_list:
            if row.told:
                # The button is in the row beside the message, and so not at the top.
                row.undo, context["undo"] = context["undo"], None
        context["queue_html"] = queue_html(request, queue.result_list)

    # --- One comment

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {
            "seen": newest_decision(),
            "title": _("A comment"),
            "subtitle": None,
            "undo": request.session.get("undo"),
        }
        if comment := self.get_object(request, object_id):
            add_moderator_counts([comment], request.user)
            context |= {
                "title": str(_("{name}’s comment")).format(name=comment.shown_name),
                "verbs": verbs_for(comment, request.user),
                "why": comment.why_it_waits(),
                "said": said_of([comment])[comment.pk],
                "decisions": with_places(comment.decisions.select_related("actor", "rule").order_by("-pk")),
                "can_be_taken_back": comment.can_be_taken_back(),
                "above": Comment.objects.above(comment),
                "replies": comment.replies.oldest_first()[:10],
                "branch_size": self.branch_size(request, comment),
                "writer_html": WriterHtml().of(comment),
                "notes": comment.notes.select_related("author").order_by("pk"),
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def branch_size(self, request, comment):
        thread, branch = self.branch(request, comment)
        return len(branch.intersection(thread.values_list("pk", flat=True)))

    def save_model(self, request, comment, form, change):
        """Django's form has set the new text on the comment: the model's own verbs do what was asked for."""
        body, comment.body = comment.body, form.initial["body"]
        given, verb = form.cleaned_data, request.POST.get("decide")
        details = {"reason": given["reason"], "rule": given["rule"], "batch": uuid.uuid4()}
        seen, answers = seen_by(request), given["answer"] and verb in {None, "approve"}
        request.was_waiting, request.page, request.done = comment.status == Comment.Status.PENDING, None, False
        request.late = False
        request.session.pop("undo", None)
        if given["note"]:
            Note.objects.create(comment=comment, author=request.user, text=given["note"])
            request.done = True
        try:
            if edited := self._edit(request, comment, body, seen=seen, batch=details["batch"]):
                seen = edited.pk
            if answers:
                if given["signed"] and not Author.public_name_of(request.user):
                    Author.objects.create(user=request.user, name=given["signed"])
                comment.answer(given["answer"], by=request.user, seen=seen, **details)
                messages.success(request, about(_("You replied to {name}’s comment and approved it."), comment))
            if edited or answers:
                request.done = True
                self.offer_undo(request, details["batch"])
        except AlreadyDecided as late:
            request.late = True
            self.tell_late(request, [late.decision])
            self._give_back(request, given["answer"], body != comment.body and body)
            return
        if verb and not answers:
            this = Comment.objects.filter(pk=comment.pk)
            request.page = self.decide(request, this, verb, one=comment, seen=seen, **details)
            self._give_back(request, given["answer"])

    def _edit(self, request, comment, body, **details):
        findings = [finding.as_dict() for finding in run_checks(comment, SubmissionContext(user=request.user))]
        return comment.edit(body, by=request.user, reason=request.POST.get("reason", ""), findings=findings, **details)

    def _give_back(self, request, *typed):
        """What was typed and not used is not lost."""
        for text in filter(None, typed):
            messages.warning(request, _("What you wrote, so that you can copy it: %(text)s") % {"text": text})

    def response_change(self, request, comment):
        if request.page:
            return request.page
        if "decide" in request.POST or request.POST.get("answer", "").strip():
            return self._following(request, comment)
        if request.done:
            messages.success(request, _("Saved."))
        elif not request.late:
            messages.info(request, _("Nothing to save. A reason or a rule is only kept together with a decision."))
        return HttpResponseRedirect(f"{request.get_full_path()}#told")

    def _following(self, request, comment):
        """To the next that waits, or to the list where nothing does, or where this one did not."""
        filters = self.get_preserved_filters(request)
        following = request.was_waiting and self.get_queryset(request).next_waiting(comment)
        if following:
            return self.to_comment(following.pk, filters)
        return self.to_list(QueryDict(filters).get("_changelist_filters", ""))

    def log_change(self, request, obj, message):
        """The log of decisions is the record; Django's own would say the same twice."""
