"""The link limit, counted in the text as readers see it, the website field included."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import Finding, Verdict


def check(comment, context):
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
