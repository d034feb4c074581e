"""A blog with a database, a web server and workers of its own, whose processes a test may kill."""

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg2

from tests.benchmarks.server import ROOT, environment, serving

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 60  # seconds until something that should happen is given up


class Blog:
    """`env` is the environment of all its processes. Use it in a `with`: it ends what it started."""

    def __init__(self, folder, *, template=None, prepared=None, always_sqlite=False, **env):
        """`template`: another blog, without processes, whose database this one begins with. `prepared`: one that is as
        `prepare()` leaves it, and the number of its post.
        """
        self.folder, self.template, self.prepared = folder, template, prepared
        # Apart from the logs: a test may take the right to write here away.
        self.data = folder / "data"
        self.data.mkdir()
        self.env = environment(self.data, settings="tests.faults.settings", **env)
        self._created = None
        self._stack = contextlib.ExitStack()
        url = os.environ.get("DATABASE_URL", "")
        if url.startswith("postgres") and not always_sqlite:
            self._created, parts = f"faults_{uuid.uuid4().hex[:12]}", urlsplit(url)
            self._server = url
            self.env["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{self._created}"))
            self._execute(f"CREATE DATABASE {self._created}")

    def __enter__(self):
        if self.template:
            self._begin_as(self.template)
        else:
            self.manage("migrate", "--verbosity", "0")
        return self

    def _begin_as(self, template):
        if self._created:
            self._execute(f"DROP DATABASE {self._created}")
            self._execute(f"CREATE DATABASE {self._created} TEMPLATE {template._created}")
        else:
            # Nothing has it open: it is whole without its log.
            shutil.copy(template.data / "blog.sqlite3", self.data / "blog.sqlite3")

    def __exit__(self, *error):
        self._stack.close()
        if self._created:
            self._execute(f"DROP DATABASE {self._created} WITH (FORCE)")

    def _execute(self, statement):
        with contextlib.closing(psycopg2.connect(self._server)) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    @contextlib.contextmanager
    def without_database(self):
        """The database is away, as while its server is restarted, or locked by another program."""
        if self._created:
            self._execute(f"ALTER DATABASE {self._created} ALLOW_CONNECTIONS false")
            self.end_connections()
            yield
            self._execute(f"ALTER DATABASE {self._created} ALLOW_CONNECTIONS true")
            return
        with contextlib.closing(sqlite3.connect(self.data / "blog.sqlite3", timeout=20)) as connection:
            connection.isolation_level = None
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def locked_for_writing(self):
        """Another program keeps whatever locks there are against writing: SQLite's one, PostgreSQL's of each table."""
        if self._created:
            with contextlib.closing(psycopg2.connect(self.env["DATABASE_URL"])) as connection:
                cursor = connection.cursor()
                cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                tables = ", ".join(f'"{table}"' for (table,) in cursor.fetchall())
                cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
                yield
            return
        with contextlib.closing(sqlite3.connect(self.data / "blog.sqlite3", timeout=20)) as connection:
            connection.isolation_level = None
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    # --- Its processes

    def manage(self, *arguments, check=True):
        """Runs a command to its end; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code):
        """Runs Python with Django set up in a process of its own; returns what it printed, read as JSON."""
        code = f"import django, json; django.setup()\n{code}"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    def start(self, *command):
        """Starts a process that ends with the blog; its output goes to `log`."""
        log = open(self.folder / "processes.log", "ab")  # noqa: SIM115 (closed with the blog)
        self._stack.callback(log.close)
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
        )
        self._stack.callback(end, process)
        return process

    def popen(self, *arguments):
        """Starts Python to talk to, by lines on its standard input and output; end it yourself."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start_worker(self, *arguments):
        """A worker that tries again soon, so that no test waits for hours."""
        return self.start("manage.py", "worker", *arguments, *["--pause=0.5"] * 120)

    def serve(self, workers=2, healthy=True):
        """A web server for the rest of the test."""
        log = self.folder / "web.log"
        return self._stack.enter_context(serving(self.env, log=log, workers=workers, healthy=healthy))

    @property
    def log(self):
        return "".join(path.read_text() for path in self.folder.glob("*.log"))

    # --- Its content

    def prepare(self, **settings):
        """A post whose author hears of every comment; returns the post's number. What was there before is gone."""
        if self.prepared and not settings:
            template, post = self.prepared
            self._begin_as(template)
            self._queue_anew()
            return post
        return self.python(f"""
from comments.models import DiscussionSettings
from tests.factories import make_author, make_post, make_user
DiscussionSettings(**{ {"moderation": "none", "flood_seconds": 0, "notify_on": "all", **settings}!r}).save()
print(make_post(author=make_author(user=make_user(email="author@example.org"))).pk)""")

    def _queue_anew(self):
        """What is queued is queued now: /healthz names what has waited for long, and the copied blog is of earlier."""
        queue = "UPDATE django_tasks_database_dbtaskresult SET enqueued_at ="
        if self._created:
            self.execute_inside(f"{queue} now()")
            return
        with contextlib.closing(sqlite3.connect(self.data / "blog.sqlite3")) as connection, connection:
            connection.execute(f"{queue} strftime('%Y-%m-%d %H:%M:%f', 'now')")

    def rows(self, query):
        """The rows that a query finds, past Django and whatever is being tested."""
        if self._created:
            connection = psycopg2.connect(self.env["DATABASE_URL"])
        else:
            connection = sqlite3.connect(self.data / "blog.sqlite3", timeout=20)
        with contextlib.closing(connection):
            cursor = connection.cursor()
            cursor.execute(query)
            return cursor.fetchall()

    @property
    def is_sqlite(self):
        return not self._created

    def execute_inside(self, statement):
        """Runs a statement in the blog's database on PostgreSQL."""
        with contextlib.closing(psycopg2.connect(self.env["DATABASE_URL"])) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    def end_connections(self):
        """Ends all connections to the database on PostgreSQL."""
        self._execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._created}'")  # noqa: S608

    def backends(self):
        """The processes of PostgreSQL that serve this blog."""
        found = self.rows(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in found]

    def tasks(self):
        """How many tasks there are, by what became of them: {"READY": 3, "SUCCESSFUL": 37}."""
        return dict(self.rows("SELECT status, COUNT(*) FROM django_tasks_database_dbtaskresult GROUP BY status"))


def post_comment(server, post, text, **fields):
    """Sends the form as a stranger does; returns (status, seconds it took)."""
    form = {"name": "Bo", "email": f"{uuid.uuid4().hex}@example.org", "body": text, **fields}
    before = time.monotonic()
    with contextlib.closing(server.connect()) as connection:
        connection.request("POST", f"/comments/on/{post}/", urlencode(form), FORM)
        answer = connection.getresponse()
        answer.read()
    return answer.status, time.monotonic() - before


def wait_until(is_so, patience=PATIENCE):
    """Waits until `is_so()`; fails if that takes longer than `patience` seconds."""
    until = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


def end(process):
    """Ends a process and all that it started, if it runs."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
