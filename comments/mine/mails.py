"""The mail with the link to My comments."""

from django.utils.translation import gettext as _
from django_tasks import task

from comments.mine import link_for
from comments.models import Comment, MailAddress, MailedLink
from posts import outbox
from posts.email_addresses import same_address
from posts.mail import compose, send


@task(queue_name=outbox.MAIL)
def send_link(email):
    """Mails the link, where somebody has commented with this address, and its owner has not refused all mails.

    The page that asks for it answers before anybody knows which.
    """
    address = MailAddress.objects.of(email)
    if address and address.refused_at:
        return
    written = Comment.objects.filter(writer=same_address(email)).exclude(status=Comment.Status.ERASED)
    if not (address and address.proven_at) and not written.exists():
        return
    context = {"link": link_for(email), "days": MailedLink.DAYS}
    subject = _("Your comments on this blog")
    send(compose(subject, "comments/mine/link_mail.txt", context, to=email), anyone_can_cause=True)
