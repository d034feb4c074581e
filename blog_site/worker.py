"""Runs the tasks of the outbox, one after the other: mails, words to the hub, sizes of pictures, what is learned.

The rows are those of django-tasks-db; this adds what its own worker lacks:

- A task that fails is tried again after growing pauses, for two days; then, or when the other side has refused for
  good, it stays as failed, for a person to look at in the admin.
- A claim expires. Of a worker that was killed, the next one on the same machine takes the task at once, one on
  another machine after `LEASE`.
- A database that goes away is waited for.
- A clock that is set back holds nothing up: what seems to have begun in the future counts from now.
- A mail server that can't be reached holds up mails alone, and is asked once per pause instead of once per mail.

A task runs at least once. Two tasks with the same arguments never run at the same time, so a task that looks first
whether its work is done, and says so when it is, does it twice only if its process ends in between.
"""

import logging
import os
import re
import signal
import socket
import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from blog_site import upkeep
from blog_site.models import OutgoingTask
from posts.localised import localised
from posts.models import Blog
from posts.outbox import Refused, Unreachable

logger = logging.getLogger(__name__)

# After how many seconds a task is tried again: two days in all.
PAUSES = [30, 120, 300, 900, 1800, 3600, 7200, *[14_400] * 11]
LEASE = 300  # seconds that a task may take; after them another worker takes it
INTERVAL = 1  # seconds between two looks for work
LONGEST_WAIT = 30  # seconds between two tries to reach the database
UPKEEP_INTERVAL = 3600  # seconds between two rounds of upkeep
FREQUENT_INTERVAL = 10  # … and of what can't wait for that
GRACE = 10  # seconds that a task gets to end in when the worker is asked to stop
ADDRESS = re.compile(r"[^\s<>\"'(){}\[\],;:]+@[^\s<>\"'(){}\[\],;:]+")
# Any number: the advisory lock under which workers on PostgreSQL claim one after the other.
CLAIMING = 7_203_114


class TookTooLong(Exception):
    """Raised inside a task whose time is up."""


class Worker:
    def __init__(self, *, lease=LEASE, pauses=PAUSES, parent=None):
        """`parent`: the process whose end is this worker's end too; none for a worker that was started by itself."""
        self.lease, self.pauses, self.parent = timedelta(seconds=lease), pauses, parent
        self.host = socket.gethostname()
        self.name = f"{self.host}/{os.getpid()}/{get_random_string(8)}"[-64:]
        self.stopping = False
        self.paused = {}  # queue → the monotonic time from which its tasks may be tried again

    def run_until_stopped(self):
        """Works until a signal or the end of `parent` asks it to stop."""
        self._listen_for_signals()
        failures, next_upkeep, next_frequent = 0, 0, 0
        while not self.stopping and not self._is_orphan():
            try:
                close_old_connections()
                worked = self.run_one()
                if time.monotonic() >= next_upkeep:
                    upkeep.run()
                    next_upkeep = time.monotonic() + UPKEEP_INTERVAL
                if time.monotonic() >= next_frequent:
                    upkeep.run(upkeep.FREQUENT)
                    next_frequent = time.monotonic() + FREQUENT_INTERVAL
                failures = 0
            except (OperationalError, InterfaceError) as error:
                # Locked for long, restarting, gone: nothing is lost, the rows are still there afterwards.
                failures += 1
                worked = False
                logger.warning("The worker can't reach the database (%s), and will try again", _describe(error))
                connection.close()
            if not worked and not self.stopping:
                time.sleep(min(INTERVAL * 2**failures, LONGEST_WAIT) if failures else INTERVAL)

    def run_until_idle(self):
        """Runs what is due now; returns how many tasks that were."""
        done = 0
        while self.run_one():
            done += 1
        return done

    def run_one(self):
        """Runs the task that is due first; returns False if there is none."""
        row = self._claim()
        if row is None:
            return False
        try:
            with self._deadline():
                task = row.task
                with localised(Blog.load()):
                    result = task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
            row.set_successful(result)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            self._failed(row, error)
        except Exception as error:
            self._failed(row, error)
        return True

    def _claim(self):
        """The row of the next task, marked as this worker's; None if none is due."""
        OutgoingTask.objects.follow_clock()
        if not self._due().exists():
            return None
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])
            running = DBTaskResult.objects.running().exclude(self._abandoned())
            busy = list(running.values_list("task_path", "args_kwargs"))
            for row in self._due().select_for_update(skip_locked=True)[: len(busy) + 1]:
                if (row.task_path, row.args_kwargs) not in busy:
                    row.claim(self.name)
                    return row
        return None

    def _due(self):
        now = time.monotonic()
        self.paused = {queue: until for queue, until in self.paused.items() if until > now}
        waiting = DBTaskResult.objects.ready().order_by("-priority", "enqueued_at", "pk")
        return (waiting | DBTaskResult.objects.filter(self._abandoned())).exclude(queue_name__in=self.paused)

    def _abandoned(self):
        """What says that it is being run, and is not: its time is up, or its process is gone."""
        running = Q(status=TaskResultStatus.RUNNING)
        abandoned = running & Q(started_at__lt=timezone.now() - self.lease)
        mine = DBTaskResult.objects.running().values_list("pk", "worker_ids")
        gone = [pk for pk, workers in mine if self._is_gone(workers[-1])]
        return abandoned | (running & Q(pk__in=gone))

    def _is_gone(self, name):
        host, _, rest = name.rpartition("/")[0].rpartition("/")
        if name == self.name:
            return True  # it asks between two tasks
        if host != self.host or not rest.isdigit():
            return False
        try:
            os.kill(int(rest), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return int(rest) == os.getpid()

    def _failed(self, row, error):
        """Has the task tried again later, or leaves it as failed; says so in the log, without anybody's address."""
        attempt = len(row.worker_ids)
        if isinstance(error, Unreachable):
            # Whatever else is for the same server would fail like this one: it waits, and is not tried.
            self.paused[row.queue_name] = time.monotonic() + self.pauses[0]
        if isinstance(error, Refused | ImportError) or attempt > len(self.pauses):
            logger.error("%s failed for good: %s", row.task_path, _describe(error))
            row.set_failed(error)
            DBTaskResult.objects.filter(pk=row.pk).update(traceback=_without_addresses(row.traceback))
            return
        pause = self.pauses[attempt - 1]
        logger.warning("%s failed, and is tried again in %s seconds: %s", row.task_path, pause, _describe(error))
        DBTaskResult.objects.filter(pk=row.pk).update(
            status=TaskResultStatus.READY,
            run_after=timezone.now() + timedelta(seconds=pause),
            exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
            traceback=_describe(error),
        )

    @contextmanager
    def _deadline(self):
        """Ends a task that takes too long before another worker takes it for abandoned."""

        def end(signum, frame):
            raise TookTooLong("it took too long")

        before = signal.signal(signal.SIGALRM, end)
        signal.setitimer(signal.ITIMER_REAL, self.lease.total_seconds() * 0.8)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _listen_for_signals(self):
        def stop(signum, frame):
            self.stopping = True
            # A mail that is on its way is let through: cut off, it might be sent twice.
            if signal.getitimer(signal.ITIMER_REAL)[0] > GRACE:
                signal.setitimer(signal.ITIMER_REAL, GRACE)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, stop)

    def _is_orphan(self):
        return self.parent is not None and os.getppid() != self.parent


def _describe(error):
    """One line of what went wrong, fit for the log."""
    line = next(iter(str(error).splitlines()), "")
    return _without_addresses(f"{type(error).__name__}: {line}")[:500]


def _without_addresses(text):
    return ADDRESS.sub("…@…", text)
