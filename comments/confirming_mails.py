"""The mail that asks the owner of an address whether a comment with it is theirs."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from comments.checks import moderation
from comments.cleaning import validate_email
from comments.models import AskingMail, Comment, MailAddress, MailedLink
from posts import outbox
from posts.mail import compose, send
from posts.models import Post


@task(queue_name=outbox.MAIL)
def ask_to_confirm(comment_pk):
    """Asks the owner of the comment's address whether it is theirs, where that is of use and nobody knows yet.

    The mail has nothing in it that whoever typed the address has written.
    """
    rows = Comment.objects.filter(pk=comment_pk, address=None, status__in=["pending", "approved"])
    comment = rows.select_related("post", "user").first()
    if (
        not comment
        or not _is_address(comment.email)
        or not Post.objects.published().filter(pk=comment.post_id).exists()
        or not _is_proof_of_use(comment)
    ):
        return
    if not (asked := AskingMail.due_for(comment)):
        return
    token = MailedLink.make(MailedLink.CONFIRM, comment.email, comment)
    link = f"{settings.SITE_URL}{reverse('comments:confirm', args=[token])}"
    context = {"post": comment.post, "link": link, "days": MailedLink.DAYS}
    subject = _("Please confirm your email address")
    message = compose(subject, "comments/confirm_mail.txt", context, to=comment.email, stop=link)
    if send(message, anyone_can_cause=True):
        asked.mark_sent()


def _is_proof_of_use(comment):
    """Whether anything that the comment's writer wants needs them to confirm the address that they typed.

    Emails about the comment need it once, for an address. To follow a post, to be remembered, and to be trusted where
    first comments wait, it has to be proven that this comment is by the address's owner, also where that is known: they
    may write from another browser. Who has an account is known by that.
    """
    address = MailAddress.objects.of(comment.email)
    if address and address.refused_at:
        return False
    if comment.follow or (comment.notify and not address and not MailAddress.objects.may_tell(comment)):
        return True
    waits = comment.status == Comment.Status.PENDING and moderation.publishes_known(comment.post)
    return not comment.user_id and bool(comment.browser or waits)


def _is_address(email):
    # An import's may be anything.
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True
