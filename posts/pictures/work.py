"""Who makes the renditions: never the request that brought the picture.

With OUTBOX=worker it is `manage.py db_worker`, by a task that is queued with the row. Without a worker the commit
starts a process of its own, `manage.py make_renditions`: a photograph takes it two to four seconds of a processor and
up to 300 MB, which a thread would take from the readers of the same server; and it outlives a command that imports.
One process at a time: who finds it running leaves the picture to it.
"""

import fcntl
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django_tasks import task

from . import renditions

logger = logging.getLogger(__name__)


def ask_for(picture):
    """Has the renditions of a stored picture made, some time after the commit of this transaction."""
    if settings.OUTBOX == "worker":
        make_one.enqueue(picture.pk)
    elif settings.RENDITIONS_IN_A_PROCESS:
        transaction.on_commit(start_process, robust=True)


@task()
def make_one(pk):
    picture = _pictures().waiting().filter(pk=pk).first()
    if picture:
        render(picture)


def make_waiting():
    """Makes all that wait, the newest first; returns how many pictures that were."""
    done = 0
    while picture := _pictures().waiting().order_by("-pk").first():
        render(picture)
        done += 1
    return done


def render(picture):
    """Makes a picture's renditions and shows them. One that can't be made is logged and not tried again by itself."""
    try:
        made = renditions.make(picture.file.name)
    except Exception:
        logger.exception("No renditions of the picture %s: pages show the original", picture.file.name)
        made = {}
    if not picture.take_renditions(made):
        # Replaced or deleted in the meantime.
        renditions.discard(renditions.names_of(made))


def start_process():
    """Starts `manage.py make_renditions`, unless it runs."""
    lock = try_lock()
    if lock is None:
        return
    try:
        child = subprocess.Popen(  # noqa: S603 (our own command)
            [sys.executable, Path(settings.BASE_DIR) / "manage.py", "make_renditions", f"--lock={lock}"],
            pass_fds=[lock],
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    finally:
        # It is the child's now: the lock goes with the last process that has the file open.
        os.close(lock)
    threading.Thread(target=child.wait, daemon=True).start()


def run_alone(lock=None):
    """`make_waiting()` in this process, if no other is at it; `lock` is what `start_process()` handed on.

    Returns how many pictures were done, or None if another process is at it.
    """
    done = None
    while lock is not None or (lock := try_lock()) is not None:
        try:
            done = (done or 0) + make_waiting()
        finally:
            os.close(lock)
            lock = None
        # Who came between the last look and the end of the lock has left its picture to this process.
        if not _pictures().waiting().exists():
            break
    return done


def try_lock():
    """A descriptor that holds the lock, or None while another process has it."""
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    lock = os.open(settings.MEDIA_ROOT, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _pictures():
    return apps.get_model("posts", "Picture").objects
