"""Decisions from the desk: one by its button, many through a page in between, and each of them taken back."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments.models import AlreadyDecided, Batch, CanNotMove, Comment, DiscussionSettings, Rule
from comments.models.bulk_decisions import changes
from comments.tasks import learn_spam
from posts import outbox
from posts.ids import parse_id

from .place import AFTER, AT, at_place
from .verbs import SAID_OF_ONE, UNDO, VERB_LABELS, about, late_message, may, seen_by, was_of

# A request works at a batch for so long, well below gunicorn's time-out; then it says how far it has come.
SECONDS = 5
# A batch's page lists so many of its comments at once, from the one on that this parameter of its address says.
LISTED, LISTED_FROM = 25, "_from"
TAKEN_BACK = _("{name}’s comment is as it was before: the decision was undone.")


def _query_of_list(request):
    """The list's own parameters, which its pages in between carry along."""
    query = request.GET.copy()
    query.pop(LISTED_FROM, None)
    return query.urlencode()


def bulk_action(verb):
    def action(model_admin, request, queryset):
        # The desk's own form asks for the page in between; a script that speaks Django's protocol does not.
        if "ask" in request.POST or verb == "erase":
            batch = Batch.plan(queryset, verb, by=request.user, seen=seen_by(request), was=was_of(request))
            return model_admin.to_batch(request, batch)
        return model_admin.decide(request, queryset, verb, seen=seen_by(request), was=was_of(request))

    action.__name__ = verb
    return action


class DecisionViews:
    """What `CommentAdmin` does with decisions; it has the addresses, the rights and the messages."""

    def get_urls(self):
        views = [
            ("<int:pk>/decide/", self.decide_view, "decide"),
            ("<int:pk>/edit/", self.edit_view, "edit"),
            ("<int:pk>/branch/", self.branch_view, "branch"),
            ("<int:pk>/move/", self.move_view, "move"),
            ("<int:pk>/take-back/<int:decision>/", self.take_back_view, "take_back"),
            ("undo/<uuid:batch>/", self.undo_view, "undo"),
            ("batch/<uuid:pk>/", self.batch_view, "batch"),
            ("empty-<slug:status>/", self.empty_view, "empty"),
        ]
        return [
            *(
                path(way, self.admin_site.admin_view(view), name=f"comments_comment_{name}")
                for way, view, name in views
            ),
            *super().get_urls(),
        ]

    def get_actions(self, request):
        return {
            verb: (bulk_action(verb), verb, label)
            for verb, (label, _done) in VERB_LABELS.items()
            if self.has_change_permission(request) and may(request.user, verb)
        }

    def to_list(self, query):
        """To the message, wherever in the list it stands: the address's fragment takes the focus there."""
        return HttpResponseRedirect(f"{reverse('admin:comments_comment_changelist')}?{query}".rstrip("?") + "#told")

    def to_post(self, request):
        """To the message on the post's page, where the button stood there; None where it stood at the desk."""
        path = request.POST.get("next", "").partition("#")[0]
        is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
        return HttpResponseRedirect(f"{path}#told") if is_ours else None

    def to_comment(self, pk, filters):
        address = reverse("admin:comments_comment_change", args=[pk])
        return HttpResponseRedirect(f"{address}?{filters}".rstrip("?") + "#told")

    def _posted(self, request):
        """None for a POST of somebody who may moderate; otherwise the answer to anything else."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        # What is offered after this is to take this back, and nothing that came before.
        request.session.pop("undo", None)
        return None

    # --- One

    def decide_view(self, request, pk):
        """A button in the list: one decision on one comment, then back to the list as it was."""
        if refused := self._posted(request):
            return refused
        comments = Comment.objects.moderated_by(request.user, also_erased=True).only("name", "status")
        comment, answer = get_object_or_404(comments, pk=pk), None
        if comment.status == Comment.Status.ERASED:
            self.tell_late(request, [comment.last_decision], place=at_place(AFTER, comment))
        else:
            this = Comment.objects.filter(pk=comment.pk)
            verb = request.POST.get("decide", "")
            answer = self.decide(request, this, verb, one=comment, seen=seen_by(request), was=was_of(request))
        return answer or self.to_post(request) or self.to_list(request.GET.urlencode())

    def decide(self, request, comments, verb, *, one=None, batch=None, **details):
        """Takes the decision on each, in one batch, and says what was done and what was not; of `one` comment, the
        only one, by its name and in its place.

        Returns the page to go to where it is to be asked first, otherwise None.
        """
        if not may(request.user, verb):
            messages.error(request, _("That decision was not found. Nothing was changed."))
            return None
        if verb == "erase":
            return self.to_batch(request, Batch.plan(comments, verb, by=request.user, **details))
        batch = batch or uuid.uuid4()
        pks = [one.pk] if one else None
        done, unchanged, late = comments.decide(verb, by=request.user, pks=pks, batch=batch, **details)
        if done:
            outbox.put(learn_spam)
        self.tell(request, verb, one=one, batch=batch, done=done, unchanged=unchanged)
        self.tell_late(request, late, place=at_place(AFTER, one))
        return None

    def tell(self, request, verb, *, batch, done, unchanged, one=None):
        place = at_place(AFTER, one)
        if done:
            said = about(SAID_OF_ONE[verb], one) if one else VERB_LABELS[verb][1] % {"n": done}
            messages.success(request, said, extra_tags=place)
            if verb != "erase":
                self.offer_undo(request, batch)
        if unchanged:
            unchanged_message = ngettext(
                "%(n)d comment already had that status.", "%(n)d comments already had that status.", unchanged
            )
            said = (
                about(_("{name}’s comment already had that status."), one)
                if one
                else unchanged_message % {"n": unchanged}
            )
            messages.info(request, said, extra_tags=place)

    def tell_late(self, request, decisions, *, place=""):
        """Says who came first, for some of them where they are many."""
        for decision in decisions[:10]:
            messages.warning(request, late_message(decision), extra_tags=place)

    # --- Many

    def to_batch(self, request, batch):
        address = reverse("admin:comments_comment_batch", args=[batch.pk])
        return HttpResponseRedirect(f"{address}?{request.GET.urlencode()}".rstrip("?"))

    def branch_view(self, request, pk):
        """One decision for a comment and all below it, each by itself: a batch like any other."""
        if refused := self._posted(request):
            return refused
        comment = get_object_or_404(self.get_queryset(request), pk=pk)
        verb = request.POST.get("branch", "")
        if not may(request.user, verb):
            raise PermissionDenied
        thread, branch = self.branch(request, comment)
        return self.to_batch(request, Batch.plan(thread, verb, by=request.user, seen=seen_by(request), among=branch))

    def branch(self, request, comment):
        """(what this moderator may decide of its thread, the numbers of its branch)"""
        return self.get_queryset(request).in_thread_of(comment), set(Comment.objects.branch_of(comment))

    def empty_view(self, request, status):
        """Deletes for ever the spam, or the trash, that is older than the settings' number of days, after a page that
        asks. What was decided on lately stays: a mistake of this morning can still be seen."""
        if refused := self._posted(request):
            return refused
        days = DiscussionSettings.load().days_kept(status)
        if days is None or not may(request.user, "erase"):
            raise PermissionDenied
        kept = self.get_queryset(request).filter(status=status)
        old = kept.untouched_since(timezone.now() - timedelta(days=days))
        return self.to_batch(request, Batch.plan(old, "erase", by=request.user, seen=seen_by(request)))

    def batch_view(self, request, pk):
        """What a batch will do, is doing, and has done; its buttons start it, let it go on, and stop it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        batch = get_object_or_404(Batch, pk=pk, by=request.user)
        if not batch.is_undo and not may(request.user, batch.verb):
            raise PermissionDenied
        if request.method == "POST":
            return self._work_at(request, batch)
        counts, query = batch.count_by_status(), _query_of_list(request)
        start = min(parse_id(request.GET.get(LISTED_FROM, "")) or 0, batch.to_come)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": UNDO if batch.is_undo else VERB_LABELS[batch.verb][0],
            "batch": batch,
            "counts": counts,
            "will_change": sum(n for status, n in counts.items() if batch.is_undo or changes(batch.verb, status)),
            "listed": batch.comments_to_come(start, start + LISTED),
            "first": start + 1,
            "last": min(start + LISTED, batch.to_come),
            "earlier": f"?{query}&{LISTED_FROM}={max(start - LISTED, 0)}" if start else "",
            "later": f"?{query}&{LISTED_FROM}={start + LISTED}" if start + LISTED < batch.to_come else "",
            "rules": Rule.objects.current(),
            "goes_on": batch.state == Batch.State.RUNNING,
            "query": query,
            "list_url": f"{reverse('admin:comments_comment_changelist')}?{query}".rstrip("?"),
        }
        return TemplateResponse(request, "admin/comments/comment/batch.html", context)

    def _work_at(self, request, batch):
        if request.POST.get("do") == "stop":
            batch.switch(Batch.State.STOPPED)
            return self.to_batch(request, batch)
        if request.POST.get("do") not in {"start", "go on"}:
            return self.to_batch(request, batch)
        if batch.state == Batch.State.PLANNED:
            rule = request.POST.get("rule", "")
            batch.rule = Rule.objects.current().filter(pk=parse_id(rule)).first()
            if rule and not batch.rule:
                messages.error(request, _("This rule has been changed. Choose again. Nothing was decided."))
                return self.to_batch(request, batch)
            batch.reason = request.POST.get("reason", "").replace("\x00", "")
            batch.save(update_fields=["rule", "reason"])
        if batch.has_ended:
            if batch.state == Batch.State.STOPPED:
                messages.error(request, _("This was undone before it finished, so it can't be resumed."))
            return self.to_batch(request, batch)
        return self._run(request, batch)

    def _run(self, request, batch, *, first=None):
        """`first`: of an undoing, the first comment that it is for, where it takes one back to."""
        batch.switch(Batch.State.RUNNING)
        if not batch.run(seconds=SECONDS):
            return self.to_batch(request, batch)
        if batch.is_undo:
            self._tell_undone(request, batch, first)
        else:
            self.tell(request, batch.verb, batch=batch.pk, done=batch.done, unchanged=batch.unchanged)
        self.tell_late(request, batch.late_decisions(), place=at_place(AT, first))
        if to_post := self.to_post(request):
            return to_post
        if first and request.POST.get("from") == "comment":
            return self.to_comment(first.pk, request.GET.urlencode())
        return self.to_list(request.GET.urlencode())

    # --- Undo

    def offer_undo(self, request, batch):
        """The next page has a button that takes this batch back."""
        request.session["undo"] = str(batch)

    def undo_view(self, request, batch):
        """Takes back all decisions of a batch, each comment to what it was, unless it was decided again since.

        A batch that is under way is stopped by it."""
        if refused := self._posted(request):
            return refused
        mine = self.get_queryset(request)
        first = mine.filter(decisions__batch=batch).oldest_first().first()
        return self._run(request, Batch.plan_undo(batch, mine, by=request.user), first=first)

    def _tell_undone(self, request, batch, first):
        message = ngettext("%(n)d decision was undone.", "%(n)d decisions were undone.", batch.done)
        said = message % {"n": batch.done}
        if first and batch.done == 1:
            said = about(TAKEN_BACK, first)
        messages.success(request, said, extra_tags=at_place(AT, first))

    def take_back_view(self, request, pk, decision):
        """A button in the log of one comment: takes back the newest on its status, or on its text."""
        if refused := self._posted(request):
            return refused
        comment = get_object_or_404(self.get_queryset(request).select_related("post"), pk=pk)
        chosen = get_object_or_404(comment.decisions, pk=decision)
        newest = comment.last_decision
        try:
            if chosen.pk not in comment.can_be_taken_back():
                raise AlreadyDecided(newest)
            comment.take_back(chosen, by=request.user, seen=newest.pk)
            messages.success(request, about(TAKEN_BACK, comment))
            outbox.put(learn_spam)
        except AlreadyDecided as late:
            self.tell_late(request, [late.decision])
        except CanNotMove as refused:
            messages.error(request, str(refused))
        return self.to_comment(pk, "")
