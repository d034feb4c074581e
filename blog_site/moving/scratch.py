"""Copies of the tables that an import writes, for a dry run to write instead: it locks nothing that others wait for."""

import re
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction

APPS = {"posts", "comments", "blog_site", "django_tasks_database"}
# Written to on the way, and never read: their copies stay empty.
WITHOUT_ROWS = {"django_tasks_database_dbtaskresult"}


@contextmanager
def scratch_tables():
    """Within it, whatever this connection reads and writes is copies of the tables as they are now, which vanish at its
    end with all that was done to them; nobody else sees them, and others go on writing to the real ones.

    They are temporary tables of the same names, columns, constraints and indexes, which both databases find before the
    real ones: what runs on them comes to the same as on those. They have no triggers: the search's index is left out.
    """
    with _reading_transaction():
        make, fill = (_make_on_postgresql, _fill_on_postgresql)
        if connection.vendor == "sqlite":
            make, fill = _make_on_sqlite, _fill_on_sqlite
        with connection.cursor() as cursor:
            for step in (make, fill):
                for table in _tables():
                    step(cursor, table)
        yield
        transaction.set_rollback(True)


def _tables():
    """The names of the tables, each after those that it refers to; accounts too, since SQLite looks for what a copy
    refers to among the copies alone."""
    tables, begun = [], set()

    def add(model):
        if model._meta.db_table in begun:
            return
        begun.add(model._meta.db_table)
        for field in model._meta.local_fields:
            if field.is_relation and field.related_model:
                add(field.related_model._meta.concrete_model)
        tables.append(model._meta.db_table)

    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in APPS and not model._meta.proxy:
            add(model)
    return tables


@contextmanager
def _reading_transaction():
    """A transaction that sees one moment, and that takes SQLite's lock for nothing but what is written to the real
    tables: nothing."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    before = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        before, connection.transaction_mode = connection.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = before


def _make_on_sqlite(cursor, table):
    cursor.execute(
        "SELECT sql FROM main.sqlite_master WHERE tbl_name = %s AND type IN ('table', 'index') AND sql <> ''"
        " ORDER BY type DESC",
        [table],
    )
    # "CREATE TABLE …", and then its indexes, which are named where they are to be: "CREATE UNIQUE INDEX temp.…".
    for (sql,) in cursor.fetchall():
        sql = sql.replace("CREATE TABLE", "CREATE TEMPORARY TABLE", 1)
        cursor.execute(re.sub(r"^(CREATE (?:UNIQUE )?INDEX )", r"\1temp.", sql))


def _fill_on_sqlite(cursor, table):
    if table not in WITHOUT_ROWS:
        cursor.execute(f'INSERT INTO temp."{table}" SELECT * FROM main."{table}"')  # noqa: S608 (a name of ours)


def _make_on_postgresql(cursor, table):
    cursor.execute(f'CREATE TEMPORARY TABLE "scratch_{table}" (LIKE "{table}" INCLUDING ALL) ON COMMIT DROP')
    # What only the desk searches takes longest to copy.
    cursor.execute(
        "SELECT indexrelid::regclass FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " JOIN pg_am ON pg_am.oid = relam WHERE indrelid = %s::regclass AND amname = 'gin'",
        [f"scratch_{table}"],
    )
    for (index,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {index}")


def _fill_on_postgresql(cursor, table):
    if table not in WITHOUT_ROWS:
        cursor.execute(f'INSERT INTO "scratch_{table}" SELECT * FROM "{table}"')  # noqa: S608 (a name of ours)
    # Only under its own name does it stand before the real one.
    cursor.execute(f'ALTER TABLE "scratch_{table}" RENAME TO "{table}"')
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attidentity <> ''", [f"pg_temp.{table}"]
    )
    for (column,) in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('pg_temp.{table}', '{column}'),"  # noqa: S608
            f" (SELECT COALESCE(MAX({column}), 1) FROM pg_temp.{table}))"
        )
