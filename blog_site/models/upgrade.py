from django.db import models
from django.utils import timezone


class DoneStep(models.Model):
    """A step of `manage.py upgrade` that need not be done again until what it depends on is another."""

    name = models.CharField(max_length=40, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    done_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "step of an upgrade"
        verbose_name_plural = "steps of upgrades"

    def __str__(self):
        return self.name

    @classmethod
    def is_done(cls, name, fingerprint):
        return cls.objects.filter(name=name, fingerprint=fingerprint).exists()

    @classmethod
    def note(cls, name, fingerprint):
        cls.objects.update_or_create(name=name, defaults={"fingerprint": fingerprint, "done_at": timezone.now()})
