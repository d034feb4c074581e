"""How often somebody may try a password or a code: per account, per network, and more for a browser that is known.

An attacker who knows the name of an account can use up what strangers may try on it. Its owner is not shut out by that:
a browser in which they have logged in before has an allowance of its own (`device.py`), and the link that is mailed for
a new password logs them in.
"""

import ipaddress
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from django.utils.crypto import salted_hmac

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


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
    network = network_of(address)
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
    return [limit(10, HOUR, "reset by network", network_of(address))]


def limits_of_mails(email):
    """How many links are mailed to one address, whoever asks."""
    return [limit(3, HOUR, "reset by mail", same_name(email))]


def limits_of_passkey(address):
    """How often one network may begin to log in with a passkey, which makes a session."""
    return [limit(30, QUARTER, "passkey", network_of(address))]


def same_name(name):
    """One spelling for all that may find the same account, in any database's comparison."""
    return unicodedata.normalize("NFKC", name).strip().upper().casefold()


def network_of(address):
    """The network that one customer of a provider has: an IPv4 address, or an IPv6 /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
