"""The trash: what is in it stands in no list, and comes back as it was."""

from django.db import models
from django.utils import timezone


class Trashable(models.Model):
    """What goes to the trash and back."""

    # Not a status: it is one of those whose time is to come.
    SCHEDULED = "scheduled"

    # What it was when it went there; empty outside.
    status_before_trash = models.CharField(max_length=10, blank=True, editable=False)

    class Meta:
        abstract = True

    def move_to_trash(self):
        self.status = self.Status.TRASH
        self.save(update_fields=["status"])

    def restore(self):
        """Gives it back the status that it had. What was to be published while it was there becomes a draft: nobody
        publishes it by restoring it.
        """
        was = self.status_before_trash or self.Status.DRAFT
        if was == self.SCHEDULED:
            is_to_come = self.published_at and self.published_at > timezone.now()
            was = self.Status.PUBLISHED if is_to_come else self.Status.DRAFT
        self.status = was
        self.save(update_fields=["status"])

    def _note_status(self, before):
        """Keeps what it was, `before` it is stored in the trash; see Post._lock()."""
        if self.status != self.Status.TRASH:
            self.status_before_trash = ""
        elif before and before["status"] != self.Status.TRASH:
            is_public = before["status"] == self.Status.PUBLISHED
            is_scheduled = is_public and before["published_at"] > timezone.now()
            self.status_before_trash = self.SCHEDULED if is_scheduled else before["status"]
