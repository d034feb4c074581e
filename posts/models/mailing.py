"""What went out to subscribers: each post once, and each week's mail once."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class MailingQuerySet(models.QuerySet):
    def under_way(self):
        return self.filter(ended_at=None)

    def ended(self):
        return self.exclude(ended_at=None)


class Mailing(models.Model):
    """One post to all who hear of each, or a week's posts to all others. Whoever sends it goes by `reached`: killed at
    any point, it goes on behind the last subscriber whose mail the mail server has taken.
    """

    post = models.OneToOneField("posts.Post", on_delete=models.CASCADE, null=True, related_name="mailing")
    # The Monday of its week.
    week = models.DateField(null=True, unique=True)
    # It has what was published after `since`, up to `until`.
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    # The number of the last subscriber who was seen to.
    reached = models.PositiveBigIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = "mailing"
        verbose_name_plural = "mailings"
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, week__isnull=True, since__isnull=True, until__isnull=True)
                | Q(post__isnull=True, week__isnull=False, since__isnull=False, until__isnull=False),
                name="mailing_is_of_a_post_or_a_week",
            )
        ]

    def __str__(self):
        return str(self.post or self.week)

    def move_to(self, subscriber, *, sent):
        """Notes that a subscriber was seen to, and whether the mail server took the mail."""
        rows = Mailing.objects.filter(pk=self.pk, reached__lt=subscriber.pk)
        rows.update(reached=subscriber.pk, sent=F("sent") + (1 if sent else 0))
        self.reached = subscriber.pk

    def count_one_more(self):
        """Of a mail that was sent after the others, since it was put off."""
        Mailing.objects.filter(pk=self.pk).update(sent=F("sent") + 1)

    def end(self):
        Mailing.objects.filter(pk=self.pk, ended_at=None).update(ended_at=timezone.now())
