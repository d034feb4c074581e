from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WaitingEdit(models.Model):
    """Another text for a public comment, by its writer, that the checks would have held: until a moderator has read
    it, the old one stays up."""

    comment = models.OneToOneField("comments.Comment", on_delete=models.CASCADE, related_name="waiting_edit")
    body = models.TextField(_("text"))
    body_html = models.TextField(editable=False, blank=True)
    # What the checks found in it: as in `Decision.findings`.
    findings = models.JSONField(default=list)
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("waiting edit")
        verbose_name_plural = _("waiting edits")
        constraints = [models.CheckConstraint(condition=~models.Q(body=""), name="waiting_edit_says_something")]

    def __str__(self):
        return self.body

    @property
    def why_it_waits(self):
        return [finding for finding in self.findings if finding["verdict"] != "approve"]

    @property
    def reasons_told(self):
        """For its writer: each completes "It is waiting because …"."""
        return list(dict.fromkeys(finding["plain"] for finding in self.why_it_waits if finding["plain"]))
