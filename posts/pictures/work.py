"""Who makes the renditions: never the request that brought the picture, but the worker, by a task queued with the row.

A photograph takes two to four seconds of a processor and up to 300 MB. So the worker leaves it to a process of its
own, `manage.py make_renditions`, which gives the memory back; one at a time, by a lock.
"""

import fcntl
import logging
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django_tasks import task

from posts import outbox
from posts.models import Picture
from posts.storage import is_refusal

from . import renditions

logger = logging.getLogger(__name__)

TIME_LIMIT = 200  # seconds for all that wait: within what a task may take


@task(priority=outbox.LATER)
def make_one(pk):
    """Makes the renditions of a picture, if they are still wanted."""
    picture = Picture.objects.waiting().filter(pk=pk).first()
    if not picture:
        return
    if not settings.RENDITIONS_IN_A_PROCESS:
        render(picture)
        return
    command = [sys.executable, Path(settings.BASE_DIR) / "manage.py", "make_renditions", "--picture", str(pk)]
    # In a session of its own: Ctrl-C is for the worker, which ends this if it takes too long to finish.
    options = {"stdout": subprocess.DEVNULL, "start_new_session": True, "check": True, "timeout": TIME_LIMIT}
    subprocess.run(command, cwd=settings.BASE_DIR, **options)  # noqa: S603 (our own command)


def make_waiting():
    """Makes all that wait, the newest first; returns how many pictures that were."""
    done = 0
    while picture := Picture.objects.waiting().order_by("-pk").first():
        render(picture)
        done += 1
    return done


def render(picture):
    """Makes a picture's renditions and shows them. One that can't be made is logged and not tried again by itself.

    Raises OSError where the disk takes none: they are tried again then.
    """
    try:
        made = renditions.make(picture.file.name)
    except Exception as error:
        if is_refusal(error):
            raise
        logger.exception("No renditions of the picture %s: pages show the original", picture.file.name)
        made = {}
    if not picture.take_renditions(made):
        # Replaced or deleted in the meantime.
        renditions.discard(renditions.names_of(made))


def run_alone():
    """`make_waiting()` in this process, if no other is at it.

    Returns how many pictures were done, or None if another process is at it.
    """
    done = None
    while (lock := try_lock()) is not None:
        try:
            done = (done or 0) + make_waiting()
        finally:
            os.close(lock)
        # Who came between the last look and the end of the lock has left its picture to this process.
        if not Picture.objects.waiting().exists():
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
