import time
import uuid
from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts import outbox
from posts.steps import Steps

from .bulk_decisions import STEP
from .comment import Comment
from .decision import Decision
from .queued import FORGET_ERASED, LEARN_SPAM

COUNTED_AT_ONCE = 5000  # numbers in one query: SQLite takes 32,766 at the most
FORGOTTEN_AFTER = timedelta(days=1)  # plans that nobody started


class Batch(models.Model):
    """One decision for many comments, or the undoing of one: first a plan, then so many done, in steps.

    Each step is one transaction with the comments, their rows in the log, and how far the batch has come:
    a process that is killed leaves every comment either decided and logged or untouched, and the batch goes
    on from there. The rows in the log carry its number, so that one more batch takes all of it back.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        RUNNING = "running", _("in progress")
        STOPPED = "stopped", _("stopped")
        FINISHED = "finished", _("finished")

    UNDO = "undo"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    verb = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    rule = models.ForeignKey("comments.Rule", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The numbers of what it is for: comments, or the decisions that it takes back. None are kept when it is done.
    numbers = models.JSONField(default=list)
    # The newest decision when the moderator looked; None: whatever was decided since does not matter.
    seen = models.BigIntegerField(null=True)
    # The status that all of them had then, where the list showed one.
    was = models.CharField(max_length=10, blank=True)
    total = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    position = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    # The numbers of the decisions of others that came first.
    late = models.JSONField(default=list)
    planned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "running", "stopped", "finished"]),
                name="batch_state_is_known",
            ),
        ]

    def __str__(self):
        return f"{self.verb}: {self.position} of {self.total}"

    @classmethod
    def plan(cls, comments, verb, *, by, among=None, **details):
        """A batch that decides on `comments`, a queryset, once it is run. Nothing is decided yet.

        `among`: the numbers to which it is narrowed, where they are too many for a query. `details`: `seen` and
        `was`, as in `decide()`; reason, rule.
        """
        return cls._planned(comments.order_by("submitted_at", "pk"), verb, by=by, among=among, **details)

    @classmethod
    def plan_undo(cls, batch, comments, *, by):
        """A batch that takes back what the batch with that number did to any of `comments`, a queryset.

        One that is not finished ends there, for good: what it would do afterwards, nobody would have taken back.
        """
        cls._end(batch)
        decisions = Decision.objects.filter(batch=batch, comment__in=comments.order_by().values("pk"))
        return cls._planned(decisions.order_by("pk"), cls.UNDO, by=by)

    @classmethod
    def _end(cls, batch):
        # The lock waits for a step that is being done; the next one finds that it was stopped.
        with transaction.atomic():
            row = cls.objects.select_for_update().filter(pk=batch).exclude(state=cls.State.FINISHED).first()
            if row:
                row.state, row.numbers = cls.State.STOPPED, []
                row.save(update_fields=["state", "numbers"])

    @classmethod
    def _planned(cls, rows, verb, *, by, among=None, **details):
        cls.objects.filter(state=cls.State.PLANNED, planned_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
        numbers = [pk for pk in rows.values_list("pk", flat=True) if among is None or pk in among]
        return cls.objects.create(verb=verb, by=by, numbers=numbers, total=len(numbers), **details)

    @classmethod
    def unfinished(cls, user):
        """Those of this moderator that were begun and can go on, also after the server was stopped in the middle."""
        begun = cls.objects.filter(by=user, state__in=[cls.State.RUNNING, cls.State.STOPPED])
        return begun.exclude(numbers=[]).order_by("planned_at")

    @property
    def has_ended(self):
        """True where nothing of it can be done any more: it is finished, or was taken back in the middle."""
        return self.state == self.State.FINISHED or (self.state == self.State.STOPPED and not self.numbers)

    @property
    def is_undo(self):
        return self.verb == self.UNDO

    def count_by_status(self):
        """{status: how many of what is still to do stand so now}"""
        counted, left = Counter(), self.numbers[self.position :]
        for start in range(0, len(left), COUNTED_AT_ONCE):
            some = left[start : start + COUNTED_AT_ONCE]
            counted.update(Comment.objects.filter(**{self._numbered: some}).count_by_status())
        return dict(counted)

    @property
    def to_come(self):
        """How many are still to do."""
        return len(self.numbers) - self.position

    def comments_to_come(self, start, end):
        """Of the comments that are still to do those from `start` to `end`, with their posts, in the order of the work.

        What its moderator may not see any more is left out."""
        numbers = self.numbers[self.position :][start:end]
        if self.is_undo:
            decided = dict(Decision.objects.filter(pk__in=numbers).values_list("pk", "comment"))
            numbers = list(dict.fromkeys(decided[pk] for pk in numbers if pk in decided))
        mine = Comment.objects.moderated_by(self.by).select_related("post").in_bulk(numbers)
        return [mine[pk] for pk in numbers if pk in mine]

    @property
    def _numbered(self):
        return "decisions__in" if self.is_undo else "pk__in"

    def late_decisions(self, most=10):
        """Some of the decisions of others that came first."""
        return list(Decision.objects.filter(pk__in=self.late[:most]).select_related("actor", "comment"))

    def run(self, *, seconds):
        """Runs step after step until all is done or the time is over; returns True when it is finished."""
        end, steps = time.monotonic() + seconds, Steps()
        while self.step(steps) and time.monotonic() < end:
            pass
        return self.state == self.State.FINISHED

    def step(self, steps=None):
        """The next ones, up to 500. Returns whether there is more to do; False where it was stopped meanwhile."""
        steps = steps or Steps()
        size = steps.size(at_most=STEP)
        with steps.step():
            locked = Batch.objects.select_for_update().get(pk=self.pk)
            if locked.state != self.State.RUNNING:
                self._follow(locked)
                return False
            numbers = locked.numbers[locked.position : locked.position + size]
            locked._decide(numbers)
            locked.position += len(numbers)
            changed = ["position", "done", "unchanged", "late"]
            if locked.position >= locked.total:
                locked.state, locked.numbers = self.State.FINISHED, []
                changed += ["state", "numbers"]
                outbox.put(FORGET_ERASED if self.verb == "erase" else LEARN_SPAM)
            locked.save(update_fields=changed)
        steps.learn()
        self._follow(locked)
        return self.state == self.State.RUNNING

    def switch(self, state):
        """Starts, goes on or stops, unless it has ended."""
        not_finished = Batch.objects.filter(pk=self.pk).exclude(state=self.State.FINISHED)
        not_finished.exclude(state=self.State.STOPPED, numbers=[]).update(state=state)
        self.refresh_from_db()

    def _decide(self, numbers):
        # What its moderator may decide now: a permission that is gone holds for what is left.
        mine = Comment.objects.moderated_by(self.by)
        if self.is_undo:
            decisions = Decision.objects.filter(pk__in=numbers, comment__in=mine.order_by().values("pk"))
            done, late = Comment.objects.take_back(decisions, by=self.by, batch=self.pk)
            self.unchanged += len(numbers) - done - len(late)
        else:
            done, unchanged, late = mine.filter(pk__in=numbers).decide(
                self.verb,
                by=self.by,
                seen=self.seen,
                was=self.was or None,
                reason=self.reason,
                rule=self.rule,
                batch=self.pk,
            )
            self.unchanged += unchanged
        self.done += done
        self.late += [decision.pk for decision in late]

    def _follow(self, locked):
        for name in ("state", "position", "done", "unchanged", "late"):
            setattr(self, name, getattr(locked, name))
