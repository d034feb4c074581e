"""One import or undo at a time: none could take back what two did at once."""

import fcntl
import time
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import Error, connection

from .jobs import StillRunning

LOCK = "lock"  # the file below IMPORTS_ROOT, where the database is SQLite's
ADVISORY_LOCK = 7_203_115  # any number: PostgreSQL's lock
# Looked for and not tried: a page that tried would for a moment keep out whoever begins.
IS_HELD = """
    SELECT EXISTS (
        SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
        WHERE locktype = 'advisory' AND granted AND datname = current_database()
        AND (classid, objid, objsubid) = (0, %s, 1)
    )"""
INTERVAL = 0.5  # seconds between two looks at whether the other has ended


@contextmanager
def one_at_a_time(*, wait=False, tell=lambda message: None):
    """Within it no other process imports or undoes; the lock goes with the process that has it, however that ends.

    Raises StillRunning where another does, or, with `wait`, lets it end; `tell(message)` hears of that.
    """
    lock = _postgresql_lock if connection.vendor == "postgresql" else _file_lock
    with lock() as try_to_lock:
        if not try_to_lock():
            if not wait:
                raise StillRunning
            tell("Another import or undo is under way: this one begins when that has ended.")
            while not try_to_lock():
                time.sleep(INTERVAL)
        yield


def is_anybody_at_work():
    """True while another process imports or undoes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(IS_HELD, [ADVISORY_LOCK])
            return cursor.fetchone()[0]
    try:
        with one_at_a_time():
            return False
    except StillRunning:
        return True


@contextmanager
def _postgresql_lock():
    """The lock of a transaction that does nothing else, on a connection of its own: behind pgbouncer, a session's lock
    would stay with whoever gets its connection next."""
    held = connection.copy()
    # Nothing is said on it as long as the work takes: a firewall on the way is to know that it is in use.
    held.settings_dict["OPTIONS"] = {**held.settings_dict["OPTIONS"], "keepalives_idle": 60}

    def try_to_lock():
        with held.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
            return cursor.fetchone()[0]

    try:
        held.set_autocommit(False)
        yield try_to_lock
    finally:
        # Before it is closed: the server takes a moment to see that, in which others would find the lock taken.
        with suppress(Error):
            held.rollback()
        held.close()


@contextmanager
def _file_lock():
    settings.IMPORTS_ROOT.mkdir(parents=True, exist_ok=True)
    with (settings.IMPORTS_ROOT / LOCK).open("w") as file:

        def try_to_lock():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield try_to_lock
