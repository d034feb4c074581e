"""What the blog has of a person, as one object that can be written as JSON."""

from django.conf import settings
from django.utils import timezone

from comments.mine.entries import reasons_of, state_of


def everything_of(proof):
    address = proof.visitor.address
    return {
        "site": f"{settings.SITE_URL}/",
        "downloaded_at": timezone.now(),
        "address": address and {"email": address.address, "confirmed_at": address.proven_at},
        "wants_no_mail_since": address and address.refused_at,
        "remembered_browsers": [
            {"remembered_at": row.remembered_at, "last_used_at": row.last_used_at} for row in proof.browsers()
        ],
        "follows": [
            {"post": follow.post.title, "url": f"{settings.SITE_URL}{follow.post.get_absolute_url()}"}
            for follow in proof.follows()
        ],
        "comments": [_comment(comment) for comment in proof.own().order_by("submitted_at", "pk")],
    }


def _comment(comment):
    state = state_of(comment)
    rule = comment.rule_told if state == "not published" else None
    return {
        "post": comment.post.title if comment.post.is_public else None,
        "url": f"{settings.SITE_URL}{comment.get_absolute_url()}" if comment.is_public else None,
        "name": comment.name,
        "email": comment.email,
        "website": comment.url,
        "text": comment.body,
        "text_that_waits": comment.edit_that_waits and comment.edit_that_waits.body,
        "sent_at": comment.submitted_at,
        "edited_at": comment.edited_at,
        "state": state,
        "reasons": [str(reason) for reason in reasons_of(comment)],
        "rule": rule and {"number": rule.number, "title": rule.title, "text": rule.text},
        "emails_about_replies": comment.notify,
        "author_may_reply_by_email": comment.reply_by_mail,
        "ip_address": comment.ip_address,
        "user_agent": comment.user_agent,
    }
