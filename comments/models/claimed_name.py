from django.db import models
from django.utils import timezone


class ClaimedName(models.Model):
    """A name of commenters that belongs to the owner of an address: they confirmed it here before anybody else did."""

    name = models.CharField(max_length=80)  # as they wrote it
    # What is the same for all spellings of a name is the same here: see `comments.names`.
    key = models.CharField(max_length=32)
    address = models.ForeignKey("comments.MailAddress", on_delete=models.CASCADE, related_name="names")
    claimed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["key"], name="claimed_name_key")]
        constraints = [models.UniqueConstraint(fields=["key", "address"], name="claimed_name_is_claimed_once_by_one")]

    def __str__(self):
        return self.name
