"""A browser in which somebody has logged in before: a random name and its accounts' numbers, in a signed cookie.

It is set at a login and proves nothing but that: it gives the owner of an account tries of their own when others have
used up everybody's, and a login without it is a login from a new device. OWASP calls it a device cookie.
"""

import secrets

from django.conf import settings

MAX_AGE = 365 * 24 * 3600
SALT = "accounts.device"
MOST = 5  # accounts of one browser; the first one goes


def cookie():
    return f"{settings.COOKIE_PREFIX}device"


def _read(request):
    """(name, [numbers of accounts]), proven by the signature."""
    value = request.get_signed_cookie(cookie(), default="", salt=SALT, max_age=MAX_AGE)
    name, *accounts = value.split(".")
    return name, accounts


def name_for(request, user):
    """The browser's name if this account has logged in from it, or ""."""
    name, accounts = _read(request)
    return name if user and str(user.pk) in accounts else ""


def remember(request, response, user):
    """Has the browser prove from now on that this account has logged in from it."""
    name, accounts = _read(request)
    accounts = [*(number for number in accounts if number != str(user.pk)), str(user.pk)][-MOST:]
    response.set_signed_cookie(
        cookie(),
        ".".join([name or secrets.token_hex(16), *accounts]),
        salt=SALT,
        max_age=MAX_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
