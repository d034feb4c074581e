"""What the owners of addresses have said, for moderators: nobody else is told."""

from django.utils.translation import gettext as _

from comments.models import ClaimedName


def said_of(comments):
    """{a comment's number: [what moderators read beside it]} of those where there is something; one query."""
    claims = ClaimedName.objects.of_others(comments)
    said = {comment.pk: [claims[comment.pk].told_of(comment)] if comment.pk in claims else [] for comment in comments}
    for comment in comments:
        if comment.disowned_at:
            said[comment.pk].append(_("The owner of this email address says that they did not write this."))
    return said
