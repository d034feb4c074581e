"""PostgreSQL's side of a backup: its own programs, `pg_dump` and `psql`, which have to be installed."""

import os
import shutil
import subprocess
from pathlib import Path

from django.db import connection

# What stands at the end of every whole dump in plain SQL.
LAST_LINE = b"-- PostgreSQL database dump complete"
# The dump drops what it brings. A table that came after it would keep others from being dropped.
DROP_TABLES = b"""
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', name);
  END LOOP;
END $$;
"""


def dump(folder):
    """Writes the database into `folder`, as it is at one moment; returns (name in the backup, path)."""
    target = Path(folder, "database.sql")
    with open(target, "wb") as file:
        _run("pg_dump", "--no-owner", "--no-privileges", "--clean", "--if-exists", stdout=file)
    return target.name, target


def problem(path):
    """What is wrong with the dump in that file; empty if nothing is."""
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        return "" if LAST_LINE in file.read() else "the dump was cut off"


def load(path):
    """Puts the dump in the place of what the database has, all of it or nothing."""
    connection.close()
    whole = path.with_name("whole.sql")
    with open(path, "rb") as dumped, open(whole, "wb") as file:
        file.write(DROP_TABLES)
        shutil.copyfileobj(dumped, file)
    _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file", str(whole))


def _run(program, *arguments, stdout=subprocess.DEVNULL):
    from . import BackupError

    if not shutil.which(program):
        raise BackupError(f"There is no {program} here (Debian, Ubuntu: apt install postgresql-client)")
    database = connection.settings_dict
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    # Not as arguments, which everybody on the machine can read.
    env = os.environ | {name: str(database[key]) for name, key in given.items() if database.get(key)}
    done = subprocess.run([program, *arguments], env=env, stdout=stdout, stderr=subprocess.PIPE)  # noqa: S603 (its own)
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.decode('utf-8', 'replace').strip()}")
