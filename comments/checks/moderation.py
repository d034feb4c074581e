"""The moderation mode: who may publish without being read first."""

from django.utils.translation import gettext as _

from comments.models import Comment, DiscussionSettings
from posts.models import Post

from . import Finding, SubmissionContext, Verdict


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    modes = context.discussion.Moderation
    mode = _mode(comment.post, context.discussion)
    if mode == modes.ALL:
        here = context.discussion.moderation == modes.ALL
        return Finding(
            "moderation",
            Verdict.HOLD,
            _("Every comment on this blog is held for moderation.")
            if here
            else _("Every comment on this post is held for moderation."),
            _("every comment here is read before it is published"),
        )
    return _first(comment, context) if mode == modes.FIRST else None


def publishes_known(post: Post, discussion: DiscussionSettings | None = None) -> bool:
    """Whether below this post people are read first until they are known: then it is of use to them to be known."""
    return _mode(post, discussion or DiscussionSettings.load()) == DiscussionSettings.Moderation.FIRST


def _mode(post: Post, discussion: DiscussionSettings) -> str:
    """The blog's mode, or the post's own where that is stricter."""
    asked_for = {discussion.moderation, post.moderation}
    order = [discussion.Moderation.ALL, discussion.Moderation.FIRST]
    return next((mode for mode in order if mode in asked_for), discussion.Moderation.NONE)


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
    if Comment.objects.by_proven_identity(**context.proven).removed().exists():
        return Finding("moderation", Verdict.HOLD, _("An earlier comment of this person was removed."))
    return None
