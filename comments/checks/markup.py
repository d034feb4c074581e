"""Text that broke the renderer is shown as plain paragraphs, and read by somebody first."""

from django.utils.translation import gettext as _

from . import Finding, Verdict


def check(comment, context):
    if context.markup_failed:
        return Finding("markup", Verdict.HOLD, _("The text could not be formatted and is shown as plain paragraphs."))
    return None
