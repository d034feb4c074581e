"""The mails that leave: to commenters who asked for them, and to authors, or who stands in for them, about what waits.

Links in them show a page; only a button there changes anything.
"""

from functools import cache

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from comments import recipients, tokens
from comments.confirming_mails import ask_to_confirm
from comments.mail_parts import COMMENTS, many
from comments.models import Comment, Decision, DiscussionSettings, MailAddress
from comments.models.notification import MOST_ALONE, PAUSE, WITHIN, Notification
from comments.plain import as_text, beginning
from posts import outbox
from posts.email_addresses import same_address
from posts.mail import compose, send
from posts.models import Author

SHOWN_IN_DIGEST = 600  # characters of a comment


@task(queue_name=outbox.MAIL)
def tell_of_answer(comment_pk):
    """Tells the writer of the comment above that it was answered, if they asked for that and both are still shown."""
    approved = Comment.objects.approved()
    answer = approved.filter(pk=comment_pk).select_related("parent", "post").first()
    parent = answer and _asked_to_hear().filter(pk=answer.parent_id).first()
    if not parent or same_address(parent.email) == same_address(answer.email):
        return
    # Once, however often it was hidden and shown again.
    if answer.announced_at:
        return
    if not MailAddress.objects.may_tell(parent):
        outbox.put(ask_to_confirm, parent.pk)
        return
    with transaction.atomic():
        notification, is_new = Notification.objects.make(answer)
        if notification.gathered and is_new:
            outbox.put_unless_queued(tell_of_answers, parent.pk, at=timezone.now() + PAUSE)
    if notification.gathered:
        return
    context = {
        "parent": parent,
        "answer": answer,
        "text": as_text(answer.body_html),
        "link": f"{settings.SITE_URL}{answer.get_absolute_url()}",
    }
    # The same for all comments on the post: some mail programs make threads of equal subjects alone.
    subject = _("Comments on “%(post)s”") % {"post": parent.post}
    _send_to_writer(subject, "comments/answer_mail.txt", context, parent, name=answer.anchor)
    # Not before the mail server has taken it: a mail that could not be sent is tried again.
    approved.filter(pk=comment_pk).update(announced_at=timezone.now())
    Notification.objects.filter(pk=notification.pk).mark_told()


@task(queue_name=outbox.MAIL)
def tell_of_answers(parent_pk):
    """Tells the writer of a comment in one mail of the answers that were gathered, as far as they are still shown."""
    parent = _asked_to_hear().select_related("post").filter(pk=parent_pk).first()
    gathered = Notification.objects.gathered_answers_to(parent_pk)
    may_tell = parent and MailAddress.objects.may_tell(parent)
    notifications = _read_gathered(gathered, {"approved"}, may_be_told=lambda notification: may_tell)
    if not notifications:
        return
    answers = [notification.comment for notification in notifications]
    context = many(answers, lambda answer: answer.get_absolute_url()) | {"parent": parent}
    subject = ngettext("%(n)d reply to you on “%(post)s”", "%(n)d replies to you on “%(post)s”", len(notifications))
    subject %= {"n": len(notifications), "post": parent.post}
    _send_to_writer(subject, "comments/answers_mail.txt", context, parent)
    pks = [notification.comment_id for notification in notifications]
    Comment.objects.filter(pk__in=pks).update(announced_at=timezone.now())
    Notification.objects.filter(pk__in=[notification.pk for notification in notifications]).mark_told()


def _asked_to_hear():
    """The comments whose writers want to hear of answers."""
    return Comment.objects.approved().filter(notify=True).exclude(email="").select_related("user")


def _send_to_writer(subject, template, context, parent, *, name=""):
    stop = f"{settings.SITE_URL}{reverse('comments:stop', args=[tokens.stop(parent)])}"
    answers = dict.fromkeys([f"post-{parent.post_id}", f"comment-{parent.root_id or parent.pk}", parent.anchor])
    details = {"stop": stop, "list_name": COMMENTS, "name": name, "answers": list(answers)}
    send(compose(subject, template, context | {"stop": stop}, to=parent.email, **details))


@task(queue_name=outbox.MAIL)
def tell_author(comment_pk, asked=""):
    """Tells of a new comment, or of what its writer has `asked` for, whoever is told of those below its post, each in a
    mail of their own."""
    comment = _to_tell_of(comment_pk, asked)
    if not comment or (comment.user_id and comment.user_id == comment.post.author.user_id):
        return
    for account in recipients.told_of(comment.post):
        if account.pk != comment.user_id:
            _queue(comment, account, asked)


def _queue(comment, account, asked):
    """Queues the mail of one comment to one account, or gathers it where many came; once, also if it is run again."""
    with transaction.atomic():
        notification, is_new = Notification.objects.make(comment, account, asked)
        if is_new and notification.gathered:
            outbox.put_unless_queued(tell_of_comments, account.pk, at=timezone.now() + PAUSE)
        elif is_new:
            outbox.put(tell_of_comment, comment.pk, account.pk, *filter(None, [asked]))


@task(queue_name=outbox.MAIL)
def tell_of_comment(comment_pk, account_pk, asked=""):
    """Tells one account of a new comment, or of what its writer has `asked` for, if the settings and the comment's
    status still call for it."""
    comment = _to_tell_of(comment_pk, asked)
    account = get_user_model().objects.filter(pk=account_pk).exclude(email="").first()
    # Rights may have changed since it was queued.
    if not comment or account not in recipients.told_of(comment.post):
        return
    notification = Notification.objects.filter(comment=comment, account=account, asked=asked)
    if notification.exclude(told_at=None).exists():
        return
    words = comment.edit_that_waits if asked == Decision.Asked.EDIT else comment
    context = {
        "comment": comment,
        "asked": asked,
        "body_html": words.body_html,
        "text": as_text(words.body_html),
        "why": _why(words, asked),
        "second_look": comment.second_look if asked == Decision.Asked.LOOK else "",
        "waiting": Comment.objects.moderated_by(account).in_moderation().count(),
        "stands_in": comment.post.author.user_id != account.pk,
        "link": f"{settings.SITE_URL}{reverse('admin:comments_comment_change', args=[comment.pk])}",
    }
    # Not the name that readers' mails have: who moderates may get that one, too.
    name = ".".join(filter(None, [comment.anchor, "desk", asked]))
    details = {"list_name": COMMENTS, "name": name, "answers": [f"post-{comment.post_id}"]}
    reply_to = [comment.email] if comment.reply_by_mail and comment.email else None
    template = "comments/new_comment_mail.txt"
    subject = _subject(comment, asked)
    send(compose(subject, template, context, to=account.email, reply_to=reply_to, **details))
    notification.mark_told()


def _why(words, asked):
    if asked == Decision.Asked.EDIT:
        return words.why_it_waits
    return [] if asked else words.why_it_waits()


def _subject(comment, asked):
    names = {"name": comment.shown_name, "post": comment.post}
    if asked == Decision.Asked.LOOK:
        return _("Second look: %(name)s on “%(post)s”") % names
    if asked == Decision.Asked.EDIT:
        return _("Changed text: %(name)s on “%(post)s”") % names
    if comment.status == Comment.Status.PENDING:
        return _("Waiting: %(name)s on “%(post)s”") % names
    return _("%(name)s on “%(post)s”") % names


@task(queue_name=outbox.MAIL)
def tell_of_comments(account_pk):
    """Tells one account in one mail of the new comments that were gathered, as far as each still calls for it."""
    account = get_user_model().objects.filter(pk=account_pk).first()
    gathered = Notification.objects.gathered_for(account_pk)
    told_of = cache(recipients.told_of)
    notifications = _read_gathered(
        gathered,
        _statuses_told(DiscussionSettings.load()),
        may_be_told=lambda notification: account in told_of(notification.comment.post),
    )
    if not notifications:
        return
    waiting = Comment.objects.moderated_by(account).in_moderation()
    context = many(
        notifications, lambda notification: reverse("admin:comments_comment_change", args=[notification.comment_id])
    ) | {
        "waiting": waiting.count(),
        "minutes": int(WITHIN.total_seconds() / 60),
        "most": MOST_ALONE,
        "link": f"{settings.SITE_URL}{reverse('admin:comments_comment_changelist')}",
    }
    subject = ngettext("%(n)d new comment", "%(n)d new comments", len(notifications)) % {"n": len(notifications)}
    send(compose(subject, "comments/new_comments_mail.txt", context, to=account.email, list_name=COMMENTS))
    Notification.objects.filter(pk__in=[notification.pk for notification in notifications]).mark_told()


def _read_gathered(gathered, statuses, *, may_be_told):
    """The notifications of comments in one of these statuses that may be told, the oldest first; others are dropped."""
    with transaction.atomic():
        first = gathered.select_related("comment", "account").first()
        if not first:
            return []
        # Whoever gathers at this moment has ended before it is read.
        Notification.objects.lock(first.comment, first.account)
        notifications = list(
            gathered.select_related("comment__post__author__user", "comment__waiting_edit").order_by(
                "comment__submitted_at", "comment", "pk"
            )
        )
        to_tell = [row for row in notifications if _calls_for(row.comment, row.asked, statuses) and may_be_told(row)]
        Notification.objects.filter(pk__in={row.pk for row in notifications} - {row.pk for row in to_tell}).delete()
    return to_tell


def _to_tell_of(comment_pk, asked):
    """The comment, where the settings and its status call for a mail; otherwise None."""
    rows = Comment.objects.select_related("post__author__user", "waiting_edit")
    comment = rows.filter(pk=comment_pk).first()
    is_called_for = comment and _calls_for(comment, asked, _statuses_told(DiscussionSettings.load()))
    return comment if is_called_for else None


def _calls_for(comment, asked, statuses):
    """Whether who hears of comments in `statuses` is to hear of this one, or of what its writer `asked` for."""
    if asked == Decision.Asked.EDIT:
        return "pending" in statuses and bool(comment.edit_that_waits)
    return comment.status in statuses and (not asked or comment.status == Comment.Status.PENDING)


def may_be_told(status, discussion):
    """Whether the settings may call for a mail about a comment that came in so. About spam they never do, but to its
    sender it is to look, and to last, as if it waited."""
    return ("pending" if status == "spam" else status) in _statuses_told(discussion)


def _statuses_told(discussion):
    return {"held": {"pending"}, "all": {"pending", "approved"}}.get(discussion.notify_on, set())


def send_digests():
    """Queues a mail for each account below whose posts something waits, and for editors about the posts of authors whom
    no mail reaches; returns the number of mails."""
    authors = Author.objects.exclude(recipients.unreachable("")).values("user")
    accounts = get_user_model().objects.filter(Q(pk__in=recipients.moderators()) | Q(pk__in=authors))
    accounts_to_tell = [account for account in accounts.order_by("pk") if _waiting_for(account).exists()]
    for account in accounts_to_tell:
        outbox.put(send_digest, account.pk)
    return len(accounts_to_tell)


@task(queue_name=outbox.MAIL)
def send_digest(account_pk):
    """Tells one account what waits for it, oldest first."""
    account = get_user_model().objects.filter(pk=account_pk, is_active=True).exclude(email="").first()
    waiting = account and _waiting_for(account)
    number = waiting.count() if account else 0
    if not number:
        return
    subject = ngettext("%(n)d comment is waiting", "%(n)d comments are waiting", number) % {"n": number}
    rows = waiting.select_related("post", "waiting_edit").prefetch_related("decisions")
    first = [(comment, comment.edit_that_waits or comment) for comment in rows.oldest_first()[:20]]
    context = {
        "number": number,
        "comments": [
            (comment, beginning(as_text(words.body_html), SHOWN_IN_DIGEST), _asked_for(comment))
            for comment, words in first
        ],
        "more": number - len(first),
        "link": f"{settings.SITE_URL}{reverse('admin:comments_comment_changelist')}",
    }
    send(compose(subject, "comments/digest_mail.txt", context, to=account.email, list_name=COMMENTS))


def _asked_for(comment):
    """What its writer asks for that waits, as in `Notification.asked`."""
    if comment.edit_that_waits:
        return Decision.Asked.EDIT
    return "" if comment.second_look is None else Decision.Asked.LOOK


def _waiting_for(account):
    """What waits below the account's posts, and, for who stands in, below those of authors whom no mail reaches."""
    mine = Q(post__author__user=account)
    if recipients.moderators().filter(pk=account.pk).exists():
        mine |= recipients.unreachable("post__author")
    return Comment.objects.filter(mine).to_decide()
