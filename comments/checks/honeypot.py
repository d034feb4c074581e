"""The field that people don't see: only a machine that fills in every field puts something there."""

from django.utils.translation import gettext as _

from . import Finding, Verdict


def check(comment, context):
    if context.honeypot:
        return Finding("honeypot", Verdict.SPAM, _("The honeypot, a field that people can’t see, was filled in."))
    return None
