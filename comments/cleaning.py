"""What a stranger may send in each field: rules on characters and addresses, free of Django's forms."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from posts.visible import has_visible

# Turn the direction of what follows them, beyond the end of the text they stand in.
DIRECTION_MARKS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# U+FFFE and U+FFFF are no characters: one of them would make a feed unreadable for everybody.
CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# One @, no white space, nothing that has a meaning in a mail's header; any script (RFC 6531).
EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@(?P<domain>[^\s@<>()\[\],;:\\\"/]+)")
DOMAIN_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def clean_line(text):
    """One line without control characters or direction marks; empty if nothing of it is visible."""
    line = " ".join(DIRECTION_MARKS.sub("", CONTROLS.sub("", text)).split())
    return line if has_visible(line) else ""


def clean_text(text):
    """Lines with the newlines of Unix, without control characters; empty if nothing of it is visible."""
    text = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    return text if has_visible(text) else ""


def refuse_unstorable(text):
    """NUL can't be stored by PostgreSQL, a lone surrogate by nothing: raises ValidationError."""
    if "\x00" in text or re.search(r"[\ud800-\udfff]", text):
        raise ValidationError(
            _("This contains a character that can't be stored. Delete it, or type the text again."),
            code="unstorable",
        )


def validate_email(value):
    """An address that mail could be sent to; international ones included. Raises ValidationError."""
    match = EMAIL.fullmatch(value)
    labels = match["domain"].split(".") if match else []
    local = value.rpartition("@")[0]
    if (
        _has_tricks(value)
        or len(labels) < 2
        or not all(DOMAIN_LABEL.fullmatch(label) for label in labels)
        or labels[-1].isdigit()
        or local.startswith(".")
        or local.endswith(".")
        or ".." in local
    ):
        raise ValidationError(_("Enter an email address in the correct format, like name@example.org"), code="invalid")


def _has_tricks(value):
    """True for an address with characters that are not seen, or that turn what is."""
    return bool(CONTROLS.search(value) or DIRECTION_MARKS.search(value))


_url_validator = URLValidator(schemes=["http", "https"])


def clean_url(value):
    """The address of a website, with https:// put before it where nothing stands. Raises ValidationError."""
    value = value.strip()
    if not value:
        return ""
    if not re.match(r"[a-z][a-z0-9+.-]*:", value, re.IGNORECASE) or re.match(r"[\w.-]+:\d+(/|$)", value):
        value = f"https://{value}"
    try:
        if _has_tricks(value):
            raise ValidationError("")
        _url_validator(value)
    except ValidationError as error:
        raise ValidationError(
            _("Enter a website address in the correct format, like https://example.org"), code="invalid"
        ) from error
    return value
