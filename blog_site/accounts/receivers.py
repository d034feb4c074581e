"""What django-allauth and Django tell of: the log hears of it, and the owner where it matters."""

import time

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social_signals
from django.contrib.auth.signals import user_logged_in

from blog_site.accounts.events import record
from blog_site.accounts.mails import tell_owner
from blog_site.accounts.models import AccountEvent

Kind = AccountEvent.Kind


def connect():
    user_logged_in.connect(session_begins, dispatch_uid="accounts.session")
    for signal in (account_signals.password_changed, account_signals.password_set, account_signals.password_reset):
        signal.connect(password_changed, dispatch_uid="accounts.password")
    mfa_signals.authenticator_added.connect(factor_added, dispatch_uid="accounts.factor_added")
    mfa_signals.authenticator_removed.connect(factor_removed, dispatch_uid="accounts.factor_removed")
    mfa_signals.authenticator_reset.connect(codes_made, dispatch_uid="accounts.codes")
    mfa_signals.authenticator_used.connect(factor_used, dispatch_uid="accounts.factor_used")
    social_signals.social_account_added.connect(provider_connected, dispatch_uid="accounts.connected")
    social_signals.social_account_removed.connect(provider_disconnected, dispatch_uid="accounts.disconnected")
    mfa_signals.authentication_failed.connect(factor_refused, dispatch_uid="accounts.factor_refused")


def session_begins(sender, request, user, **kwargs):
    """`middleware.py` ends the session by these two."""
    request.session["begun_at"] = request.session["seen_at"] = int(time.time())


def password_changed(sender, request, user, **kwargs):
    request.session.pop("password_is_temporary", None)
    record(Kind.PASSWORD, request=request, account=user)


def factor_added(sender, request, user, authenticator, **kwargs):
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record(Kind.FACTOR_ADDED, request=request, account=user, detail=authenticator.type)


def factor_removed(sender, request, user, authenticator, **kwargs):
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record(Kind.FACTOR_REMOVED, request=request, account=user, detail=authenticator.type)


def codes_made(sender, request, user, **kwargs):
    record(Kind.CODES, request=request, account=user)


def factor_used(sender, request, user, authenticator, **kwargs):
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record(Kind.CODE_USED, request=request, account=user)
        tell_owner(request, user, "code-used")


def factor_refused(sender, request, user, authenticator, **kwargs):
    record(Kind.FACTOR_REFUSED, request=request, account=user, detail=authenticator.type)


def provider_connected(sender, request, sociallogin, **kwargs):
    record(Kind.CONNECTED, request=request, account=sociallogin.user, detail=sociallogin.account.provider)


def provider_disconnected(sender, request, socialaccount, **kwargs):
    record(Kind.DISCONNECTED, request=request, account=socialaccount.user, detail=socialaccount.provider)
