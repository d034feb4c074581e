"""Reading from a replica of PostgreSQL (REPLICA_URL), where that is as good as reading from the database itself.

A replica is behind, and what readers see must never be older than a decision. So `reading()` compares the generation of
the two (posts/generation.py): where it is the same, each commit that changed what readers see has come to the replica,
and it is asked; otherwise the database itself is. A replica's later rows do no harm: they are only newer.

An export also has what no reader sees, drafts and comments that wait, whose changes are in no generation. It is read
from a replica that has replayed all that was written when it began.

The search and exports are read so, which ask for much and are kept by nobody. Pages that are kept are made from the
database itself, which is asked for its generation anyway. Accounts and sessions have no generation, and are always
read there.
"""

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from posts.generation import present, state

logger = logging.getLogger(__name__)

REPLICA = "replica"
APPS = {"posts", "comments"}
AWAY = 5  # seconds in which nobody asks a replica that did not answer
MOST_LATE, GLANCE = 5, 0.05  # seconds that an export lets it come in step, and between two looks

_read_from: ContextVar[str] = ContextVar("read_from", default=DEFAULT_DB_ALIAS)
_away_until = 0.0


class Router:
    """For DATABASE_ROUTERS, where there is a replica."""

    def db_for_read(self, model, **hints):
        return _read_from.get() if model._meta.app_label in APPS else DEFAULT_DB_ALIAS

    def db_for_write(self, model, **hints):
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == DEFAULT_DB_ALIAS


@contextmanager
def reading(*, whole=False):
    """In it, or in the function that it decorates, posts and comments are read from the replica, if it is in step:
    with what readers see, or with the `whole` of them."""
    token = _read_from.set(REPLICA if _is_in_step(whole) else DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        _read_from.reset(token)


def reads_replica(view):
    """For a view whose posts and comments may be read from the replica."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        # First: what is kept for the generation that a request meets is made of rows at least as new.
        present(request)
        with reading():
            return view(request, *args, **kwargs)

    return answer


def connection_read_from():
    """For statements of our own: the connection of the database that is read from just now."""
    return connections[_read_from.get()]


def _is_in_step(whole):
    global _away_until
    if REPLICA not in connections.settings or time.monotonic() < _away_until:
        return False
    # This one first: what the replica has is at least as new as what was asked for before.
    wanted = _log_position() if whole else state()
    try:
        return _has_replayed(wanted) if whole else state(REPLICA) == wanted
    except OperationalError:
        logger.exception("The replica of REPLICA_URL does not answer: the database itself is asked")
        connections[REPLICA].close()
        _away_until = time.monotonic() + AWAY
        return False


def _log_position():
    """How far the database's log of changes goes."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        return cursor.fetchone()[0]


def _has_replayed(wanted):
    """Whether the replica has come so far, or does so in a moment."""
    until = time.monotonic() + MOST_LATE
    with connections[REPLICA].cursor() as cursor:
        while True:
            cursor.execute("SELECT COALESCE(pg_last_wal_replay_lsn() >= %s::pg_lsn, FALSE)", [wanted])
            if (is_there := cursor.fetchone()[0]) or time.monotonic() > until:
                return is_there
            time.sleep(GLANCE)
