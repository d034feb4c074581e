"""The moderation mode: who may publish without being read first."""

from django.utils.translation import gettext as _

from comments.models import Comment

from . import Finding, Verdict


def check(comment, circumstances):
    modes = circumstances.settings.Moderation
    mode = circumstances.settings.moderation
    if mode == modes.ALL:
        return Finding(
            "moderation",
            Verdict.HOLD,
            _("Every comment waits on this blog."),
            _("every comment here is read first"),
        )
    if mode == modes.FIRST:
        return _first(circumstances)
    return None


def _first(circumstances):
    earlier = Comment.objects.by_person(user=circumstances.user, browser=circumstances.browser)
    if not earlier.approved().exists():
        return Finding(
            "moderation",
            Verdict.HOLD,
            _("No comment of this account or browser has been approved yet."),
            _("this is your first comment here, or this browser was not asked to remember you"),
        )
    if earlier.filter(status__in=[Comment.Status.SPAM, Comment.Status.TRASH]).exists():
        return Finding("moderation", Verdict.HOLD, _("An earlier comment of this person was removed."))
    return None
