"""The moderation mode: who may publish without being read first."""

from django.utils.translation import gettext as _

from comments.models import Comment

from . import Finding, SubmissionContext, Verdict


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    modes = context.discussion.Moderation
    # The blog's, or the post's own where that is stricter.
    modes_asked_for = {context.discussion.moderation, comment.post.moderation}
    if modes.ALL in modes_asked_for:
        here = context.discussion.moderation == modes.ALL
        return Finding(
            "moderation",
            Verdict.HOLD,
            _("Every comment on this blog is held for moderation.")
            if here
            else _("Every comment on this post is held for moderation."),
            _("every comment here is read before it is published"),
        )
    if modes.FIRST in modes_asked_for:
        return _first(comment, context)
    return None


def _first(comment: Comment, context: SubmissionContext) -> Finding | None:
    if not Comment.objects.vouching_for(**context.proven, email=comment.email).exists():
        return Finding(
            "moderation",
            Verdict.HOLD,
            _("No comment of this account, browser or confirmed address has been approved yet."),
            _("this is your first comment here")
            if context.user
            else _("this is your first comment here, or you didn’t tick “Remember me” last time"),
        )
    earlier = Comment.objects.by_proven_identity(**context.proven)
    if earlier.filter(status__in=[Comment.Status.SPAM, Comment.Status.TRASH]).exists():
        return Finding("moderation", Verdict.HOLD, _("An earlier comment of this person was removed."))
    return None
