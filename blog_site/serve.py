"""Serves the blog with one command: `python -m blog_site.serve` runs gunicorn and the worker, and stops both.

Whichever of the two ends unasked is started again: gunicorn by this, the worker by gunicorn (`worker_beside.py`).
Ctrl-C and SIGTERM stop both, SIGHUP reloads both. An operator whose process manager starts things itself starts
gunicorn and `manage.py worker` instead, each as a service of its own.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from blog_site.worker_beside import ASKED_FOR

ROOT = Path(__file__).resolve().parent.parent
# Ended so soon, it would end so soon again: a wrong setting, a port that is taken, for which gunicorn waits 5 seconds.
STARTING = 20
# Started again after it was killed, it may find that the port is not free yet.
STARTING_AGAIN = 5
GRACE = 35  # seconds that both get to finish what they are doing; gunicorn itself ends its workers after 30


def web():
    command = [sys.executable, "-m", "gunicorn", "-c", "python:blog_site.gunicorn", *sys.argv[1:], "blog_site.wsgi"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | {ASKED_FOR: "1"})  # noqa: S603 (our own command)


def main():
    """Runs until gunicorn can't be started or a signal comes; returns the exit status."""
    asked = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: asked.append(number))
    child, until = web(), time.monotonic() + STARTING
    while True:
        number = asked.pop(0) if asked else None
        if number in (signal.SIGINT, signal.SIGTERM):
            stop(child)
            return 0
        if number == signal.SIGHUP:
            child.send_signal(signal.SIGHUP)
        if child.poll() is not None:
            if time.monotonic() < until:
                return child.returncode or 1
            child, until = web(), time.monotonic() + STARTING_AGAIN
        time.sleep(0.2)


def stop(child):
    """Asks it to end, and ends it if it does not."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


if __name__ == "__main__":
    sys.exit(main())
