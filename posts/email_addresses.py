"""Email addresses: which ones mail can be sent to, which of them lead to the same person, and what stands for one."""

import hmac
import re
import unicodedata
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

# Turn the direction of what follows them, beyond the end of the text they stand in.
DIRECTION_MARKS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# U+FFFE and U+FFFF are no characters: one of them would make a feed unreadable for everybody.
CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# One @, no white space, nothing that has a meaning in a mail's header; any script (RFC 6531).
EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@(?P<domain>[^\s@<>()\[\],;:\\\"/]+)")
# Together they fit in a line of a header.
TOKEN_LENGTH, CHECK_LENGTH = 32, 24
DOMAIN_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def validate_email(value):
    """An address that mail could be sent to; international ones included. Raises ValidationError."""
    match = EMAIL.fullmatch(value)
    labels = match["domain"].split(".") if match else []
    local = value.rpartition("@")[0]
    if (
        has_tricks(value)
        or len(labels) < 2
        or not all(DOMAIN_LABEL.fullmatch(label) for label in labels)
        or labels[-1].isdigit()
        or local.startswith(".")
        or local.endswith(".")
        or ".." in local
    ):
        raise ValidationError(_("Enter an email address in the correct format, like name@example.org"), code="invalid")


def has_tricks(value):
    """True for an address with characters that are not seen, or that turn what is."""
    return bool(CONTROLS.search(value) or DIRECTION_MARKS.search(value))


def same_address(email):
    """One spelling for all that lead to the same address. Capitals alone make no difference: `casefold()` would take
    ß for ss, and with it the addresses of two people for one."""
    return email.strip().lower()


def mailbox_of(email):
    """The same for all addresses that some mail server may deliver to one person (na.me+anything@example.org, a domain
    in its own letters or as xn--), and not to be read: it stays with the day's count when the address is deleted."""
    local, _at, domain = same_address(unicodedata.normalize("NFKC", email)).rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    local = local.partition("+")[0].replace(".", "")
    return salted_hmac("comments.mailbox", f"{local}@{domain}").hexdigest()


def token_of(email):
    """What stands for the address where it is not to be read."""
    return _token(email, settings.SECRET_KEY)


def tokens_of(email):
    """`token_of()` with the present key, and with each before it."""
    return [_token(email, key) for key in _keys()]


def signed_token_of(email):
    """`token_of()` as it stands in a mail to the address: whoever sends it back has had that mail, or has had it from
    somebody who did."""
    token = token_of(email)
    return token + _check(token, settings.SECRET_KEY)


def token_in(signed):
    """The token in what `signed_token_of()` has made; None for anything else."""
    token, check = signed[:TOKEN_LENGTH], signed[TOKEN_LENGTH:]
    return token if any(hmac.compare_digest(check, _check(token, key)) for key in _keys()) else None


def _keys():
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _token(email, key):
    made = salted_hmac("posts.mailed_to", same_address(email), secret=key, algorithm="sha256")
    return made.hexdigest()[:TOKEN_LENGTH]


def _check(token, key):
    return salted_hmac("posts.mailed_to.check", token, secret=key, algorithm="sha256").hexdigest()[:CHECK_LENGTH]
