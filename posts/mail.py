"""Hands a mail to the mail server, and says in the outbox's words what became of it."""

import smtplib

from posts.outbox import Refused, Unreachable


def send(message):
    """Sends an `EmailMessage`; returns when the mail server has taken it.

    Raises `Refused` where the server won't ever take this mail, `Unreachable` where it can't be asked, and another
    exception where it asks to come back later. None of them names the recipient, since the log keeps them.
    """
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(*next(iter(error.recipients.values()))) from None
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
