"""Signed tokens in addresses: each opens one thing about one comment, to whoever holds it."""

from datetime import timedelta

from django.core import signing
from django.utils.http import urlencode

AWAITING_DAYS = 30
CONFIRMING_DAYS = 7


def awaiting(comment):
    """Opens this comment to its writer for 30 days, no longer than `Comment.is_its_writers_alone()`: the token stands
    in an address, which people hand on."""
    return signing.dumps(comment.pk, salt="comments.awaiting")


def awaiting_url(comment):
    """Where its writer sees the comment while it is not public."""
    return f"{comment.post.get_absolute_url()}?{urlencode({'awaiting': awaiting(comment)})}#{comment.anchor}"


def awaited(token):
    """The number of the comment that an awaiting token is for, or None for a wrong or an old one."""
    return _loads(token, salt="comments.awaiting", max_age=timedelta(days=AWAITING_DAYS))


def stop(comment):
    """Ends the mails about answers to this comment."""
    return signing.dumps(comment.pk, salt="comments.stop")


def to_stop(token):
    """The number of the comment that a stop token is for, or None."""
    return _loads(token, salt="comments.stop")


def to_confirm(token):
    """The number of the `AskingMail` that a link is for which was mailed before there were `MailedLink`s; or None."""
    return _loads(token, salt="comments.confirming", max_age=timedelta(days=CONFIRMING_DAYS))


def stop_following(follow):
    """Ends the mails about new comments on one post to one address."""
    return signing.dumps([follow.pk, follow.post_id], salt="comments.follow")


def to_stop_following(token):
    """The numbers of the `Follow` and of its post that a token is for; None for both in a wrong one."""
    return _loads(token, salt="comments.follow") or (None, None)


def _loads(token, **options):
    try:
        return signing.loads(token, **options)
    except signing.BadSignature:
        return None
