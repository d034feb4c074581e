"""The browser that was asked to be remembered: a random name in a signed cookie, and nothing else in it.

It is set only on the answer to a comment whose writer ticked "remember me", and lets their later
comments count as of the same person. Readers never get one.
"""

import secrets

from django.conf import settings

COOKIE = "remembered"
MAX_AGE = 365 * 24 * 3600
SALT = "comments.browser"


def remembered(request):
    """The browser's name, proven by the cookie's signature; empty if it was never asked to be remembered."""
    return request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=MAX_AGE)


def new_name():
    return secrets.token_hex(16)


def remember(response, name):
    response.set_signed_cookie(
        COOKIE,
        name,
        salt=SALT,
        max_age=MAX_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
