"""SQLite's side of a backup: its own online copy, which is whole while others write."""

import contextlib
import fcntl
import sqlite3
import time
from pathlib import Path

from django.db import connection
from django.utils import timezone

TIMEOUT = 60  # seconds that a copy waits for writers
SUFFIXES = ("", "-wal", "-shm")
ENDING = 15  # seconds that processes of a blog that was stopped or killed may take to be gone
# The byte of the `-shm` file that everybody who has the database open holds a lock on: "the locking rules" in SQLite's
# os_unix.c, UNIX_SHM_DMS.
IN_USE = 128


def dump(folder):
    """Copies the database into `folder`; returns (name in the backup, path)."""
    target = Path(folder, "database.sqlite3")
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
    return target.name, target


def problem(path):
    """What is wrong with the database in that file; empty if nothing is."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as database:
            answer = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            return "" if answer == "ok" else answer
    except sqlite3.DatabaseError as error:
        return str(error)


def refuse_while_running():
    """Raises `BackupError` where the blog's database is broken and still in use.

    `load()` would move it aside, and a blog that is running would go on writing into it: those words would be lost.
    """
    from . import BackupError

    connection.close()
    target = Path(connection.settings_dict["NAME"])
    if (not target.exists() or problem(target)) and _is_in_use(target):
        raise BackupError("The database is broken, and the blog is still running: stop the blog, then restore again")


def load(path):
    """Puts the database in that file in the place of the blog's.

    One that can still be opened is overwritten page by page under its own locks, so that nothing of its log is left to
    be replayed over the new one. One that can't is moved aside, log and all: whoever looks into the crash finds it.
    """
    connection.close()
    target = Path(connection.settings_dict["NAME"])
    if target.exists() and problem(target):
        mark = f"{timezone.now():%Y%m%d-%H%M%S}"
        for suffix in SUFFIXES:
            old = target.with_name(target.name + suffix)
            if old.exists():
                old.rename(old.with_name(f"{old.name}.broken-{mark}"))
    elif not target.exists():
        # A log without its database would be replayed over the restored one.
        for suffix in SUFFIXES[1:]:
            target.with_name(target.name + suffix).unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(target, timeout=TIMEOUT)) as database,
    ):
        database.execute("PRAGMA synchronous=FULL")
        source.backup(database)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_in_use(target):
    """Whether any process has the database open, for longer than one takes to end."""
    shared = target.with_name(f"{target.name}-shm")
    until = time.monotonic() + ENDING
    while shared.exists():
        with open(shared, "r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, IN_USE)
            except OSError:
                if time.monotonic() > until:
                    return True
            else:
                return False
        time.sleep(0.2)
    return False
