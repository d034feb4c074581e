"""Serves the blog with one command: `python -m blog_site.serve` runs gunicorn and the worker, and stops both.

Whichever of the two ends unasked is started again. Ctrl-C and SIGTERM stop both, SIGHUP reloads both. An operator whose
process manager starts things itself starts gunicorn and `manage.py worker` instead, each as a service of its own.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Ended so soon, it would end so soon again: a wrong setting, a port that is taken.
STARTING = 5
GRACE = 15  # seconds that both get to finish what they are doing


def web():
    command = [sys.executable, "-m", "gunicorn", "-c", "python:blog_site.gunicorn", *sys.argv[1:], "blog_site.wsgi"]
    return subprocess.Popen(command, cwd=ROOT)  # noqa: S603 (our own command)


def worker():
    # It looks whether this process is still there: however this ends, nothing goes on behind it.
    command = [sys.executable, "manage.py", "worker", f"--parent={os.getpid()}"]
    return subprocess.Popen(command, cwd=ROOT)  # noqa: S603 (our own command)


def main():
    """Runs until gunicorn can't be started or a signal comes; returns the exit status."""
    asked = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: asked.append(number))
    started = {start: time.monotonic() for start in (web, worker)}
    children = {start: start() for start in started}
    status = 0
    while True:
        number = asked.pop(0) if asked else None
        if number in (signal.SIGINT, signal.SIGTERM):
            break
        if number == signal.SIGHUP:
            # gunicorn takes new code with new processes; the worker by being started anew.
            children[web].send_signal(signal.SIGHUP)
            children[worker].terminate()
        for start, child in children.items():
            if child.poll() is None:
                continue
            if start is web and time.monotonic() - started[web] < STARTING:
                status = child.returncode or 1
                break
            if time.monotonic() - started[start] > STARTING:
                children[start], started[start] = start(), time.monotonic()
        if status:
            break
        time.sleep(0.2)
    stop(children.values())
    return status


def stop(children):
    """Asks each to end, and ends what does not."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + GRACE
    for child in children:
        try:
            child.wait(max(0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
