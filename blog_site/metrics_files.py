"""The folder into which the processes of one gunicorn count. Knows nothing of Django: gunicorn's settings call it."""

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # as prometheus_client calls it in the environment


def count_together(folder):
    """Has all processes of this gunicorn count into a folder of its own; call it before anything is counted.

    A process takes the first place there that nobody has, so that there are never more files than processes at once,
    and numbers only grow, whoever is replaced.
    """
    for former in folder.parent.glob("[0-9]*"):
        if not Path("/proc", former.name).exists():
            shutil.rmtree(former, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[FOLDER] = str(folder)
    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(_Place(folder))


class _Place:
    """The number of this process's place: 1, 2, … It is kept locked as long as the process lives."""

    def __init__(self, folder):
        self.folder, self.pid, self.number, self.file = folder, None, None, None

    def __call__(self):
        if self.pid != os.getpid():
            self.pid, self.number = os.getpid(), self._take()
        return self.number

    def _take(self):
        number = 0
        while True:
            number += 1
            file = (self.folder / f"{number}.lock").open("w")
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # The one of the process that this was forked from stays locked by that.
                self.file = file
                return number
            file.close()
