"""The link limit, counted in the text as readers see it, the website field included."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment

from . import Finding, SubmissionContext, Verdict


def check(comment: Comment, context: SubmissionContext) -> Finding | None:
    limit = context.discussion.max_links
    count = comment.link_count
    if limit is None or count <= limit:
        return None
    return Finding(
        "links",
        Verdict.HOLD,
        _("%(count)d links, and the limit is %(limit)d.") % {"count": count, "limit": limit},
        ngettext("it has %(count)d link", "it has %(count)d links", count) % {"count": count},
    )
