"""Mails that tell a commenter what has become of their comment, or of a change to it: published, or not published and
by which rule.

Only who has asked for it, at an address that they have proven to be theirs. What they heard last is true: an approval
that is undone and redone is told once. What the checks alone take for spam is never told, nor what its writer did.
"""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_tasks import task

from comments import tokens
from comments.mail_parts import COMMENTS
from comments.models import Comment, Decision, MailAddress
from comments.plain import as_text
from posts import outbox
from posts.mail import compose, send
from posts.models import Post

PUBLISHED, REFUSED = "published", "refused"


# Before whatever else leaves: of a comment and an answer to it, approved at once, its writer hears in this order.
@task(queue_name=outbox.MAIL, priority=outbox.FIRST)
def tell_writers(comment_pks):
    """Queues the mail about each of these comments, on which somebody has decided."""
    for pk in comment_pks:
        outbox.put_unless_queued(tell_writer, pk)


@task(queue_name=outbox.MAIL, priority=outbox.FIRST)
def tell_writer(comment_pk):
    """Tells the writer of a comment what has become of it, unless that is what they know."""
    rows = Comment.objects.filter(pk=comment_pk, notify=True, post__in=Post.objects.published())
    comment = rows.select_related("post", "address", "user").first()
    outcome = comment and _outcome(comment)
    if not outcome or not _is_proven(comment):
        return
    context = {"text": as_text(comment.body_html), "rule": comment.rule_told}
    # It may have been public from the first moment on, of which nobody is told by mail.
    was_public = rows.filter(pk=comment.pk).once_public().exists()
    context["was_public"] = was_public
    subjects = {PUBLISHED: _("Your comment on “%(post)s” is published"), REFUSED: _refused_subject(was_public)}
    _send(subjects[outcome], f"comments/{outcome}_mail.txt", context, comment, name=outcome)
    # Not before the mail server has taken it.
    Comment.objects.filter(pk=comment.pk).update(told_status=outcome)


@task(queue_name=outbox.MAIL)
def tell_of_edit(decision_pk):
    """Tells the writer of a public comment what was decided on the other text that they want for it, unless that has
    been decided otherwise since, or told before."""
    decision = Decision.objects.select_related("rule").filter(pk=decision_pk).first()
    shown = Comment.objects.approved().filter(decisions=decision, notify=True, post__in=Post.objects.published())
    comment = shown.select_related("post", "address", "user").first() if decision else None
    if not comment or not _is_proven(comment) or not _is_news(decision):
        return
    accepted = decision.is_edit
    context = {"accepted": accepted, "rule": decision.rule, "text": decision.asked_text}
    if accepted:
        subject = _("The change to your comment on “%(post)s” is published")
    else:
        subject = _("The change to your comment on “%(post)s” was not published")
    _send(subject, "comments/edit_mail.txt", context, comment, name=f"edit-{decision.pk}")


def _is_news(decision):
    others = Decision.objects.filter(comment=decision.comment_id, actor__isnull=False)
    of_texts = others.filter(~Q(body_before="") | Q(asked=Decision.Asked.EDIT))
    again = {"asked": decision.asked, "asked_text": decision.asked_text, "rule": decision.rule, "takes_back": None}
    is_known = bool(decision.asked) and of_texts.filter(pk__lt=decision.pk, **again).exists()
    return not is_known and not of_texts.filter(pk__gt=decision.pk).exists()


def _send(subject, template, context, comment, *, name):
    stop = f"{settings.SITE_URL}{reverse('comments:stop', args=[tokens.stop(comment)])}"
    context = context | {"comment": comment, "stop": stop, "link": _page_of(comment)}
    answers = [f"post-{comment.post_id}", comment.anchor]
    details = {"stop": stop, "list_name": COMMENTS, "name": f"{comment.anchor}.{name}", "answers": answers}
    send(compose(subject % {"post": comment.post}, template, context, to=comment.email, **details))


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


def _refused_subject(was_public):
    if was_public:
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
