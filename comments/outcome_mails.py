"""Mails that tell a commenter what has become of their comment: published, or not published and by which rule.

Only who has asked for it, at an address that they have proven to be theirs. What they heard last is true: an approval
that is undone and redone is told once. What the checks alone take for spam is never told, nor what its writer did.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_tasks import task

from comments import tokens
from comments.mail_parts import COMMENTS
from comments.models import Comment, MailAddress
from comments.plain import as_text
from posts import outbox
from posts.mail import compose, send
from posts.models import Post

PUBLISHED, REFUSED = "published", "refused"


@task(queue_name=outbox.MAIL)
def tell_writers(comment_pks):
    """Queues the mail about each of these comments, on which somebody has decided."""
    for pk in comment_pks:
        outbox.put_unless_queued(tell_writer, pk)


@task(queue_name=outbox.MAIL)
def tell_writer(comment_pk):
    """Tells the writer of a comment what has become of it, unless that is what they know."""
    rows = Comment.objects.filter(pk=comment_pk, notify=True, post__in=Post.objects.published())
    comment = rows.select_related("post", "address", "user").first()
    outcome = comment and _outcome(comment)
    if not outcome or not _is_proven(comment):
        return
    stop = f"{settings.SITE_URL}{reverse('comments:stop', args=[tokens.stop(comment)])}"
    context = {"comment": comment, "text": as_text(comment.body_html), "stop": stop, "link": _page_of(comment)}
    subjects = {PUBLISHED: _("Your comment on “%(post)s” is published"), REFUSED: _refused_subject(comment)}
    send(
        compose(
            subjects[outcome] % {"post": comment.post},
            f"comments/{outcome}_mail.txt",
            context | {"rule": comment.rule_told, "was_public": comment.told_status == PUBLISHED},
            to=comment.email,
            stop=stop,
            list_name=COMMENTS,
            name=f"{comment.anchor}.{outcome}",
            answers=[f"post-{comment.post_id}", comment.anchor],
        )
    )
    # Not before the mail server has taken it.
    Comment.objects.filter(pk=comment.pk).update(told_status=outcome)


def _outcome(comment):
    """What is to be told of the comment, or None."""
    if comment.is_public:
        waited = comment.decisions.order_by("pk").first().to_status != Comment.Status.APPROVED
        outcome = PUBLISHED if waited or comment.told_status else None
    else:
        # Its writer may have taken it back since.
        by_a_person = comment.last_decision.actor_id is not None
        outcome = REFUSED if comment.is_refused and by_a_person else None
    return None if outcome == comment.told_status else outcome


def _refused_subject(comment):
    if comment.told_status == PUBLISHED:
        return _("Your comment on “%(post)s” is no longer published")
    return _("Your comment on “%(post)s” was not published")


def _is_proven(comment):
    """Whether the comment is the owner's of its address, and they want mail there."""
    if comment.address:
        return bool(comment.address.confirmed_at)
    return bool(comment.user) and MailAddress.objects.may_tell(comment)


def _page_of(comment):
    """Where its writer sees it: its place on the page, or the page that shows it to them alone."""
    if comment.is_public:
        return f"{settings.SITE_URL}{comment.get_absolute_url()}"
    query = urlencode({"awaiting": tokens.awaiting(comment)})
    return f"{settings.SITE_URL}{comment.post.get_absolute_url()}?{query}#{comment.anchor}"
