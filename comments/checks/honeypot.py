"""The field that people don't see: only a machine that fills in every field puts something there."""

from django.utils.translation import gettext as _

from comments.models import Comment

from . import Finding, SubmissionContext, Verdict


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    if context.honeypot:
        return Finding("honeypot", Verdict.SPAM, _("The honeypot, a field that people can’t see, was filled in."))
    return None
