"""django-allauth's hooks: what is counted, kept and mailed here, in the places where it would do so otherwise."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import authenticate
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from blog_site.accounts import device, kept_words
from blog_site.accounts.backend import find_account
from blog_site.accounts.events import address_of, record
from blog_site.accounts.mails import tell_owner
from blog_site.accounts.models import AccountEvent, Allowance, FirstPassword
from blog_site.accounts.throttle import limits_of_password
from comments import kept_comment
from posts.models import Blog


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request):
        return False  # accounts are made in the admin

    def is_safe_url(self, url):
        """Paths of ours alone."""
        hosts, secure = {self.request.get_host()}, self.request.is_secure()
        return url_has_allowed_host_and_scheme(url, allowed_hosts=hosts, require_https=secure)

    def authenticate(self, request, username="", password="", **others):
        """The account, or None. Raises `Exhausted`, before any work, for who has tried too often."""
        account = find_account(username)
        limits = limits_of_password(username, address_of(request), device.name_for(request, account))
        was_last = Allowance.objects.use(limits)
        user = authenticate(request, username=username, password=password)
        if user:
            Allowance.objects.give_back(limits)
            return user
        record(AccountEvent.Kind.REFUSED, request=request, account=account)
        if was_last:
            # Said once: those that follow are only refused.
            record(AccountEvent.Kind.THROTTLED, request=request, account=account)
        return None

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        record(AccountEvent.Kind.LOGIN, request=request, account=user)
        if not device.name_for(request, user) and has_to_know(user):
            tell_owner(request, user, "new-device")
        device.remember(request, response, user)
        if page := kept_words.restored(request, user):
            response.headers["Location"] = page
        if FirstPassword.objects.is_due(user):
            request.session["password_is_temporary"] = True
            query = urlencode({"next": response.headers["Location"]})
            response.headers["Location"] = f"{reverse('account_change_password')}?{query}"
        return response

    def logout(self, request):
        """What was typed below a post outlives a change of accounts, and nothing else of a session does."""
        if getattr(request, "changes_account", False):
            return kept_comment.carried_over(request, lambda: super(AccountAdapter, self).logout(request))
        return super().logout(request)

    def is_reauthentication_required(self, *, app, **kwargs):
        """“Is it you?” is for those who can answer: commenters have neither a password nor a second factor."""
        user = self.request.user
        return user.is_staff or bool(self.get_reauthentication_methods(user))

    def get_password_change_redirect_url(self, request):
        return reverse("accounts")

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Nothing is said of a login or logout: the page that follows shows it."""
        if message_template and message_template.endswith(SILENT):
            return
        super().add_message(request, level, message_template, message_context, extra_tags, message)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Through the outbox, in our words."""
        what = NOTICES.get(template_prefix.rpartition("/")[2])
        if what and has_to_know(user):
            tell_owner(self.request, user, what)

    def send_mail(self, template_prefix, email, context):
        # None of those that allauth knows otherwise is called for here: what is mailed is in `mails.py`.
        raise ValueError(f"{template_prefix} is not a mail of this blog")


def has_to_know(user):
    """Whether the owner is mailed what happens to the account. Who has neither rights nor a password comes in by
    another site or a code, and has been told there, or has just read their mail."""
    return user.is_staff or user.has_usable_password()


SILENT = ("logged_in.txt", "logged_out.txt", "account_connected_updated.txt")
# allauth's mails, and which of ours (blog_site/accounts/mails.py) takes their place.
NOTICES = {
    "password_changed": "password",
    "password_set": "password",
    "password_reset": "password",
    "totp_activated": "factor-added",
    "totp_deactivated": "factor-removed",
    "webauthn_added": "factor-added",
    "webauthn_removed": "factor-removed",
    "recovery_codes_generated": "codes",
    "account_connected": "connected",
    "account_disconnected": "disconnected",
}


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong or has been used before. Wait for the next code and try again."),
    }

    def get_totp_issuer(self):
        return str(Blog.load())

    def get_totp_label(self, user):
        return user.get_username()
