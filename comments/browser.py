"""The browser that was asked to be remembered: a random name in a signed cookie, and nothing else in it.

It is set only on the answer to a comment whose writer ticked "remember me", or to the confirmation of their address,
and lets their later comments count as of the same person. Which address it belongs to is a row (`RememberedBrowser`),
which its owner can end. Readers never get one. A comment whose writer left the box unticked takes it back, unless an
address was confirmed in the browser: the cookie goes, and the name is taken off the comments that it vouched for, so
that a copy of the cookie proves nothing either.
"""

import secrets

from django.conf import settings

from comments.models import RememberedBrowser

MAX_AGE = 365 * 24 * 3600
SALT = "comments.browser"


def cookie():
    return f"{settings.COOKIE_PREFIX}remembered"


def remembered(request):
    """The browser's name, proven by the cookie's signature; empty if it was never asked to be remembered."""
    return request.get_signed_cookie(cookie(), default="", salt=SALT, max_age=MAX_AGE)


def new_name():
    return secrets.token_hex(16)


def remember(response, name):
    response.set_signed_cookie(
        cookie(),
        name,
        salt=SALT,
        max_age=MAX_AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget(request, response):
    """Takes the cookie from the browser, and the trust from whoever has a copy of it. Comments stay as they are."""
    if name := remembered(request):
        RememberedBrowser.objects.end(name)
    if cookie() in request.COOKIES:
        response.delete_cookie(cookie(), samesite="Lax")
