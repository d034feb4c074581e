from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RuleQuerySet(models.QuerySet):
    def current(self):
        """The rules as they stand today, by number."""
        return self.filter(retired_at=None).order_by("number", "pk")


class Rule(models.Model):
    """A rule of this blog's, which a decision names and its writer is told. What was told once is not rewritten:
    a rule that decisions name gets a new version instead (see `revise`)."""

    number = models.PositiveSmallIntegerField(_("number"))
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(
        _("text"), blank=True, help_text=_("In plain words. The commenter is told this with the decision.")
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="rule_version_is_unique"),
            models.UniqueConstraint(fields=["number"], condition=Q(retired_at=None), name="rule_is_current_once"),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def save(self, *args, **kwargs):
        if self._state.adding:
            newest = Rule.objects.filter(number=self.number).aggregate(newest=models.Max("version"))["newest"]
            self.version = (newest or 0) + 1
        super().save(*args, **kwargs)

    def clean(self):
        if Rule.objects.current().filter(number=self.number).exclude(pk=self.pk).exists():
            raise ValidationError({"number": _("There is already a rule with this number. Change that one instead.")})

    def revise(self, *, title, text):
        """The rule with this wording: this row if nobody was told of it yet, otherwise its next version."""
        if self.pk and self.decisions.exists():
            self.retired_at = timezone.now()
            self.save(update_fields=["retired_at"])
            return Rule.objects.create(number=self.number, title=title, text=text)
        self.title, self.text = title, text
        self.save()
        return self
