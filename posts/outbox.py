"""The outbox: whatever leaves the server passes here, and only after the decision that it tells of is stored."""

from functools import partial

from django.conf import settings
from django.db import transaction


def put(task, *args, at=None):
    """Queues a task. It runs once, after the commit of this transaction, and not at all if that fails.

    `at`: not before that time. Only a worker can wait: without one the task is left out.

    With a worker the task is a row written in this very transaction; without one it runs when the
    transaction has ended, and a failure is logged, never shown to whoever waits for the page.
    """
    if settings.OUTBOX == "worker":
        task.using(run_after=at).enqueue(*args)
    elif not at:
        transaction.on_commit(partial(task.enqueue, *args), robust=True)
