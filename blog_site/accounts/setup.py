"""What is asked once on a new blog: its name, its owner's, and whether the sample blog stays."""

from django.db import models
from django.utils import timezone


class Setup(models.Model):
    """One row, made by the first run. A blog that has none was set up before there was this page."""

    sample = models.JSONField(default=dict)  # what the sample blog wrote, as `blog_site.demo.write()` tells it
    done_at = models.DateTimeField(null=True)  # the page was filled in, or skipped
    removed_at = models.DateTimeField(null=True)  # the sample blog

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="setup_is_one_row")]

    def __str__(self):
        return "setup"

    @classmethod
    def load(cls):
        return cls.objects.filter(pk=1).first()

    @classmethod
    def keep(cls, **values):
        cls.objects.update_or_create(pk=1, defaults=values)

    @property
    def is_due(self):
        return self.done_at is None

    @property
    def has_sample(self):
        return bool(self.sample.get("posts"))

    @classmethod
    def finish(cls):
        cls.objects.filter(pk=1, done_at=None).update(done_at=timezone.now())
