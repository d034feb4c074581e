from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet, get_date_max

# So far another machine's clock may be ahead of this one's.
CLOCKS_DIFFER = timedelta(seconds=60)
UNFINISHED = [TaskResultStatus.READY, TaskResultStatus.RUNNING]


class OutgoingTaskQuerySet(DBTaskResultQuerySet):
    def send_again(self):
        """Queues tasks that failed, for now and with all their tries; returns how many those were."""
        return self.filter(status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY,
            run_after=get_date_max(),  # which says: at once
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            worker_ids=[],
        )

    def late(self, limit):
        """Tasks that have been due for longer than `limit` and are not done: no worker runs, or they keep failing.

        One whose time lies so far ahead was queued before the clock was set back: a worker would have seen that
        (`follow_clock()`), so none runs.
        """
        now = timezone.now()
        long_ago = Q(enqueued_at__lt=now - limit) | Q(enqueued_at__gt=now + limit)
        unfinished = self.filter(long_ago, status__in=UNFINISHED)
        # One that is meant for later waits rightly; one that failed has been moved there.
        return unfinished.exclude(worker_ids=[], run_after__gte=now - limit, run_after__lt=get_date_max())

    def follow_clock(self):
        """After the clock was set back: what seems to have been queued, begun or tried in the future counts from now.

        Otherwise a claim would not expire, and a task that failed would not be tried again, until the clock is there.
        """
        now = timezone.now()
        ahead = now + CLOCKS_DIFFER
        unfinished = self.filter(status__in=UNFINISHED)
        wrong = unfinished.filter(Q(enqueued_at__gt=ahead) | Q(started_at__gt=ahead))
        if not wrong.exists():
            return
        # How much of its pause is over nobody knows.
        unfinished.filter(status=TaskResultStatus.READY, started_at__gt=ahead).update(run_after=get_date_max())
        unfinished.filter(started_at__gt=ahead).update(started_at=now)
        unfinished.filter(enqueued_at__gt=ahead).update(enqueued_at=now)


class OutgoingTask(DBTaskResult):
    """A task of the outbox, as the admin shows it."""

    objects = OutgoingTaskQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("outgoing task")
        verbose_name_plural = _("outgoing tasks")

    # What each is called; one that is not here goes by its function's name.
    NAMES = {
        "tell_of_answer": _("Email about a reply"),
        "ask_to_confirm": _("Email asking someone to confirm their address"),
        "tell_author": _("Finding out who to email about a comment"),
        "tell_of_comment": _("Email about a new comment"),
        "tell_of_comments": _("Email about many new comments"),
        "tell_of_answers": _("Email about many replies"),
        "ask_to_follow": _("Email asking someone whether to follow a post"),
        "begin_to_follow": _("Following a post"),
        "announce": _("Finding out who follows a post"),
        "tell_followers": _("Emails to those who follow a post"),
        "tell_follower": _("Email to one who follows a post"),
        "tell_writers": _("Finding out who asked what became of their comment"),
        "tell_writer": _("Email about what became of a comment"),
        "tell_of_edit": _("Email about what became of a changed comment"),
        "send_digest": _("Email listing the comments that are waiting"),
        "tell_hub": _("Notification to the WebSub hub"),
        "make_one": _("Resizing a picture"),
        "relate_posts": _("Related posts"),
        "learn_spam": _("Training the spam filter"),
        "forget_erased": _("Removing what was deleted permanently"),
    }
    # The model that a task's number is of.
    SUBJECTS = {
        "tell_of_answer": "comments_comment",
        "ask_to_confirm": "comments_comment",
        "tell_author": "comments_comment",
        "tell_of_comment": "comments_comment",
        "tell_of_answers": "comments_comment",
        "begin_to_follow": "comments_comment",
        "tell_writer": "comments_comment",
        "tell_hub": "posts_post",
        "make_one": "posts_picture",
    }

    def __str__(self):
        return str(self.NAMES.get(self.function, self.function))

    @property
    def function(self):
        return self.task_path.rpartition(".")[2]

    @property
    def attempts(self):
        return len(self.worker_ids)

    @property
    def problem(self):
        """What went wrong the last time, in one line; empty if nothing did."""
        lines = self.traceback.strip().splitlines()
        return lines[-1] if lines else ""
