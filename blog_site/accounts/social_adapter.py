"""django-allauth's hooks for sign-ins by other sites: whose account one opens, and what is said where one fails."""

import logging

import requests
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from blog_site.accounts import commenters
from blog_site.accounts.events import record
from blog_site.accounts.models import AccountEvent
from blog_site.accounts.providers.asking import Session
from comments import kept_comment

logger = logging.getLogger(__name__)
INSIDE = "inside"  # in what is kept of a connection: it was made from inside the account, after "Is it you?"


class SocialAdapter(DefaultSocialAccountAdapter):
    def list_apps(self, request, provider=None, client_id=None):
        """Those of the settings: nobody adds others in the admin, and no page asks the database for them."""
        apps_of = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in apps_of.values() for app in apps]

    def get_requests_session(self):
        return Session()

    def is_open_for_signup(self, request, sociallogin):
        return True

    def populate_user(self, request, sociallogin, data):
        """What is kept of what a provider tells: a name for readers, and the address if it says that it is proven."""
        user, addresses = sociallogin.user, sociallogin.email_addresses
        user.first_name, user.last_name = commenters.shown_name(data.get("name"), data.get("username")), ""
        proven = [commenters.usable_address(address.email) for address in addresses if address.verified]
        user.email = next(filter(None, proven), "")
        sociallogin.email_addresses = []
        kept = SocialAccount.objects.filter(provider=sociallogin.account.provider, uid=sociallogin.account.uid).first()
        sociallogin.account.extra_data = {
            "name": commenters.shown_name(data.get("username")) or user.first_name,
            INSIDE: bool(kept and kept.extra_data.get(INSIDE)),
        }
        return user

    def pre_social_login(self, request, sociallogin):
        """Says whose account is opened.

        An account with rights is opened by what was connected from inside, after “Is it you?”, alone. A new sign-in
        with an address that a commenter has proven before is theirs.
        """
        account, user = sociallogin.account, sociallogin.user
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            account.extra_data[INSIDE] = did_recently_reauthenticate(request)
            if sociallogin.is_existing and user == request.user:
                account.save()
            return
        request.changes_account = True
        try:
            if sociallogin.is_existing:
                if not account.extra_data[INSIDE] and not commenters.is_commenter(user):
                    raise commenters.HasRights
            elif user.email and (known := commenters.account_of(user.email)):
                commenters.note_proof(known)
                sociallogin.connect(request, known)
        except commenters.HasRights:
            words = _(
                "Your account there belongs to an account here that may do more than comment. Log in to that one with "
                "its password. After that you can connect %(provider)s under “Your account”."
            )
            came_back = back(request, words % {"provider": sociallogin.provider.name}, sociallogin.state)
            raise ImmediateHttpResponse(came_back) from None

    def save_user(self, request, sociallogin, form=None):
        user = commenters.save_new(sociallogin.user, sociallogin.account)
        record(AccountEvent.Kind.MADE, request=request, account=user, detail=sociallogin.account.provider)
        return user

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        """Back to where it began, with what went wrong in words."""
        context = extra_context or {}
        if request.GET.get("error") == "access_denied":
            error = AuthError.CANCELLED  # some come back without a state then: it asks for nothing, and gets nothing
        logger.info("sign-in with %s failed: %s", provider.sub_id, cause_of(error, exception, context))
        words = why(error, exception, context) % {"provider": provider.name}
        raise ImmediateHttpResponse(back(request, words, context.get("state") or {}))


def why(error, exception, context):
    """What somebody is told who comes back without having signed in."""
    if error == AuthError.CANCELLED:
        return _("Signing in with %(provider)s was cancelled. You can try again or choose another way.")
    if isinstance(exception, (requests.Timeout, requests.ConnectionError)):
        return _("%(provider)s did not answer. Try again in a minute, or choose another way.")
    if exception is None and "state" not in context:
        return _("This sign-in has expired, or was started in another browser. Sign in again.")
    return _("%(provider)s did not confirm who you are. Try again, or choose another way.")


def cause_of(error, exception, context):
    """For the log, and without addresses: a provider's may have secrets in them."""
    if exception is None:
        return "no such sign-in is under way" if "state" not in context else str(error)
    text = "" if isinstance(exception, requests.RequestException) else str(exception)[:200]
    return f"{type(exception).__name__} {text!r}" if text else type(exception).__name__


def back(request, words, state):
    """To the page where a sign-in began, which shows `words` and whatever was typed there."""
    begun_at, form = state.get("next"), kept_comment.place(request)
    if form and begun_at in {None, form} and state.get("process") != AuthProcess.CONNECT:
        return redirect(kept_comment.tell(request, words))
    messages.error(request, words)
    if request.user.is_authenticated:
        return redirect("socialaccount_connections")
    query = f"?{urlencode({'next': begun_at})}" if begun_at else ""
    return redirect(f"{reverse('account_login')}{query}")
