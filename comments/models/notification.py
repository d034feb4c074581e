"""What somebody is told by mail of a new comment, or of what its writer asks for: each in a mail of its own, or, when
many come, several in one."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from .decision import Decision
from .settings import DiscussionSettings

# So many come in mails of their own. A lively evening is no flood, and nobody wants a mail every few minutes: with
# these, at most 10 an hour are told one by one, and of more there is one mail an hour.
MOST_ALONE, WITHIN = 5, timedelta(minutes=30)
PAUSE = timedelta(hours=1)
# So long nobody is told twice, whatever is run again; tasks are tried for two days.
KEPT = timedelta(days=7)


class NotificationQuerySet(models.QuerySet):
    def make(self, comment, account=None, asked=""):
        """(the notification of `comment`, or of what its writer has `asked` for, to `account`, or to the writer of what
        it answers; whether it is new).

        Call it in a transaction: until its end nobody reads what is gathered for the same person.
        """
        self.lock(comment, account)
        if row := self.filter(comment=comment, account=account, asked=asked).first():
            return row, False
        gathered = bool(DiscussionSettings.load().flood_seconds) and self._are_many_for(comment, account)
        return self.create(comment=comment, account=account, asked=asked, gathered=gathered), True

    def lock(self, comment, account=None):
        """Waits for whoever makes or reads notifications for the same person."""
        if account:
            rows = get_user_model().objects.filter(pk=account.pk)
        else:
            rows = type(comment).objects.filter(pk=comment.parent_id)
        rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True).first()

    def gathered_for(self, account):
        """What is to be told to the account in one mail."""
        return self.filter(account=account, gathered=True, told_at=None)

    def gathered_answers_to(self, parent):
        return self.filter(account=None, comment__parent=parent, gathered=True, told_at=None)

    def mark_told(self):
        return self.update(told_at=timezone.now())

    def forget_old(self):
        self.filter(made_at__lt=timezone.now() - KEPT).exclude(gathered=True, told_at=None).delete()

    def _are_many_for(self, comment, account):
        if account:
            waiting, others = self.gathered_for(account), self.filter(account=account)
        else:
            # Answers to all that this writer has written: whoever is plagued is plagued everywhere.
            waiting = self.gathered_answers_to(comment.parent_id)
            others = self.filter(account=None, comment__parent__writer=comment.parent.writer)
        now = timezone.now()
        lately = others.filter(made_at__gt=now - WITHIN, made_at__lte=now + timedelta(seconds=2))
        return waiting.exists() or lately.count() >= MOST_ALONE


class Notification(models.Model):
    """That a comment is to be told of, or was: once to each, however often a task is run; and once more if its writer
    asks for a second look, or for another text."""

    comment = models.ForeignKey("comments.Comment", on_delete=models.CASCADE, related_name="+")
    # Whoever moderates it; None: the writer of what the comment answers.
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    # What of it: empty where it is new, else what its writer asks for, one of `Decision.Asked`.
    asked = models.CharField(max_length=10, blank=True, default="", db_default="")
    gathered = models.BooleanField()  # comes with others in one mail
    made_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)  # when the mail server took it

    objects = NotificationQuerySet.as_manager()

    class Meta:
        # Its former name: while a blog is upgraded, the code from before still writes here.
        db_table = "comments_notice"
        indexes = [models.Index(fields=["account", "made_at"], name="notice_lately")]
        constraints = [
            models.UniqueConstraint(fields=["comment", "account", "asked"], name="notice_once_to_an_account"),
            models.UniqueConstraint(
                fields=["comment"], condition=models.Q(account=None), name="notice_once_of_an_answer"
            ),
        ]

    def __str__(self):
        return f"comment {self.comment_id} to {self.account_id or 'the writer above'}"

    @property
    def body_html(self):
        """The words that it is about."""
        edit = self.asked == Decision.Asked.EDIT and self.comment.edit_that_waits
        return edit.body_html if edit else self.comment.body_html
