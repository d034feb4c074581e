from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .public import Public, PublicQuerySet

TARGETS = ("post", "category", "tag", "author")


class OldPath(Public):
    """A path that something here was public at, or that its old home answered: leads to where it is now.

    WordPress's addresses by number have their query in the path: `/?cat=5`, `/?attachment_id=7`.
    """

    path = models.CharField(max_length=1000, unique=True)
    post = models.ForeignKey("Post", on_delete=models.CASCADE, null=True, related_name="old_paths")
    category = models.ForeignKey("Category", on_delete=models.CASCADE, null=True, related_name="old_paths")
    tag = models.ForeignKey("Tag", on_delete=models.CASCADE, null=True, related_name="old_paths")
    author = models.ForeignKey("Author", on_delete=models.CASCADE, null=True, related_name="old_paths")

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        constraints = [
            models.CheckConstraint(
                condition=Q.create(
                    [Q(**{f"{other}__isnull": other != name for other in TARGETS}) for name in TARGETS],
                    connector=Q.OR,
                ),
                name="old_path_leads_to_one_thing",
            ),
        ]

    def __str__(self):
        return self.path

    def get_absolute_url(self):
        return next(filter(None, (getattr(self, name) for name in TARGETS))).get_absolute_url()

    @property
    def is_public(self):
        """True if what it leads to is: nobody learns from an old address of what is not."""
        if self.post:
            return self.post.is_public
        target = self.category or self.tag or self.author
        return type(target).objects.public().filter(pk=target.pk).exists()
