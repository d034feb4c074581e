"""The verbs of the desk, and what a page was seen to show when one was chosen."""

from django.db import models
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from comments.models import Comment, Decision
from posts.ids import parse_id

# The verbs a moderator has: the name of the transition, what the button says, what the message says: a whole
# sentence, since languages differ in where the verb stands and in what it agrees with.
VERB_LABELS = {
    "approve": (_("Approve"), ngettext_lazy("%(n)d comment approved.", "%(n)d comments approved.", "n")),
    "hold": (_("Hold"), ngettext_lazy("%(n)d comment held.", "%(n)d comments held.", "n")),
    "spam": (_("Spam"), ngettext_lazy("%(n)d comment marked as spam.", "%(n)d comments marked as spam.", "n")),
    "trash": (
        pgettext_lazy("verb", "Trash"),
        ngettext_lazy("%(n)d comment moved to the trash.", "%(n)d comments moved to the trash.", "n"),
    ),
    "restore": (
        _("Restore"),
        ngettext_lazy(
            "%(n)d comment restored to its previous status.", "%(n)d comments restored to their previous status.", "n"
        ),
    ),
    "erase": (
        _("Delete permanently"),
        ngettext_lazy("%(n)d comment deleted permanently.", "%(n)d comments deleted permanently.", "n"),
    ),
}
# Those that make sense for a comment in each status. To hold what waits is to leave it, for a reason perhaps.
VERBS_FOR = {
    Comment.Status.PENDING: ["approve", "hold", "spam", "trash"],
    Comment.Status.APPROVED: ["hold", "spam", "trash"],
    Comment.Status.SPAM: ["restore", "approve", "trash"],
    Comment.Status.TRASH: ["restore", "approve", "spam"],
    Comment.Status.ERASED: [],
}
# What the message says of one comment, and what its button is called where there are many: that begins with the words
# on the button, so that whoever speaks to the browser can say what they see.
SAID_OF_ONE = {
    "approve": _("{name}’s comment was approved."),
    "hold": _("{name}’s comment was held."),
    "spam": _("{name}’s comment was marked as spam."),
    "trash": _("{name}’s comment was moved to the trash."),
    "restore": _("{name}’s comment was restored to its previous status."),
    "erase": _("{name}’s comment was deleted permanently."),
}
CALLED = {
    "approve": _("Approve {name}’s comment"),
    "hold": _("Hold {name}’s comment"),
    "spam": _("Spam: {name}’s comment"),
    "trash": _("Trash {name}’s comment"),
    "restore": _("Restore {name}’s comment"),
    "erase": _("Delete permanently: {name}’s comment"),
    "answer": _("Reply and approve: {name}’s comment"),
    "open": _("Details of {name}’s comment"),
}
UNDO = _("Undo")


def may_open_desk(user):
    """Whether the desk is open to this account at all."""
    is_moderator = user.has_perm("comments.moderate_comment") or user.has_perm("comments.change_comment")
    return user.is_active and user.is_staff and is_moderator


def may(user, verb):
    """Whether this moderator has the verb at all: to delete for ever is a permission of its own."""
    return verb in VERB_LABELS and (verb != "erase" or user.has_perm("comments.delete_comment"))


def offered(status, user):
    """The verbs that this moderator has for comments of a status."""
    verbs = VERBS_FOR[status]
    is_removed = status in {Comment.Status.SPAM, Comment.Status.TRASH}
    return [*verbs, "erase"] if is_removed and may(user, "erase") else verbs


def verbs_for(comment, user):
    """[(verb, what its button says, what it is called)] for this comment."""
    return [(verb, VERB_LABELS[verb][0], called(verb, comment)) for verb in offered(comment.status, user)]


def called(verb, comment):
    """What a button or link that stands beside others of its kind is called: whose comment it is for."""
    return str(CALLED[verb]).format(name=comment.shown_name)


def about(sentence, comment, **words):
    """A message about this comment: `sentence` with the writer's name for `{name}`, in its own direction."""
    return format_html(str(sentence), name=format_html("<bdi>{}</bdi>", comment.shown_name), **words)


def seen_by(request):
    """The newest decision when the page was made that this request comes from, or None if it does not say."""
    return parse_id(request.POST.get("seen", ""))


def was_of(request):
    """The status that all comments of the page had, where its list showed one and the request comes from there."""
    if seen_by(request) is None:
        return ""
    status = request.GET.get("status__exact", Comment.Status.PENDING)
    return status if status in Comment.Status.values else ""


def newest_decision():
    """The number of the newest decision: what a page shows is what was decided up to it."""
    return Decision.objects.aggregate(newest=models.Max("pk"))["newest"] or 0


def late_message(decision):
    if not decision.from_status:
        message = _("{name}’s comment arrived after you opened this page. Read it first. Nothing was changed.")
        return about(message, decision.comment)
    if decision.by_writer:
        return about(
            _("{name} changed, withdrew or asked about this comment at {time}. Read it first. Nothing was changed."),
            decision.comment,
            time=date_format(localtime(decision.decided_at), "DATETIME_FORMAT"),
        )
    return about(
        _("Already decided by {by} at {time}: {name}’s comment is {status}. Nothing was changed."),
        decision.comment,
        by=decision.by,
        time=date_format(localtime(decision.decided_at), "DATETIME_FORMAT"),
        status=decision.get_to_status_display(),
    )
