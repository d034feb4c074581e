from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckHit(models.Model):
    """That a check would not have let a comment pass: what the desk filters by, and rules are judged by.

    The words stand in the log, with the decision they led to (see `Decision.findings`).
    """

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="check_hits")
    check_name = models.CharField(_("check"), max_length=100)

    class Meta:
        verbose_name = _("check hit")
        verbose_name_plural = _("check hits")
        indexes = [models.Index(fields=["check_name", "comment"], name="check_hit_by_check")]
        constraints = [
            models.UniqueConstraint(fields=["comment", "check_name"], name="check_hit_is_made_once"),
        ]

    def __str__(self):
        return self.check_name
