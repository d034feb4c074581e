"""The outbox: whatever leaves the server passes here, and only after the decision that it tells of is stored."""

from functools import partial

from django.conf import settings
from django.db import transaction


def put(task, *args):
    """Queues a task. It runs once, after the commit of this transaction, and not at all if that fails.

    With a worker the task is a row written in this very transaction; without one it runs when the
    transaction has ended, and a failure is logged, never shown to whoever waits for the page.
    """
    if settings.OUTBOX == "worker":
        task.enqueue(*args)
    else:
        transaction.on_commit(partial(task.enqueue, *args), robust=True)
