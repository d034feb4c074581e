"""Text that broke the renderer is shown as plain paragraphs, and read by somebody first."""

from django.utils.translation import gettext as _

from comments.models import Comment

from . import Finding, SubmissionContext, Verdict


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    if context.markup_failed:
        return Finding("markup", Verdict.HOLD, _("The text could not be formatted and is shown as plain paragraphs."))
    return None
