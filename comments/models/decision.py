from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.decision_log import FORGOTTEN

from .choices import Status


class DecisionQuerySet(models.QuerySet):
    """Rows are added and read: the log is not rewritten, and the database refuses it too; see decision_log."""

    def update(self, **fields):
        raise TypeError("A decision is never changed: take another one.")

    def delete(self):
        raise TypeError("The log of decisions is never shortened.")

    def moves_below(self, comments):
        """The numbers of those of `comments`, of one post, that a moderator has moved."""
        if not comments:
            return self.none()
        moves = self.filter(moved__isnull=False, comment__post=comments[0].post_id)
        return moves.values_list("comment", flat=True)

    def forget_texts(self):
        """What is deleted for ever is gone from the log too: the rows stay, without what they say of the text."""
        super().update(findings=[])
        for column in ("body_before", "asked_text"):
            texts = self.exclude(**{column: ""})
            super(DecisionQuerySet, texts).update(**{column: FORGOTTEN})


class Decision(models.Model):
    """One row of the log: what was decided on a comment, by whom, when and why. Written once, never changed.

    The first row of a comment has an empty `from_status`. A row whose status stays the same records an
    edit, and keeps the text that it replaced; or a move, and keeps both places; or what its writer asked for, or what
    became of that; or says why a comment goes on waiting.
    """

    class Asked(models.TextChoices):
        """What a comment's writer asked for, beside changing or withdrawing it."""

        EDIT = "edit", _("another text")
        LOOK = "look", _("a second look")
        NAME = "name", _("name and addresses removed")

    comment = models.ForeignKey(
        "comments.Comment", on_delete=models.PROTECT, related_name="decisions", verbose_name=_("comment")
    )
    from_status = models.CharField(_("from"), max_length=10, choices=Status, blank=True)
    to_status = models.CharField(_("to"), max_length=10, choices=Status)
    # None: decided by the checks, by a command, or by the comment's writer.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    by_writer = models.BooleanField(_("by the commenter"), default=False)
    asked = models.CharField(_("asked for"), max_length=10, choices=Asked, blank=True)
    # The text that they want instead, or why they ask for a second look.
    asked_text = models.TextField(_("words of the commenter"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    # The blog's own rule that the moderator chose: the one part of a decision that its writer is told.
    rule = models.ForeignKey(
        "comments.Rule",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("rule"),
    )
    # What each check found: [{"check", "verdict", "why", "plain"}], see comments.checks.Finding.
    findings = models.JSONField(_("findings"), default=list, blank=True)
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)
    # Decisions taken in one go share a batch.
    batch = models.UUIDField(null=True, blank=True)
    takes_back = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undoes"),
    )
    body_before = models.TextField(_("text before"), blank=True)
    # Of a move: {"from": the number of what it answered, "to": of what it answers}, None being the thread's top.
    moved = models.JSONField(_("moved"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["id"], name="decision_by_people", condition=Q(actor__isnull=False)),
            models.Index(fields=["batch"], name="decision_batch", condition=Q(batch__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_status__in=Status.values) & Q(from_status__in=["", *Status.values]),
                name="decision_statuses_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(from_status=F("to_status"))
                | ~Q(body_before="")
                | Q(moved__isnull=False)
                | ~Q(reason="")
                | Q(rule__isnull=False)
                | Q(takes_back__isnull=False)
                | ~Q(asked=""),
                name="decision_says_something",
            ),
            models.CheckConstraint(
                condition=Q(asked__in=["", "edit", "look", "name"]), name="decision_asks_for_what_is_known"
            ),
            models.CheckConstraint(
                condition=Q(by_writer=False) | Q(actor__isnull=True), name="decision_by_writer_has_no_account"
            ),
        ]

    def __str__(self):
        return f"{self.from_status or '∅'} → {self.to_status}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A decision is never changed: take another one.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise TypeError("The log of decisions is never shortened.")

    @property
    def is_edit(self):
        return self.body_before != ""

    @property
    def is_move(self):
        return self.moved is not None

    @property
    def refuses_edit(self):
        return self.asked == self.Asked.EDIT and bool(self.actor_id) and not self.takes_back_id

    @property
    def is_on_status(self):
        return not (self.is_edit or self.is_move or (self.asked and not self.changes_status))

    @property
    def changes_status(self):
        return self.from_status != self.to_status

    @property
    def by(self):
        """Who decided, as people read it."""
        if self.actor:
            return self.actor.get_full_name() or self.actor.get_username()
        if self.by_writer:
            return _("the commenter")
        return _("the checks") if self.findings else _("automatically")
