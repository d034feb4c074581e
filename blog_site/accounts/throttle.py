"""How often somebody may try a password or a code: per account, per network, and more for a browser that is known.

An attacker who knows the name of an account can use up what strangers may try on it. Its owner is not shut out by that:
a browser in which they have logged in before has an allowance of its own (`device.py`), and the link that is mailed for
a new password logs them in.
"""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from django.utils.crypto import salted_hmac

from posts.email_addresses import mailbox_of
from posts.networks import network_of

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
# What one customer of a provider has. Narrower than for comments: these are refused, where comments wait.
ONE_CUSTOMER = {4: 32, 6: 64}


@dataclass(frozen=True)
class Limit:
    """At most `most` tries `within` a time, of whatever `key` stands for."""

    key: str
    most: int
    within: timedelta


def limit(most, within, *what):
    """A limit for what these words name; none of them can be read in the stored key."""
    return Limit(
        salted_hmac("accounts.allowance", "\n".join(map(str, what)), algorithm="sha256").hexdigest(), most, within
    )


def limits_of_password(name, address, device):
    """What a password for the account of this name counts against.

    `device`: the proven name of a browser that has logged in to the account before, or "".
    """
    if device:
        return [limit(10, QUARTER, "device", device, same_name(name))]
    network = network_of(address, ONE_CUSTOMER)
    return [
        limit(5, QUARTER, "account and network", same_name(name), network),
        limit(30, HOUR, "account", same_name(name)),
        limit(30, QUARTER, "network", network),
    ]


def limits_of_code(user, device):
    """What a code of the second factor counts against. Whoever gets here knows the password."""
    return [limit(5, QUARTER, "code", user.pk, device)]


def limits_of_asking(address):
    """How often one network may ask for links by mail."""
    return [limit(10, HOUR, "reset by network", network_of(address, ONE_CUSTOMER))]


def limits_of_mails(email):
    """How many links are mailed to one address, whoever asks."""
    return [limit(3, HOUR, "reset by mail", same_name(email))]


def limits_of_passkey(address):
    """How often one network may begin to log in with a passkey, which makes a session."""
    return [limit(30, QUARTER, "passkey", network_of(address, ONE_CUSTOMER))]


def limits_of_sign_in(address):
    """How often one network may begin to sign in, which makes a session and asks a provider."""
    return [limit(60, QUARTER, "sign-in", network_of(address, ONE_CUSTOMER))]


def limits_of_codes_asked(address):
    """How often one network may ask for a code by mail."""
    return [limit(10, HOUR, "codes by network", network_of(address, ONE_CUSTOMER))]


def limits_of_codes_mailed(email):
    """How many codes are mailed to one mailbox, whoever asks, and however its address is spelled."""
    return [limit(3, HOUR, "codes by mail", mailbox_of(email))]


def limits_of_code_typed(nonce):
    """How often a code that was mailed may be guessed."""
    return [limit(5, HOUR, "code by mail", nonce)]


def same_name(name):
    """One spelling for all that may find the same account, in any database's comparison."""
    return unicodedata.normalize("NFKC", name).strip().upper().casefold()
