"""Who a visitor has proven to be: by a login, by a mailed link, by the cookie of a browser that is remembered.

What somebody types proves nothing.
"""

from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from comments import browser
from comments.models import MailAddress, RememberedBrowser
from comments.models.mail_address import same_address


class Visitor(NamedTuple):
    """What is known of whoever sent a request; each may be missing."""

    account: User | None
    address: MailAddress | None  # confirmed, and their own
    browser: str  # the proven name of a remembered browser

    def address_for(self, email: str) -> MailAddress | None:
        """Their confirmed address, where they sign with it: who types another one is not known by theirs. Nor is an
        account without one, in a browser that is remembered for somebody else."""
        signs = same_address(email) == self.address.address if self.address and email else not self.account
        return self.address if signs else None


NOBODY = Visitor(None, None, "")


def of(request: HttpRequest) -> Visitor:
    """The `Visitor`. One without cookies costs no query, and their session is not asked for, so that a page can stay
    everybody's. Changes nothing."""
    account = _account(request)
    name = browser.remembered(request)
    known = RememberedBrowser.objects.known_as(name)
    proven = known.address if known and known.address.proven_at else None
    return Visitor(account, (account and address_of(account)) or proven, name)


def verified_email(account: User) -> str:
    """The address that the account has confirmed, if that is the one that it has; otherwise empty."""
    verified = EmailAddress.objects.filter(user=account, verified=True, email__iexact=account.email)
    return account.email if account.email and verified.exists() else ""


def prove_own(account: User) -> MailAddress | None:
    """The address that the account has confirmed, now known as its owner's also without the account; or None."""
    email = verified_email(account)
    return MailAddress.objects.prove(email) if email else None


def _account(request: HttpRequest) -> User | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return request.user


def address_of(account: User) -> MailAddress | None:
    """The address that the account has confirmed, as its owner's; or None."""
    email = verified_email(account)
    return MailAddress.objects.proven().filter(address=same_address(email)).first() if email else None
