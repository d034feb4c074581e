"""gunicorn's settings: `gunicorn -c python:blog_site.gunicorn blog_site.wsgi`."""

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path

from blog_site import env

env.env.read_env(Path(__file__).resolve().parent.parent / ".env")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = env.whole_number("WEB_CONCURRENCY", 2, 1, 100)
# A page takes a thread for a few milliseconds, a download for as long as the reader's line takes.
threads = 8
# Slow and idle connections cost no thread, and a place only until somebody else needs it.
worker_class = "blog_site.patient_worker.PatientWorker"
worker_connections = 2000
# Each worker loads the code itself: forked from a process that has it loaded, it would go on with what was there before
# a reload, and read the rest, templates too, as it is now.
preload_app = False
# The application itself decides which proxy to believe (TRUSTED_PROXIES).
forwarded_allow_ips = ""
max_requests = 10_000
max_requests_jitter = 1_000
control_socket_disable = True


def on_starting(server):
    """Stops the start where the blog can't be loaded, and a reload leaves everything as it is then."""
    if not can_be_loaded():
        sys.exit(1)
    reload = server.reload

    def reload_what_can_be_loaded():
        if not can_be_loaded():
            server.log.error("Not reloaded: the workers go on with the code and the settings that they have.")
            return
        # What this process itself has of the blog: these settings, and the class of the workers.
        for name in [name for name in sys.modules if name.partition(".")[0] == "blog_site"]:
            del sys.modules[name]
        reload()

    server.reload = reload_what_can_be_loaded


def can_be_loaded():
    """Tries it in a process of its own, which says what is wrong: a wrong setting once, in its one line, instead of
    each worker over and over."""
    return subprocess.run([sys.executable, "-c", "import blog_site.wsgi"], check=False).returncode == 0


# Of mallopt(3): how many heaps its threads have, and from how many bytes on memory is given back once it is free.
ARENA_MAX, MMAP_THRESHOLD = -8, -3


def post_fork(server, worker):
    """As many files as the system allows, since each connection is one; and little memory that is kept for nothing."""
    # One heap for all threads: each with its own, they keep what the largest page once took eight times.
    with contextlib.suppress(AttributeError):  # another C library than GNU's
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(ARENA_MAX, 1)
        mallopt(MMAP_THRESHOLD, 256 * 1024)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # A system that allows few serves fewer at once, instead of failing.
    if hard != resource.RLIM_INFINITY:
        worker.worker_connections = min(worker.worker_connections, hard - 200)
