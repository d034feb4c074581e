"""Mails: how each is put together, and the one door through which all leave for the mail server.

`docs/mail.md` says which there are, and what their headers mean.
"""

import logging
import smtplib
from contextlib import contextmanager
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.html import format_html

from posts.email_addresses import signed_token_of
from posts.models import Blog, MailCount, MailServer, Undeliverable
from posts.outbox import Refused, Unreachable

logger = logging.getLogger(__name__)

# A bounce sends the headers back. By this one it is ours, and whose; see `docs/mail.md`.
TOKEN_HEADER = "X-Bounce-Token"  # noqa: S105 (its name)


def compose(subject, template, context, *, to, stop="", list_name="", name="", answers=(), reply_to=None):
    """The mail to one address, with a text and a light HTML part, both written by `template`; see
    `posts/templatetags/mail.py`. In the language and the time zone that are active: the worker sets the blog's.

    `stop`: the whole address of a page that ends mails like this one, by a button and by the mail program's own POST
    (RFC 8058). `list_name`: what mails like this one have in common, such as "comments" (RFC 2919).
    `name`: what the mail is about, such as "comment-12", the same for all who get it; `answers`: the names of those it
    follows, the oldest first, so that a mail program shows a thread.
    """
    blog = Blog.load()
    # A name or a title of two lines must not become a header of its own.
    subject = " ".join(f"[{blog}] {subject}".split())
    context = context | {"blog": blog, "site_url": settings.SITE_URL}
    text = f"{_text_of(_blocks(template, context, in_html=False))}\n\n{blog}, {settings.SITE_URL}/\n"
    blog_html = format_html('<hr><p class="small"><a href="{}/">{}</a></p>', settings.SITE_URL, blog)
    blocks = [*_blocks(template, context, in_html=True), blog_html]
    message = EmailMultiAlternatives(subject=subject, body=text, to=[to], reply_to=reply_to)
    message.extra_headers = _headers(to, stop, list_name, name, answers)
    if settings.BOUNCE_ADDRESS:
        message.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
        message.from_email = settings.BOUNCE_ADDRESS
    message.attach_alternative(render_to_string("posts/mail.html", {"subject": subject, "blocks": blocks}), "text/html")
    return message


def _blocks(template, context, *, in_html):
    blocks = []
    get_template(template).template.render(Context(context | {"blocks": blocks}, autoescape=in_html))
    return blocks


def _text_of(blocks):
    """Blocks with a blank line between them, the items of a list without."""
    text, after_item = "", False
    for is_item, block in blocks:
        between = "\n" if is_item and after_item else "\n\n"
        text, after_item = f"{text}{between if text else ''}{block}", is_item
    return text


def _headers(to, stop, list_name, name, answers):
    headers = {
        # RFC 3834: nobody's holiday reply comes back to it.
        "Auto-Submitted": "auto-generated",
        "Message-ID": _message_id(name) if name else make_msgid(domain=_host()),
        TOKEN_HEADER: signed_token_of(to),
    }
    if answers:
        headers["In-Reply-To"] = _message_id(answers[-1])
        headers["References"] = " ".join(map(_message_id, answers))
    if list_name:
        headers["List-Id"] = f"<{list_name}.{_host()}>"
    if stop:
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _message_id(name):
    return f"<{name}@{_host()}>"


def _host():
    return urlsplit(settings.SITE_URL).hostname.replace(":", ".")


@contextmanager
def one_connection():
    """One connection to the mail server for several mails, to be given to `send()`: no more than some dozens, since
    servers end one after that."""
    connection = get_connection()
    try:
        yield connection
    finally:
        connection.close()


def send(message, *, anyone_can_cause=False, connection=None):
    """Sends a mail to one address. True when the mail server has taken it; False where it may not be sent, now or
    later: mail to the address is stopped, or a form that anyone can send, with any address, has had enough sent there
    (`anyone_can_cause`).

    Raises `Refused` where the server won't ever take this mail, `Unreachable` where it can't be asked, and another
    exception where it asks to come back later. None of them names the recipient, since the log keeps them.
    """
    (address,) = message.to
    if Undeliverable.objects.stops(address):
        logger.info("A mail was left out, since mail to its address is stopped")
        return False
    if anyone_can_cause and MailCount.objects.is_enough(address):
        logger.warning("A mail was left out, since its address has had %s within an hour", MailCount.MOST)
        return False
    try:
        _deliver(message, connection)
    except Unreachable:
        MailServer.objects.note_failure()
        raise
    MailServer.objects.note_success()
    if anyone_can_cause:
        MailCount.objects.count_one(address)
    return True


def _deliver(message, connection):
    try:
        if connection:
            message.connection = connection
            connection.open()
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        Undeliverable.objects.note_refusal(*message.to, code, _text(said))
        raise _refusal(code, said) from None
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise Refused(f"the mail server can't take such an address: {error}") from None
    except smtplib.SMTPResponseException as error:
        # Who is turned away before the mail was seen has a wrong password or a sender that is not allowed: the
        # operator can mend that, and no mail is lost meanwhile.
        raise Unreachable(f"the mail server answered {error.smtp_code} {_text(error.smtp_error)}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"the mail server can't be reached: {error!r}") from None


def _refusal(code, text):
    said = f"the mail server answered {code} {_text(text)}"
    # RFC 5321, 4.2.1: 4yz is for now, 5yz for good.
    return Refused(said) if 500 <= code < 600 else RuntimeError(said)


def _text(said):
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
