from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from posts.guids import new_prefix

from .public import Public, PublicQuerySet


class Blog(Public):
    """The blog itself: one row."""

    title = models.CharField(_("title"), max_length=200, default="Right of Reply")
    tagline = models.CharField(_("tagline"), max_length=300, blank=True)
    # What the identities of its feeds begin with, for good; see posts.guids.
    feeds_prefix = models.CharField(max_length=300, blank=True, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("blog")
        verbose_name_plural = _("blog")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="blog_is_one_row")]

    def __str__(self):
        return self.title

    @classmethod
    def load(cls):
        """The row; with nothing stored yet, what it would be. Reading writes nothing."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def feed_guid(self, path):
        """The identity of the feed at a path, with its query, wherever the blog is."""
        return f"{self.feeds_prefix or settings.SITE_URL}{path}"

    def save(self, *args, **kwargs):
        self.pk = 1
        self.feeds_prefix = self.feeds_prefix or Blog.load().feeds_prefix or new_prefix()
        super().save(*args, **kwargs)
