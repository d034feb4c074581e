from django.db import models
from django.utils.translation import gettext_lazy as _


class Blog(models.Model):
    """The blog itself: one row."""

    title = models.CharField(_("title"), max_length=200, default="Right of Reply")
    tagline = models.CharField(_("tagline"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("blog")
        verbose_name_plural = _("blog")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="blog_is_one_row")]

    def __str__(self):
        return self.title

    @classmethod
    def load(cls):
        """The row; with nothing stored yet, what it would be. Reading writes nothing."""
        # By hand, since every page asks: Django takes longer to compile it than the database to answer.
        return next(iter(cls.objects.raw("SELECT * FROM posts_blog")), None) or cls(pk=1)

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)
