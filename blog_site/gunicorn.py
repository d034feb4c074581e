"""gunicorn's settings: `gunicorn -c python:blog_site.gunicorn blog_site.wsgi`.

The blog is loaded once, before the workers are forked, and asked for a few pages, so that the workers share what that
takes of memory and no reader waits for it. A reload, which is to bring new code, therefore replaces the process that
has loaded the old: it executes itself anew, with the sockets open and its children kept.
"""

import contextlib
import ctypes
import gc
import os
import random
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

# Before .env adds to it: what a reload begins with.
_environment = dict(os.environ)

from blog_site import env, machine, metrics_files  # noqa: E402
from blog_site.patient_worker import replace_after  # noqa: E402
from blog_site.worker_beside import ASKED_FOR, WorkerBeside  # noqa: E402

env.env.read_env(Path(__file__).resolve().parent.parent / ".env")

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = env.whole_number("WEB_CONCURRENCY", machine.processes(), 1, 100)
# A page takes a thread for a few milliseconds, a download for as long as the reader's line takes.
threads = 8
# Slow and idle connections cost no thread, and a place only until somebody else needs it.
worker_class = "blog_site.patient_worker.PatientWorker"
worker_connections = 2000
preload_app = True
# The application itself decides which proxy to believe (TRUSTED_PROXIES).
forwarded_allow_ips = ""
control_socket_disable = True
if env.boolean("METRICS", True):
    metrics_files.count_together(Path(__file__).resolve().parent.parent / "var" / "metrics" / str(os.getpid()))


# gunicorn's own `max_requests` counts what the page cache answers, too: thousands a second.
MOST_REQUESTS, AND_AT_MOST = 10_000, 1_000
WARM = ["/", "/archives/", "/feed/", "/search/?q=a", "/accounts/login/", "/sitemap.xml"]
# The workers of the process that this one was before a reload, and its children since.
FORMER_WORKERS = "RIGHT_OF_REPLY_FORMER_WORKERS"
# Signals that come while the blog is being loaded wait until there is somebody to hear them.
HELD = {signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}


def on_starting(server):
    server.reload = lambda: execute_anew(server)
    if os.environ.get(ASKED_FOR):
        server.beside = WorkerBeside(server)
        manage_workers = server.manage_workers

        def manage_all_workers():
            manage_workers()
            server.beside.keep()

        server.manage_workers = manage_all_workers


def on_exit(server):
    if hasattr(server, "beside"):
        server.beside.stop()


def execute_anew(server):
    """Executes this process anew, or leaves everything as it is where the blog can't be loaded."""
    if not can_be_loaded():
        server.log.error("Not reloaded: the workers go on with the code and the settings that they have.")
        return
    workers = [*server.WORKERS]
    if hasattr(server, "beside") and server.beside.runs():
        workers.append(server.beside.pid)
    former = {FORMER_WORKERS: ",".join(map(str, workers))}
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
    os.chdir(server.START_CTX["cwd"])
    inherited = former | hand_on(server.LISTENERS, server.cfg.address)
    os.execve(sys.executable, sys.orig_argv, _environment | inherited)  # noqa: S606 (our own command)


def hand_on(listeners, addresses):
    """Keeps the sockets open for what is executed next; returns what of its environment tells gunicorn of them."""
    if isinstance(addresses[0], int):
        # `--bind fd://N`: there they will be looked for.
        for listener, number in zip(listeners, addresses, strict=True):
            os.dup2(listener.fileno(), number)
        return {}
    for listener in listeners:
        os.set_inheritable(listener.fileno(), True)
    return {
        "GUNICORN_FD": ",".join(str(listener.fileno()) for listener in listeners),
        # Any number but that of its parent tells it that nobody else listens there.
        "GUNICORN_PID": str(os.getpid()),
    }


def can_be_loaded():
    """Tries it in a process of its own, which says what is wrong."""
    command = [sys.executable, "-c", "import blog_site.wsgi"]
    return subprocess.run(command, env=_environment, check=False).returncode == 0  # noqa: S603 (our own command)


def when_ready(server):
    """Makes what all workers share, and lets those of before a reload finish."""
    try:
        warm_up(server.app.wsgi())
    except Exception:
        # The pages themselves will say so to whoever asks for one.
        server.log.exception("The first page could not be made.")
    gc.collect()
    # What the collector looks at, it writes to, and each worker would get a copy of its own.
    gc.freeze()
    let_finish(os.environ.pop(FORMER_WORKERS, ""), server.cfg.graceful_timeout)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)


def warm_up(application):
    """Asks for one page of each kind, as a reader would."""
    from urllib.parse import urlsplit
    from wsgiref.util import setup_testing_defaults

    from django.conf import settings
    from django.db import connections

    site = urlsplit(settings.SITE_URL)
    try:
        for address in WARM:
            path, _, query = address.partition("?")
            environ = {
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "HTTP_HOST": site.netloc,
                "wsgi.url_scheme": site.scheme,
            }
            setup_testing_defaults(environ)
            answer = application(environ, lambda status, headers, error=None: None)
            try:
                for _part in answer:
                    pass
            finally:
                # What comes from the page cache is a list, which has nothing to close (PEP 3333).
                getattr(answer, "close", lambda: None)()
    finally:
        # No two processes may have the same one.
        connections.close_all()


def post_worker_init(worker):
    """Not all workers are replaced at once."""
    replace_after(worker, MOST_REQUESTS + random.randint(0, AND_AT_MOST))  # noqa: S311 (no secret)


def let_finish(pids, seconds):
    """Asks the processes of these numbers, separated by commas, to end, and ends those that have not after so many."""
    former = [int(pid) for pid in pids.split(",") if pid]
    for pid in former:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    if former:
        # A little later than they end by themselves.
        end = threading.Timer(seconds + 5, kill, [former])
        end.daemon = True
        end.start()


def kill(pids):
    """They are this process's own children, or were: nobody else has got their numbers."""
    for pid in pids:
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG) == (0, 0):
                os.kill(pid, signal.SIGKILL)


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
