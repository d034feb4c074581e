"""A comment as its writer is told of it: where it stands, and why; never more than that."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import tokens
from comments.models import Comment
from comments.models.writers_own import WAITS

PUBLISHED, WAITING, WITHDRAWN, REFUSED = "published", "waiting", "withdrawn", "not published"
STAMPS = {
    PUBLISHED: gettext_lazy("published"),
    WAITING: gettext_lazy("awaiting moderation"),
    WITHDRAWN: gettext_lazy("withdrawn"),
    REFUSED: gettext_lazy("not published"),
}


def state_of(comment):
    """One of `STAMPS`. What the checks took for spam waits, for all that its writer can tell."""
    if comment.is_public:
        return PUBLISHED
    if comment.status in WAITS and not comment.is_refused_openly:
        return WAITING
    return WITHDRAWN if comment.withdrawn_at else REFUSED


def reasons_of(comment):
    """Why it waits, or why another text for it does: each completes "It is waiting because …"."""
    if comment.edit_that_waits:
        return comment.edit_that_waits.reasons_told
    if state_of(comment) != WAITING:
        return []
    # The first reasons are answered: a moderator has read it since.
    asked = comment.status == Comment.Status.PENDING and comment.second_look is not None
    return [_("you asked for a second look")] if asked else comment.reasons_told


def entry_of(comment, proof, discussion):
    """What a template shows of one of the writer's own comments, and offers with it."""
    state = state_of(comment)
    post = comment.post
    return {
        "comment": comment,
        "state": state,
        "stamp": STAMPS[state],
        "reasons": reasons_of(comment),
        "rule": comment.rule_told if state == REFUSED else None,
        "edit": comment.edit_that_waits,
        "post_title": post.title if post.is_public else "",
        "url": comment.get_absolute_url() if comment.is_public and post.is_public else "",
        "open_url": f"{reverse('comments:mine-one', args=[comment.pk])}{proof.query}",
        "may_edit": comment.may_be_edited(discussion),
        "may_withdraw": comment.may_be_withdrawn,
        "may_ask": comment.may_be_asked_about,
        "stop_url": reverse("comments:stop", args=[tokens.stop(comment)]) if comment.notify and comment.email else "",
    }
