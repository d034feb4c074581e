"""Whether mail works: what the mail server answers to a test mail, in words, and what is amiss around it."""

import smtplib
import socket
import ssl
from email.utils import parseaddr
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends import smtp
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.recipients import mails_go_nowhere
from posts.mail import compose
from posts.models import MailServer, Undeliverable

SECONDS = 8  # for each answer of the mail server; whoever asks waits for it
DNS_SECONDS = 3  # for all answers of the name server to one question
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Domains that nobody can have, or that stand in examples (RFC 2606, RFC 6762).
NO_DOMAINS = ("localhost", "local", "localdomain", "internal", "example", "invalid", "test")
# What is wrong, and what to do; the first that an error is of.
PROBLEMS = [
    (
        smtplib.SMTPAuthenticationError,
        gettext_lazy("The mail server refused the user name or the password in EMAIL_URL."),
    ),
    (
        smtplib.SMTPSenderRefused,
        gettext_lazy("The mail server does not send for this sender. Check DEFAULT_FROM_EMAIL, and the login."),
    ),
    (smtplib.SMTPDataError, gettext_lazy("The mail server has read the email and does not take it.")),
    (
        smtplib.SMTPNotSupportedError,
        gettext_lazy("The mail server can’t do what EMAIL_URL asks for: a login, or encryption (smtp+tls)."),
    ),
    (
        smtplib.SMTPServerDisconnected,
        gettext_lazy("The mail server ended the connection. Check the port and the kind of encryption in EMAIL_URL."),
    ),
    (socket.gaierror, gettext_lazy("There is no server of the name %(host)s. Check EMAIL_URL.")),
    (ConnectionRefusedError, gettext_lazy("Nothing answers at %(host)s, port %(port)s. Check EMAIL_URL.")),
    (
        TimeoutError,
        gettext_lazy("The mail server at %(host)s, port %(port)s, does not answer. A firewall may be in between."),
    ),
    (
        ssl.SSLError,
        gettext_lazy("The connection can’t be encrypted. Port 587 is for smtp+tls, port 465 for smtp+ssl."),
    ),
]


class Told(NamedTuple):
    """What was found out, in a sentence, and whether it is as it should be: True, False, or None where that is open."""

    is_fine: bool | None
    words: str
    said: str = ""  # what the other side has answered, or a record, as it is


class TellingBackend(smtp.EmailBackend):
    """Keeps what the server answered to the mail itself."""

    answer = ""

    @property
    def connection_class(self):
        backend = self

        class Telling(super().connection_class):
            def data(self, message):
                code, said = super().data(message)
                backend.answer = f"{code} {_text(said)}"
                return code, said

        return Telling


def send_test(to):
    """Sends a test mail, at once and not by the queue, and says what became of it."""
    if Undeliverable.objects.stops(to):
        why = _("No email is sent to this address, because an email to it bounced or its owner complained.")
        return Told(False, why)
    message = compose(_("A test mail"), "admin/test_mail.txt", {}, to=to)
    if mails_go_nowhere():
        return Told(False, _("No mail server is set (EMAIL_URL). Emails are written to the server’s output."))
    is_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
    connection = TellingBackend(timeout=SECONDS) if is_smtp else get_connection()
    message.connection = connection
    try:
        message.send()
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        if not isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
            MailServer.objects.note_failure()
        return Told(False, *_in_words(error))
    finally:
        connection.close()
    MailServer.objects.note_success()
    words = _(
        "The mail server has taken the email to %(to)s. If it does not arrive within a few minutes, look in your "
        "spam folder."
    )
    return Told(True, words % {"to": to}, getattr(connection, "answer", ""))


def _in_words(error):
    """(what is wrong and what to do, what the server said)"""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _("The mail server does not take mail for this address."), f"{code} {_text(said)}"
    words = next((words for kind, words in PROBLEMS if isinstance(error, kind)), _("The mail server can’t be used."))
    code = getattr(error, "smtp_code", None)
    said = f"{code} {_text(error.smtp_error)}" if code else f"{type(error).__name__}: {error}"
    return words % {"host": settings.EMAIL_HOST, "port": settings.EMAIL_PORT}, said


def _text(said):
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def surroundings(resolver=None):
    """What is found out without sending: the sender, the address of the site, what the sender's domain says in DNS."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    results = [_sender(domain), _site()]
    if results[0].is_fine:
        resolver = resolver or _resolver()
        results += [_spf(domain, resolver), _dmarc(domain, resolver)]
    return results


def _sender(domain):
    sender = settings.DEFAULT_FROM_EMAIL
    if "." not in domain or domain.rpartition(".")[2] in NO_DOMAINS:
        words = _("No mail can come from this sender. Set DEFAULT_FROM_EMAIL to an address of a domain of yours.")
        return Told(False, words, sender)
    return Told(True, _("Emails come from this address."), sender)


def _site():
    url = urlsplit(settings.SITE_URL)
    if url.hostname in LOOPBACK:
        words = _(
            "Links in emails lead to this machine, which nobody else can reach. Set SITE_URL to the blog’s address."
        )
        return Told(False, words, settings.SITE_URL)
    if url.scheme != "https":
        return Told(None, _("Links in emails lead here, without encryption."), settings.SITE_URL)
    return Told(True, _("Links in emails lead here."), settings.SITE_URL)


def _resolver():
    import dns.exception
    import dns.resolver  # 4 MB, for this page alone

    try:
        return dns.resolver.Resolver()
    except dns.exception.DNSException:
        return None  # this machine has no name server


def _spf(domain, resolver):
    records, is_known = _records(domain, "v=spf1", resolver)
    if not is_known:
        return Told(None, _("Whether %(domain)s has an SPF record could not be looked up.") % {"domain": domain})
    if not records:
        words = _("%(domain)s has no SPF record. Without one many servers take your emails for spam.")
        return Told(False, words % {"domain": domain})
    if len(records) > 1:
        return Told(
            False, _("%(domain)s has several SPF records; only one is allowed.") % {"domain": domain}, records[0]
        )
    words = _("%(domain)s has an SPF record. It must name the server that sends your emails: %(host)s.")
    return Told(True, words % {"domain": domain, "host": settings.EMAIL_HOST}, records[0])


def _dmarc(domain, resolver):
    records, is_known = _records(f"_dmarc.{domain}", "v=DMARC1", resolver)
    if not is_known:
        return Told(None, _("Whether %(domain)s has a DMARC record could not be looked up.") % {"domain": domain})
    if not records:
        return Told(None, _("%(domain)s has no DMARC record. Large mail providers ask for one.") % {"domain": domain})
    return Told(True, _("%(domain)s has a DMARC record.") % {"domain": domain}, records[0])


def _records(name, start, resolver):
    """(the TXT records there that begin so, whether that could be asked)"""
    if resolver is None:
        return [], False
    import dns.exception
    import dns.resolver

    try:
        answers = resolver.resolve(name, "TXT", lifetime=DNS_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return [], True
    except (dns.exception.DNSException, OSError, UnicodeError):
        return [], False
    texts = [b"".join(answer.strings).decode("utf-8", "replace") for answer in answers]
    return [text for text in texts if text.casefold().startswith(start.casefold())], True
