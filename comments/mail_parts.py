"""What several of the mails about comments have in common."""

from django.conf import settings

from comments.plain import as_text, beginning

COMMENTS = "comments"  # the list that they are of, for mail programs
# Of many comments that come in one mail: so many are in it, and so much of each.
MOST_GATHERED, SHOWN_OF_MANY = 50, 300


def many(comments, address):
    """The context of a mail about many comments, or `Notification`s of them: the first of them with the beginning of
    the text, and how many more.

    `address(comment)`: the path that each leads to.
    """
    shown = comments[:MOST_GATHERED]
    return {
        "comments": [
            (comment, beginning(as_text(comment.body_html), SHOWN_OF_MANY), f"{settings.SITE_URL}{address(comment)}")
            for comment in shown
        ],
        "number": len(comments),
        "more": len(comments) - len(shown),
    }
