from django.db import models
from django.utils import timezone


class MailServerQuerySet(models.QuerySet):
    def note_success(self):
        """The mail server has taken a mail."""
        if not self.filter(pk=1, worked_at__isnull=False).exists():
            self.update_or_create(pk=1, defaults={"worked_at": timezone.now()})

    def note_failure(self):
        """The mail server could not be reached, or turned us away."""
        self.update_or_create(pk=1, defaults={"failed_at": timezone.now()})

    def has_never_worked(self):
        """True once it was tried, until it has taken a mail."""
        return self.filter(failed_at__isnull=False, worked_at=None).exists()


class MailServer(models.Model):
    """Whether sending mail has worked yet: one row, once it was tried."""

    worked_at = models.DateTimeField(null=True)  # first
    failed_at = models.DateTimeField(null=True)  # last

    objects = MailServerQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="mail_server_is_one_row")]

    def __str__(self):
        return f"worked {self.worked_at}, failed {self.failed_at}"
