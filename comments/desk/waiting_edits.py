"""Other texts for public comments, by their writers, that wait for a moderator: how many, and the two decisions."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from comments.models import AlreadyDecided, Comment, Rule
from posts.ids import parse_id

from .place import AFTER, at_place
from .verbs import about, seen_by

VERBS = {
    "accept": ("accept_edit", _("The change of {name}’s comment was published.")),
    "refuse": ("refuse_edit", _("The old text of {name}’s comment stays.")),
}


def count_waiting_edits(user):
    """How many wait that this moderator may decide on."""
    return Comment.objects.moderated_by(user).with_waiting_edit().count()


class WaitingEditAdmin:
    """What `CommentAdmin` does with them."""

    def edit_view(self, request, pk):
        """A button beside the new text: publishes it, or drops it; then back to where the button stood."""
        if refused := self._posted(request):
            return refused
        comment = get_object_or_404(self.get_queryset(request).select_related("waiting_edit"), pk=pk)
        verb, message = VERBS.get(request.POST.get("edit"), (None, ""))
        details, chosen = _details_of(request.POST, verb)
        if chosen and not details["rule"]:
            messages.error(request, _("This rule has been changed. Choose again. Nothing was decided."))
            return self.to_comment(pk, request.GET.urlencode())
        try:
            if verb:
                getattr(comment, verb)(by=request.user, seen=seen_by(request), **details)
                messages.success(request, about(message, comment), extra_tags=at_place(AFTER, comment))
        except AlreadyDecided as late:
            self.tell_late(request, [late.decision], place=at_place(AFTER, comment))
        if "body" in request.POST:
            return self.to_comment(pk, request.GET.urlencode())
        return self.to_list(request.GET.urlencode())


def _details_of(typed, verb):
    """(reason and, of a refusal, rule, as the page of one comment has fields for them; the number that was chosen)"""
    details, chosen = {"reason": typed.get("reason", "").replace("\x00", "")}, ""
    if verb == "refuse_edit":
        chosen = typed.get("rule", "")
        details["rule"] = Rule.objects.current().filter(pk=parse_id(chosen)).first() if chosen else None
    return details, chosen
