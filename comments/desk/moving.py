"""The page on which a comment is moved: below another one of its post, or to the top of its thread."""

import re
import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from comments.models import AlreadyDecided, CanNotMove, Comment
from posts.ids import parse_id

from .verbs import about, late_message, newest_decision, seen_by

# So many are offered to choose from, the newest first; any other is named by its address.
OFFERED = 200
TOP = "top"
# A comment's address, as it is copied from a page; or its number alone.
ADDRESSES = [re.compile(r"#comment-(\d+)$"), re.compile(r"[?&]comment=(\d+)\b"), re.compile(r"^#?(\d+)$")]


class MoveForm(forms.Form):
    below = forms.ChoiceField(label=_("Below"), required=False)
    address = forms.CharField(
        label=_("Or the link to a comment"),
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("If the comment is not in the list, copy the link from its date."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=_("Kept in the log. The commenter does not see it."),
    )

    def __init__(self, *args, comment, mine, **kwargs):
        """`mine`: the comments that this moderator may decide on."""
        super().__init__(*args, **kwargs)
        self.on_post = mine.filter(post=comment.post_id, kind=Comment.Kind.COMMENT)
        branch = set(Comment.objects.branch_of(comment))
        offered = self.on_post.filter(status__in=[Comment.Status.APPROVED, Comment.Status.PENDING])
        newest = offered.order_by("-submitted_at", "-pk")[: OFFERED + min(len(branch), OFFERED)]
        choices = [(str(each.pk), _line_about(each)) for each in newest if each.pk not in branch][:OFFERED]
        top = [(TOP, _("Top of the thread, as a reply to the post"))] if comment.parent_id else []
        self.fields["below"].choices = [("", "–"), *top, *choices]

    def clean(self):
        super().clean()
        if self.errors:
            return
        address, below = self.cleaned_data["address"], self.cleaned_data["below"]
        if not address and not below:
            self.add_error("below", _("Choose where to move the comment."))
        elif address or below != TOP:
            self.cleaned_data["parent"] = self._named(address or below)
        else:
            self.cleaned_data["parent"] = None

    def _named(self, address):
        match = next(filter(None, (pattern.search(address) for pattern in ADDRESSES)), None)
        pk = parse_id(match[1]) if match else None
        parent = self.on_post.filter(pk=pk).first() if pk else None
        if not parent:
            self.add_error("address", _("Enter the link to a comment on this post."))
        return parent


def _line_about(comment):
    when = date_format(localtime(comment.submitted_at), "SHORT_DATETIME_FORMAT")
    return f"{comment.shown_name}, {when}: {Truncator(' '.join(comment.body.split())).chars(60)}"


class MovingAdmin:
    """What `CommentAdmin` does with a comment's place."""

    def move_view(self, request, pk):
        if not self.has_change_permission(request):
            raise PermissionDenied
        mine = self.get_queryset(request)
        comment = get_object_or_404(mine.select_related("post", "parent"), pk=pk)
        if comment.kind != Comment.Kind.COMMENT:
            raise Http404
        form = MoveForm(request.POST or None, comment=comment, mine=mine)
        if request.method == "POST" and form.is_valid() and self._move(request, comment, form):
            return self.to_comment(pk, request.GET.urlencode())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(_("Move {name}’s comment")).format(name=comment.shown_name),
            "comment": comment,
            "form": form,
            "seen": seen_by(request) or newest_decision(),
            "below": len(Comment.objects.branch_of(comment)) - 1,
        }
        return TemplateResponse(request, "admin/comments/comment/move.html", context)

    def _move(self, request, comment, form):
        """Moves it, and says so; False where it can't stand there, with the reason among the form's errors."""
        parent, batch = form.cleaned_data["parent"], uuid.uuid4()
        request.session.pop("undo", None)
        try:
            details = {"reason": form.cleaned_data["reason"], "seen": seen_by(request), "batch": batch}
            if comment.move(parent, by=request.user, **details):
                messages.success(request, _moved(comment, parent))
                self.offer_undo(request, batch)
            else:
                messages.info(request, about(_("{name}’s comment is already there."), comment))
        except CanNotMove as refused:
            form.add_error(None, str(refused))
            return False
        except AlreadyDecided as late:
            messages.warning(request, late_message(late.decision))
        return True


def _moved(comment, parent):
    if not parent:
        return about(_("{name}’s comment was moved to the top of the thread."), comment)
    return about(_("{name}’s comment was moved below {other}’s."), comment, other=parent.shown_name)


def with_places(decisions):
    """The decisions, those that are moves with `left` and `reached`: what the comment answered, and what it answers
    since; None for the top of the thread."""
    decisions = list(decisions)
    moves = [decision for decision in decisions if decision.is_move]
    numbers = {pk for move in moves for pk in move.moved.values() if pk}
    comments = Comment.objects.in_bulk(numbers) if numbers else {}
    for move in moves:
        move.left, move.reached = (comments.get(move.moved[end]) for end in ("from", "to"))
    return decisions
