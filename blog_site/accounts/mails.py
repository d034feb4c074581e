"""Mails to the owners of accounts, all through the outbox: no request waits for the mail server."""

from datetime import datetime

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from blog_site.accounts import commenters, sign_in_code
from blog_site.accounts.events import address_of
from blog_site.accounts.invitation import DAYS
from blog_site.accounts.models import AccountEvent, Invitation
from blog_site.accounts.words import browser_in_words
from posts import outbox
from posts.mail import compose, send
from posts.models import Author

# What is told, by the name that the queue keeps: the mail's subject, and its first sentence.
NOTICES = {
    "new-device": (
        gettext_lazy("A login from a new device"),
        gettext_lazy("Someone has logged in to your account from a browser that has not been used for it before."),
    ),
    "password": (
        gettext_lazy("Your password was changed"),
        gettext_lazy("The password of your account was changed, and all other sessions were ended."),
    ),
    "factor-added": (
        gettext_lazy("A second factor was added"),
        gettext_lazy("A second factor was added to your account. It is needed for every login from now on."),
    ),
    "factor-removed": (
        gettext_lazy("A second factor was removed"),
        gettext_lazy("A second factor was removed from your account."),
    ),
    "codes": (
        gettext_lazy("New recovery codes"),
        gettext_lazy("New recovery codes were created for your account. The old ones no longer work."),
    ),
    "connected": (
        gettext_lazy("A way to sign in was added"),
        gettext_lazy("An account at another site was connected to your account here. You can sign in with it."),
    ),
    "disconnected": (
        gettext_lazy("A way to sign in was removed"),
        gettext_lazy("An account at another site is no longer connected to your account here."),
    ),
    "code-used": (
        gettext_lazy("A recovery code was used"),
        gettext_lazy("Someone has logged in to your account with one of its recovery codes."),
    ),
}


@task(queue_name=outbox.MAIL)
def send_reset_links(email, address):
    """Mails a link for a new password to every active account of this address; nothing if there is none.

    The accounts are looked up here and not in the request, so that its time tells nobody whether there are any.
    """
    accounts = User.objects.annotate(lower_email=Lower("email")).filter(lower_email=email.lower(), is_active=True)
    for user in accounts.exclude(email="").order_by("pk"):
        outbox.put(send_reset_link, user.pk, address, timezone.now().isoformat())


@task(queue_name=outbox.MAIL)
def send_reset_link(user_pk, address, asked_at):
    """Mails one account a link for a new password, unless it is too late for it to work."""
    user = User.objects.filter(pk=user_pk, is_active=True).exclude(email="").first()
    late = (timezone.now() - datetime.fromisoformat(asked_at)).total_seconds() > settings.PASSWORD_RESET_TIMEOUT
    if not user or late:
        return
    key = [user_pk_to_url_str(user), default_token_generator.make_token(user)]
    path = reverse("account_reset_password_from_key", args=key)
    context = {"name": user.get_username(), "link": f"{settings.SITE_URL}{path}"}
    context |= {"minutes": settings.PASSWORD_RESET_TIMEOUT // 60, "network": address}
    message = compose(_("A new password"), "accounts/reset_mail.txt", context, to=user.email)
    if send(message, anyone_can_cause=True):
        AccountEvent.objects.create(kind=AccountEvent.Kind.RESET_ASKED, account=user, address=address or None)


@task(queue_name=outbox.MAIL)
def send_sign_in_code(email, nonce, address, asked_at):
    """Mails the code that `nonce` is for; or, where the address is of somebody with rights here, that a code is not
    enough for them. Looked up here, so that the request's time tells nobody."""
    if not sign_in_code.is_good(datetime.fromisoformat(asked_at).timestamp()):
        return
    context = {"code": sign_in_code.made_of(nonce, email), "minutes": sign_in_code.MINUTES, "network": address}
    try:
        commenters.account_of(email)
    except commenters.HasRights:
        context |= {"code": "", "link": f"{settings.SITE_URL}{reverse('account_login')}"}
    send(compose(_("Your code to sign in"), "accounts/code_mail.txt", context, to=email), anyone_can_cause=True)


@task(queue_name=outbox.MAIL)
def send_notice(user_pk, what, at, address, browser):
    """Tells the owner of an account that `what`, one of `NOTICES`, happened to it."""
    user = User.objects.filter(pk=user_pk).exclude(email="").first()
    if not user:
        return
    subject, words = map(str, NOTICES[what])
    local = timezone.localtime(datetime.fromisoformat(at))
    context = {
        "name": user.get_username(),
        "words": words,
        "time": f"{date_format(local, 'DATETIME_FORMAT')} ({local:%Z})",
        "browser": browser,
        "network": address,
        "sessions": f"{settings.SITE_URL}{reverse('usersessions_list')}",
        "reset": f"{settings.SITE_URL}{reverse('account_reset_password')}",
    }
    send(compose(subject, "accounts/notice_mail.txt", context, to=user.email))


@task(queue_name=outbox.MAIL)
def send_invitation(pk, nonce):
    """Mails an invitation, unless it was revoked, used or sent anew in the meantime."""
    invitation = Invitation.objects.filter(pk=pk, nonce=nonce).select_related("author", "by").first()
    if not invitation or not invitation.is_open:
        return
    context = {
        "name": invitation.author.name,
        "by": Author.name_of(invitation.by),
        "role": invitation.get_role_display(),
        "may": invitation.may,
        "days": DAYS,
        "link": f"{settings.SITE_URL}{invitation.get_absolute_url()}",
    }
    subject = _("%(name)s invites you to write here") % {"name": context["by"]}
    send(compose(subject, "accounts/invitation_mail.txt", context, to=invitation.email))


def tell_owner(request, user, what):
    """Queues a mail to the account's address, if it has one."""
    if not user.email:
        return
    browser = browser_in_words(request.META.get("HTTP_USER_AGENT", ""))
    outbox.put(send_notice, user.pk, what, timezone.now().isoformat(), address_of(request), browser)
