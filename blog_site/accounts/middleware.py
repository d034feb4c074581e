"""How long a session lasts, and what is said of requests that were refused."""

import contextlib
import logging
import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from blog_site.accounts.events import address_of, record
from blog_site.accounts.gate import is_a_reader_here
from blog_site.accounts.models import AccountEvent

SECONDS = 300  # so far the time of the last request may be behind: a session is not written for every page
logger = logging.getLogger(__name__)


class SessionsThatEnd(AuthenticationMiddleware):
    """Django's, for sessions that end some time after the login, and some time after the last request.

    As lazy as Django's: a page that asks for nobody's account costs no query.
    """

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _account(request))


def _account(request):
    request._cached_user = user = get_user(request)
    if not user.is_authenticated:
        return user
    now, session = int(time.time()), request.session
    seen_at = session.get("seen_at", 0)
    if now - session.get("begun_at", 0) > settings.SESSION_MAX or now - seen_at > settings.SESSION_IDLE:
        request.user = user
        logout(request)
        record(AccountEvent.Kind.EXPIRED, request=request, account=user)
        return AnonymousUser()
    if now - seen_at > SECONDS:
        _note_time(request, now)
    return AnonymousUser() if is_a_reader_here(request, user) else user


def _note_time(request, now):
    session = request.session
    session["seen_at"] = now
    # Pages are still read where the database can't be written, and where the session ends at this moment.
    with contextlib.suppress(DatabaseError, UpdateError):
        session.save()
        seen = {"last_seen_at": timezone.now()} | ({"ip": address} if (address := address_of(request)) else {})
        UserSession.objects.filter(session_key=session.session_key).update(**seen)
    session.modified = False


def refusals(get_response):
    """Says in the log who was refused what; and who has tried too often is told when to come back."""

    def middleware(request):
        response = get_response(request)
        if seconds := getattr(request, "retry_after", None):
            response.status_code = 429
            response.headers["Retry-After"] = str(seconds)
            response.headers["Cache-Control"] = "no-store"
        if response.status_code in {403, 429}:
            user = getattr(request, "_cached_user", None)
            name = repr(user.get_username()) if user and user.is_authenticated else "-"
            details = (response.status_code, request.method, request.path, name, address_of(request) or "-")
            logger.warning("refused %s %s %r account=%s address=%s", *details)
        return response

    return middleware
