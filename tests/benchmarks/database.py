"""What a benchmark stores its blog in: a file of SQLite or, where `DATABASE_URL` names a PostgreSQL, a database there.

That is a new one each time, which is dropped in the end; nothing is written into the one that is named.
"""

import contextlib
import os
import signal
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit


def vendor():
    return "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"


@contextlib.contextmanager
def own_database(folder):
    """The address of an empty database that lasts as long as the `with`, also if that is interrupted."""
    # Otherwise a process that is told to end does so at once, and leaves database and servers behind.
    former = signal.signal(signal.SIGTERM, lambda *_signal: sys.exit("Terminated."))
    try:
        if vendor() == "sqlite":
            yield f"sqlite:///{folder}/blog.sqlite3"
        else:
            with _in_postgresql(os.environ["DATABASE_URL"]) as url:
                yield url
    finally:
        signal.signal(signal.SIGTERM, former)


@contextlib.contextmanager
def _in_postgresql(server):
    name = f"bench_{uuid.uuid4().hex[:12]}"
    _execute(server, f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server, statement):
    import psycopg2

    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


class Backends:
    """PostgreSQL's processes that work for the connections to one database; none on SQLite or on another machine."""

    def __init__(self, url=""):
        self.name = urlsplit(url).path.lstrip("/") if url.startswith("postgres") else ""
        self._seconds = {}

    def cpu_seconds(self):
        """What they have used so far, those that have ended included; exact where Linux counts so, or to 10 ms."""
        for process in Path("/proc").glob("[0-9]*") if self.name else ():
            with contextlib.suppress(OSError):
                title = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").split()
                if title[:1] == ["postgres:"] and self.name in title and "autovacuum" not in title:
                    self._seconds[process.name] = cpu_seconds_of(process)
        return sum(self._seconds.values())


def cpu_seconds_of(process):
    """What a process without threads has used so far; `process` is its folder in /proc."""
    exact = process / "schedstat"
    if exact.exists():
        return int(exact.read_text().split()[0]) / 1_000_000_000
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def filling():
    """For rows that come in by the ten thousand: the indexes of words are made afterwards, in one go, and the database
    finds out what it has, as PostgreSQL's autovacuum does by itself soon after.
    """
    from django.db import connection

    from blog_site.search import index
    from comments import search

    with connection.cursor() as cursor:
        _take_indexes_away(cursor)
        yield
        search.ensure_index(using="default")
        index.ensure_index(using="default")
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _take_indexes_away(cursor):
    from blog_site.search.sources import SOURCES
    from comments.search import INDEX

    for source in SOURCES:
        if cursor.db.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {source.table} DISABLE TRIGGER USER")
            cursor.execute(f"COMMENT ON TABLE {source.index} IS NULL")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [source.table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
    if cursor.db.vendor == "postgresql":
        cursor.execute(f"DROP INDEX {INDEX}_parts, {INDEX}_words")
    else:
        cursor.execute(f"DROP TABLE {INDEX}")
