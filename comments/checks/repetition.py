"""The same text on several posts within an hour, whichever readers sign it: how a wave of advertising looks.

What moderators and the posts' authors write doesn't count: they thank many people in the same words, and whoever says
the same as they is no machine.
"""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment

from . import Finding, SubmissionContext, Verdict

WITHIN = timedelta(hours=1)


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    if context.text_is_new:
        return None
    same = Comment.objects.filter(fingerprint=comment.fingerprint).sent_within(WITHIN).exclude(post=comment.post)
    # Hardly ever is there one; who may moderate is asked only then.
    if not same.exists():
        return None
    elsewhere = same.of_readers().exclude(user__isnull=False, user=context.user).count()
    if not elsewhere:
        return None
    return Finding(
        "repetition",
        Verdict.HOLD,
        ngettext(
            "The same text was posted %(n)d more time on other posts within an hour.",
            "The same text was posted %(n)d more times on other posts within an hour.",
            elsewhere,
        )
        % {"n": elsewhere},
        _("the same text has been posted elsewhere on this blog"),
    )
