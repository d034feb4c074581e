"""A gunicorn of one's own, run as the project runs it: for the benchmarks, and for tests that need real processes."""

import contextlib
import http.client
import logging
import os
import secrets
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.database import Backends

ROOT = Path(__file__).resolve().parents[2]
# Below the ports that the system gives to outgoing connections: none of those can be in the way.
PORTS = range(8300, 8400)
SECONDS_TO_ANSWER = 60


def environment(folder, *, settings, **more):
    """The environment of a blog that keeps all it has in `folder`, an SQLite file included.

    Every variable that settings read is set here, so that neither this shell nor `.env` has a say.
    """
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SECRET_KEY_FALLBACKS": "",
        "DATABASE_URL": f"sqlite:///{folder}/blog.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
        "CACHE_URL": "locmemcache://",
        "PAGE_CACHE_MB": "4",
        "EMAIL_URL": "dummymail://",
        "DEBUG": "False",
        "SITE_URL": "http://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "TRUSTED_PROXIES": "",
        "CSRF_TRUSTED_ORIGINS": "",
        "STAFF_MFA": "optional",
        "SESSION_MAX_DAYS": "14",
        "SESSION_IDLE_HOURS": "72",
        "LANGUAGE_CODE": "en-gb",
        "TIME_ZONE": "UTC",
        **more,
    }


def prepare(env):
    """Makes Django ready in this process with the very settings of the server; migrates, and collects static files."""
    os.environ.update(env)
    import django

    django.setup()
    from django.core.management import call_command

    logging.disable(logging.INFO)  # a line for each of a thousand comments: nobody reads them here
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


@dataclass
class Server:
    process: subprocess.Popen
    port: int
    backends: Backends = field(default_factory=Backends)

    def connect(self):
        """A connection to use for one request after the other, or to close after one."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_TO_ANSWER)

    def cpu_seconds(self):
        """What its processes have used so far, in user mode and in the kernel; to 10 ms, as Linux tells it."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                # The name stands in brackets and may hold anything; after it, proc_pid_stat(5) counts from 3.
                fields = stat.read_text().rpartition(")")[2].split()
                if int(stat.parent.name) == self.process.pid:
                    # Of the master also what its ended workers used (cutime, cstime).
                    ticks += sum(map(int, fields[11:15]))
                elif int(fields[1]) == self.process.pid:
                    ticks += sum(map(int, fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(env, *, log, workers, application="blog_site.wsgi", healthy=True):
    """A `Server` that answers, for the length of a `with`; what it says goes to the file `log`.

    `healthy`: it must say that it is; otherwise any answer will do.
    """
    listener = _listen()
    port = listener.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:blog_site.gunicorn"]
    # The socket is handed over open: no moment in which somebody else could take the port.
    command += ["--bind", f"fd://{listener.fileno()}", application]
    with listener, open(log, "wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env | {"WEB_CONCURRENCY": str(workers)},
            pass_fds=[listener.fileno()],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(process, port, Backends(env["DATABASE_URL"]))
    try:
        _wait_for(server, log, healthy)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listen():
    for port in PORTS:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(128)
        except OSError:
            listener.close()
        else:
            return listener
    raise RuntimeError(f"All ports from {PORTS.start} to {PORTS.stop - 1} are taken.")


def _wait_for(server, log, healthy):
    """The socket listens already: the first request waits for its answer, or breaks if the server ends."""
    with contextlib.closing(server.connect()) as connection:
        try:
            connection.request("GET", "/healthz")
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise RuntimeError(f"The server did not start:\n{Path(log).read_text()}") from error
        if healthy and status != 200:
            raise RuntimeError(f"The server answers {status}:\n{Path(log).read_text()}")
