"""What comes back of our mails: reports that one could not be delivered (RFC 3464), and complaints (RFC 5965).

Anyone can send a report that looks so. One by mail counts where the token of our own mail is in it, which whoever had
that mail has; see `docs/mail.md`.
"""

import re
from email import message_from_bytes
from email.utils import parseaddr
from typing import NamedTuple

from posts.email_addresses import token_in, tokens_of
from posts.models import Undeliverable

TOKEN = re.compile(r"^X-Bounce-Token:\s*([0-9a-f]{56})\s*$", re.MULTILINE | re.IGNORECASE)
TO = re.compile(r"^To:\s*(.+)$", re.MULTILINE | re.IGNORECASE)
# RFC 3463: not the address is at fault, or not for good. A mailbox that is full, a mail that is too large or whose
# content is not wanted, a server that does not trust ours.
PASSING = re.compile(r"5\.(2\.[23]|3\.4|6\.\d+|7\.\d+)")


class NoReport(ValueError):
    """What came is no report of a mail of ours; says why, in a line for the log."""


class Report(NamedTuple):
    token: str
    address: str  # empty where it was left out, as in most complaints
    is_complaint: bool
    is_passing: bool
    said: str

    def apply(self):
        """Stops mail to the address, or counts this; returns whether mail to it is stopped now."""
        if self.is_complaint:
            Undeliverable.objects.complain(self.address, token=self.token, said=self.said)
            return True
        details = {"token": self.token, "is_passing": self.is_passing, "said": self.said}
        return Undeliverable.objects.bounce(self.address, **details)


def read_mail(raw):
    """The `Report` in a mail; None for one that says that nothing is wrong yet, such as that it will be tried again.

    Raises `NoReport`.
    """
    try:
        return _read(message_from_bytes(raw))
    except RecursionError:
        raise NoReport("It has mails in mails, more deeply than anybody reads.") from None


def _read(mail):
    parts = {part.get_content_type(): part for part in reversed(list(mail.walk()))}
    if "message/feedback-report" in parts:
        fields = _fields(parts["message/feedback-report"])[0]
        if fields.get("feedback-type", "").casefold() == "not-spam":
            return None
        addressees = [fields.get("original-rcpt-to", "")]
        return _report(mail, addressees, is_complaint=True, said=fields.get("feedback-type", ""))
    if "message/delivery-status" not in parts:
        raise NoReport("This is neither a delivery status notification nor a complaint.")
    recipients = [fields for fields in _fields(parts["message/delivery-status"]) if "action" in fields]
    failed = next((fields for fields in recipients if fields["action"].casefold() == "failed"), None)
    if not failed:
        return None
    status = failed.get("status", "")
    addressees = [failed.get(name, "") for name in ("original-recipient", "final-recipient")]
    is_passing = bool(PASSING.match(status)) or not status.startswith("5")
    return _report(mail, addressees, is_passing=is_passing, said=f"{status} {failed.get('diagnostic-code', '')}")


def _fields(part):
    """The groups of fields in such a part: [{name: value}]."""
    groups = part.get_payload() if part.is_multipart() else [part]
    return [{name.casefold(): str(value).strip() for name, value in group.items()} for group in groups]


def _report(mail, recipients, *, is_complaint=False, is_passing=False, said=""):
    returned = "\n".join(_texts(mail))
    tokens = filter(None, (token_in(match.casefold()) for match in TOKEN.findall(returned)))
    token = next(tokens, None)
    if not token:
        raise NoReport("The mail that it is about is not in it, or is none of ours: there is no X-Bounce-Token.")
    # As it stood in our mail, or as the server names it: where that was forwarded, it is another address.
    candidates = [*TO.findall(returned), *(recipient.rpartition(";")[2] for recipient in recipients)]
    addresses = (parseaddr(candidate)[1] for candidate in candidates)
    address = next((address for address in addresses if address and token in tokens_of(address)), "")
    return Report(token, address, is_complaint, is_passing, said)


def _texts(mail):
    """The headers and texts of all parts, as they are when decoded."""
    for part in mail.walk():
        yield "\n".join(f"{name}: {' '.join(str(value).split())}" for name, value in part.items())
        if not part.is_multipart():
            content = part.get_payload(decode=True) or b""
            yield content.decode("utf-8", "replace").replace("\r\n", "\n")
