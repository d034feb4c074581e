"""The moderator's desk: what waits, why it waits, and the decisions, each with its row in the log."""

import uuid

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments import outbox
from comments.desk import (
    VERBS,
    VERBS_FOR,
    CommentForm,
    StatusFilter,
    bulk_action,
    late_message,
    newest_decision,
    seen_by,
)
from comments.models import AlreadyDecided, Comment, Decision, DiscussionSettings, Rule
from comments.tasks import learn_spam
from posts.admin import OneRowAdmin


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    form = CommentForm
    list_display = ["letter"]
    list_display_links = None
    list_filter = [StatusFilter, "submitted_at"]
    list_select_related = ["post", "parent", "user"]
    list_per_page = 50
    view_on_site = False
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["name", "email", "url", "body", "ip_address"]
    actions = list(VERBS)
    fieldsets = [
        (_("Decide"), {"fields": ["rule", "reason"]}),
        (_("Answer"), {"fields": ["answer"]}),
        (_("Edit the text"), {"fields": ["body"], "classes": ["collapse"]}),
    ]

    # --- Who may: a post's author below their own posts, who holds the permission everywhere.

    def get_queryset(self, request):
        # A row's buttons lead back to the list as it is: each row knows the list's address.
        query = models.Value(request.GET.urlencode(), models.CharField())
        return Comment.objects.moderated_by(request.user).prefetch_related("decisions").annotate(list_query=query)

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
        return False

    # --- The list

    def get_ordering(self, request):
        waiting = request.GET.get("status__exact", "pending") == "pending"
        return ["submitted_at", "pk"] if waiting else ["-submitted_at", "-pk"]

    @admin.display(description=_("comment"))
    def letter(self, comment):
        return render_to_string(
            "admin/comments/comment/letter.html",
            {"comment": comment, "verbs": self.verbs(comment), "why": comment.why_it_waits()},
        )

    def verbs(self, comment):
        return [(verb, VERBS[verb][0]) for verb in VERBS_FOR[comment.status]]

    def changelist_view(self, request, extra_context=None):
        context = {"seen": newest_decision(), "title": _("Comments"), "undo": request.session.get("undo")}
        return super().changelist_view(request, context | (extra_context or {}))

    def get_actions(self, request):
        return {
            verb: (bulk_action(verb), verb, label)
            for verb, (label, _done) in VERBS.items()
            if self.has_change_permission(request)
        }

    # --- One comment

    def get_urls(self):
        decide = self.admin_site.admin_view(self.decide_view)
        undo = self.admin_site.admin_view(self.undo_view)
        return [
            path("<int:pk>/decide/", decide, name="comments_comment_decide"),
            path("undo/<uuid:batch>/", undo, name="comments_comment_undo"),
            *super().get_urls(),
        ]

    def decide_view(self, request, pk):
        """A button in the list: one decision on one comment, then back to the list as it was."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        comment = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, comment):
            raise PermissionDenied
        self.decide(
            request, Comment.objects.filter(pk=comment.pk), request.POST.get("decide", ""), seen=seen_by(request)
        )
        return self.to_list(request.GET.urlencode())

    def change_view(self, request, object_id, form_url="", extra_context=None):
        comment = self.get_object(request, object_id)
        context = {
            "seen": newest_decision(),
            "title": _("A comment"),
            "subtitle": None,
            "undo": request.session.get("undo"),
        }
        if comment:
            context |= {
                "verbs": self.verbs(comment),
                "why": comment.why_it_waits(),
                "decisions": comment.decisions.select_related("actor", "rule").order_by("-pk"),
                "replies": comment.replies.oldest_first()[:10],
                "history": Comment.objects.by_writer(comment).exclude(pk=comment.pk).history(),
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def save_model(self, request, comment, form, change):
        """Django's form has set the new text on the comment: the model's own verbs do what was asked for."""
        body, comment.body = comment.body, form.initial["body"]
        reason, answer = form.cleaned_data["reason"], form.cleaned_data["answer"]
        seen, verb = seen_by(request), request.POST.get("decide")
        request.was_waiting = comment.status == Comment.Status.PENDING
        try:
            if edited := comment.edit(body, by=request.user, reason=reason, seen=seen, batch=uuid.uuid4()):
                seen = edited.pk
                self.offer_undo(request, edited.batch)
            if answer:
                comment.answer(answer, by=request.user, reason=reason, seen=seen)
        except AlreadyDecided as late:
            self.tell_late(request, [late.decision])
            for typed in filter(None, [answer, body != comment.body and body]):
                messages.warning(request, _("What you wrote, so that you can keep it: %(text)s") % {"text": typed})
            return
        if verb and not answer:
            this = Comment.objects.filter(pk=comment.pk)
            self.decide(request, this, verb, reason=reason, rule=form.cleaned_data["rule"], seen=seen)

    def response_change(self, request, comment):
        if "decide" in request.POST or request.POST.get("answer", "").strip():
            following = request.was_waiting and self.get_queryset(request).next_waiting(comment)
            if following:
                filters = self.get_preserved_filters(request)
                address = reverse("admin:comments_comment_change", args=[following.pk])
                return HttpResponseRedirect(f"{address}?{filters}".rstrip("?"))
            return self.to_list(QueryDict(self.get_preserved_filters(request)).get("_changelist_filters", ""))
        return super().response_change(request, comment)

    def to_list(self, query):
        return HttpResponseRedirect(f"{reverse('admin:comments_comment_changelist')}?{query}".rstrip("?"))

    def log_change(self, request, obj, message):
        """The log of decisions is the record; Django's own would say the same twice."""

    def decide(self, request, comments, verb, *, seen=None, **details):
        """Takes the decision on each, in one batch, and says what was done and what was not."""
        if verb not in VERBS:
            messages.error(request, _("There is no such decision. Nothing was changed."))
            return
        batch = uuid.uuid4()
        done, unchanged, late = comments.decide(verb, by=request.user, seen=seen, batch=batch, **details)
        if done:
            outbox.put(learn_spam)
            told = ngettext("%(n)d comment %(done)s.", "%(n)d comments %(done)s.", done)
            messages.success(request, told % {"n": done, "done": VERBS[verb][1]})
            self.offer_undo(request, batch)
        if unchanged:
            told = ngettext("%(n)d comment was so already.", "%(n)d comments were so already.", unchanged)
            messages.info(request, told % {"n": unchanged})
        self.tell_late(request, late)

    def tell_late(self, request, decisions):
        """Says who came first, for some of them where they are many."""
        for decision in decisions[:10]:
            messages.warning(request, late_message(decision))

    # --- Undo

    def offer_undo(self, request, batch):
        """The next page has a button that takes this batch back."""
        request.session["undo"] = str(batch)

    def undo_view(self, request, batch):
        """Takes back all decisions of a batch, each comment to what it was, unless it was decided again since."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        done, late = 0, []
        decisions = Decision.objects.filter(batch=batch, comment__in=self.get_queryset(request).values("pk"))
        for decision in decisions.select_related("comment__post").order_by("-pk"):
            try:
                done += bool(decision.comment.take_back(decision, by=request.user))
            except AlreadyDecided as error:
                late.append(error.decision)
        outbox.put(learn_spam)
        told = ngettext("%(n)d decision was taken back.", "%(n)d decisions were taken back.", done)
        messages.success(request, told % {"n": done})
        self.tell_late(request, late)
        request.session.pop("undo", None)
        return self.to_list(request.GET.urlencode())


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    """The rules as they stand. Changing one that a decision names makes its next version."""

    list_display = ["number", "title", "text"]
    list_display_links = ["number", "title"]
    ordering = ["number", "pk"]
    fields = ["number", "title", "text"]

    def get_queryset(self, request):
        return Rule.objects.current()

    def get_readonly_fields(self, request, obj=None):
        return ["number"] if obj else []

    def save_model(self, request, rule, form, change):
        stored = Rule.objects.get(pk=rule.pk) if change else rule
        stored.revise(title=rule.title, text=rule.text)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.decisions.exists())


@admin.register(DiscussionSettings)
class DiscussionSettingsAdmin(OneRowAdmin):
    pass
