"""What a stranger may send in each field: rules on characters and addresses, free of Django's forms."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from posts.email_addresses import CONTROLS, DIRECTION_MARKS, has_tricks, validate_email
from posts.visible import has_visible

__all__ = ["clean_line", "clean_text", "clean_url", "refuse_unstorable", "validate_email"]


def clean_line(text):
    """One line without control characters or direction marks; empty if nothing of it is visible."""
    line = " ".join(DIRECTION_MARKS.sub("", CONTROLS.sub("", text)).split())
    return line if has_visible(line) else ""


def clean_text(text):
    """Lines with the newlines of Unix, without control characters; empty if nothing of it is visible."""
    text = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    return text if has_visible(text) else ""


def refuse_unstorable(text, *, name):
    """NUL can't be stored by PostgreSQL, a lone surrogate by nothing: raises ValidationError. `name`: of the field."""
    if "\x00" in text or re.search(r"[\ud800-\udfff]", text):
        raise ValidationError(
            # Translators: %(field)s is the label of a field of the comment form, such as “Your comment” or “Name”.
            _("%(field)s contains a character that can't be stored. Delete it, or type the text again."),
            params={"field": name},
            code="unstorable",
        )


_url_validator = URLValidator(schemes=["http", "https"])


def clean_url(value):
    """The address of a website, with https:// put before it where nothing stands. Raises ValidationError."""
    value = value.strip()
    if not value:
        return ""
    if not re.match(r"[a-z][a-z0-9+.-]*:", value, re.IGNORECASE) or re.match(r"[\w.-]+:\d+(/|$)", value):
        value = f"https://{value}"
    try:
        if has_tricks(value):
            raise ValidationError("")
        _url_validator(value)
    except ValidationError as error:
        raise ValidationError(
            _("Enter a website address in the correct format, like https://example.org"), code="invalid"
        ) from error
    return value
