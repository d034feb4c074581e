"""The mails that leave: to commenters who asked for them, and to authors about what waits.

Links in them show a page; only a button there changes anything.
"""

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from comments import tokens
from comments.plain import as_text


@task()
def tell_of_answer(comment_pk):
    """Tells the writer of the comment above that it was answered, if they asked for that and both are still shown."""
    # By name, since the model queues this task.
    approved = apps.get_model("comments", "Comment").objects.approved()
    answer = approved.filter(pk=comment_pk).select_related("parent", "post").first()
    parent = answer and approved.filter(pk=answer.parent_id, notify=True).exclude(email="").first()
    if not parent or parent.email.casefold() == answer.email.casefold():
        return
    # Once, however often it was hidden and shown again: who marks it sends it.
    if not approved.filter(pk=comment_pk, announced_at=None).update(announced_at=timezone.now()):
        return
    stop = f"{settings.SITE_URL}{reverse('comments:stop', args=[tokens.stop(parent)])}"
    context = {
        "parent": parent,
        "answer": answer,
        "text": as_text(answer.body_html),
        "link": f"{settings.SITE_URL}{answer.get_absolute_url()}",
        "stop": stop,
    }
    subject = _("%(name)s answered you on “%(post)s”") % {"name": answer.shown_name, "post": answer.post}
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    _send(subject, "comments/answer_mail.txt", context, parent.email, headers)


@task()
def tell_author(comment_pk):
    """Tells the post's author of a new comment, if the settings and the comment's status call for it."""
    comments = apps.get_model("comments", "Comment").objects.select_related("post__author__user")
    comment = comments.filter(pk=comment_pk).first()
    notify_on = apps.get_model("comments", "DiscussionSettings").load().notify_on
    if not comment or notify_on not in ("held", "all") or (notify_on == "held" and comment.status != "pending"):
        return
    author = comment.post.author.user
    if comment.status == "spam" or not author or not author.email or author == comment.user:
        return
    names = {"name": comment.shown_name, "post": comment.post}
    if comment.status == "pending":
        subject = _("Waiting: %(name)s on “%(post)s”") % names
    else:
        subject = _("%(name)s on “%(post)s”") % names
    context = {
        "comment": comment,
        "text": as_text(comment.body_html),
        "why": comment.why_it_waits(),
        "link": f"{settings.SITE_URL}{reverse('admin:comments_comment_change', args=[comment.pk])}",
    }
    _send(subject, "comments/new_comment_mail.txt", context, author.email)


def send_digest(author):
    """Tells an author what waits below their posts, oldest first; returns False where nothing does."""
    waiting = apps.get_model("comments", "Comment").objects.in_moderation().filter(post__author=author)
    number = waiting.count()
    if not number:
        return False
    subject = ngettext("%(n)d comment is waiting", "%(n)d comments are waiting", number) % {"n": number}
    first = list(waiting.select_related("post").oldest_first()[:20])
    context = {
        "number": number,
        "comments": [(comment, as_text(comment.body_html)) for comment in first],
        "more": number - len(first),
        "link": f"{settings.SITE_URL}{reverse('admin:comments_comment_changelist')}",
    }
    _send(subject, "comments/digest_mail.txt", context, author.user.email)
    return True


def _send(subject, template, context, to, headers=None):
    # A name or a title of two lines must not become a header of its own.
    subject = " ".join(subject.split())
    EmailMessage(subject=subject, body=render_to_string(template, context), to=[to], headers=headers).send()
