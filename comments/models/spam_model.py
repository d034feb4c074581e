import logging

from django.db import models
from django.db.models import F
from django.utils import timezone

from comments import spam_classifier
from posts.prepared import Prepared

from .decision import Decision
from .lessons import MOST_LESSONS, lessons_from_log

logger = logging.getLogger(__name__)

# Learning costs about a millisecond a lesson: it waits for so many new decisions, or for a tenth of what it knows.
FEWEST_NEW_DECISIONS = 10


class SpamModel(models.Model):
    """What this blog's own decisions have taught about spam: one row, computed from the log, never the truth."""

    state = models.BinaryField()
    lessons = models.PositiveIntegerField()  # decided comments, floods and copies among them
    # The newest decision that it knows of.
    learned_through = models.BigIntegerField()
    learned_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="spam_model_is_one_row")]

    def __str__(self):
        return f"learned from {self.lessons} decisions"

    # The model in use by this process, and when it was learned.
    _in_use = (None, None)

    @classmethod
    def current(cls):
        """The `Model` in use; None where nothing was learned yet, or where what is stored is damaged."""
        learned_at = next((learned_at for (learned_at,) in _LEARNED_AT()), None)
        if learned_at != cls._in_use[0]:
            cls._in_use = (learned_at, cls._read())
        return cls._in_use[1]

    @classmethod
    def _read(cls):
        row = cls.objects.filter(pk=1).first()
        try:
            return row and spam_classifier.Model.from_bytes(bytes(row.state))
        except spam_classifier.DamagedModel:
            logger.exception("What was learned about spam is damaged: it is learned anew from the log.")
            return cls.learn()

    @classmethod
    def learn_if_due(cls):
        """Learns anew if enough was decided since; a decision that was taken back is unlearned by that."""
        row = cls.objects.filter(pk=1).only("lessons", "learned_through").first()
        known, through = (row.lessons, row.learned_through) if row else (0, 0)
        new = Decision.objects.filter(pk__gt=through, actor__isnull=False).exclude(from_status=F("to_status")).count()
        if new >= max(FEWEST_NEW_DECISIONS, min(known, 2 * MOST_LESSONS) // 10):
            cls.learn()

    @classmethod
    def learn(cls):
        """Learns from the log, stores the result and returns the `Model`."""
        through = Decision.objects.aggregate(newest=models.Max("pk"))["newest"] or 0
        lessons, decided = lessons_from_log()
        model = spam_classifier.learn(lessons)
        cls.objects.update_or_create(
            pk=1,
            defaults={
                "state": model.to_bytes(),
                "lessons": decided,
                "learned_through": through,
                "learned_at": timezone.now(),
            },
        )
        return model

    @staticmethod
    def lessons_from_log():
        """The lessons of `comments.models.lessons`, one by one."""
        yield from lessons_from_log()[0]


_LEARNED_AT = Prepared(lambda: SpamModel.objects.values_list("learned_at"))
