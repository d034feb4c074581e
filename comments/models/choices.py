from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """What becomes of a comment. Only approved ones are public."""

    PENDING = "pending", _("waiting")
    APPROVED = "approved", _("approved")
    SPAM = "spam", _("spam")
    TRASH = "trash", _("in the trash")
    # The place in its thread and the log are left; text and person are gone for good.
    ERASED = "erased", _("deleted permanently")


class Kind(models.TextChoices):
    """What a reader typed, or what another site sent when it mentioned the post."""

    COMMENT = "comment", _("comment")
    PINGBACK = "pingback", _("pingback")
    TRACKBACK = "trackback", _("trackback")
