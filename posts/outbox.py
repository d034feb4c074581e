"""The outbox: whatever leaves the server passes here, and only after the decision that it tells of is stored.

A task is a row, written in the transaction of whatever it tells of; the worker (`manage.py worker`) runs it after the
commit, and tries again what fails: see `blog_site/worker.py`.
"""

from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

# Tasks of this queue need the mail server: while it can't be reached, the worker leaves them all alone.
MAIL = "mail"
# Work that takes a processor for seconds stands behind whatever somebody waits for.
LATER = -10
# What somebody has to hear before they hear what follows from it.
FIRST = 10


class Refused(Exception):
    """A task raises it where trying again is of no use: the other side has refused for good."""


class Unreachable(Exception):
    """A task raises it where the other side can't be reached at all, so that other tasks of its queue need not try."""


def put(task, *args, at=None):
    """Queues a task: it runs after the commit of this transaction, and not at all if that fails.

    `task` may be its dotted path. `at`: not before that time.
    """
    task = import_string(task) if isinstance(task, str) else task
    task.using(run_after=at).enqueue(*args)


def put_unless_queued(task, *args, at=None):
    """Queues a task, unless one with the same arguments is queued and not begun yet."""
    same = DBTaskResult.objects.filter(task_path=task.module_path, args_kwargs={"args": list(args), "kwargs": {}})
    if not same.filter(status=TaskResultStatus.READY).exists():
        put(task, *args, at=at)
