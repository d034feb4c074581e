"""The database itself keeps the log of decisions as it was written, whoever asks it to do otherwise.

Triggers refuse to change or delete a row of `comments_decision`, with two exceptions: of a comment that is deleted for
ever the log forgets what it says of the text, and of comments that are gone, since the import that brought them was
undone, it goes too. They are made after each migration and dropped before: SQLite drops a table's triggers when Django
alters it, and can't alter one that another's trigger reads.
"""

# All names in the statements of this module are ours.
# ruff: noqa: S608

from contextlib import contextmanager

from django.db import connections, transaction

TABLE = "comments_decision"
COMMENTS = "comments_comment"
FORGOTTEN = "—"  # stands where an edit's earlier text was
NAMES = ("decision_is_changed", "decision_is_deleted", "decision_is_replaced", "decisions_are_emptied")
# What may change, in a row of an erased comment; all else stays.
_TEXTS = {"findings", "body_before", "asked_text"}
_CHANGED, _DELETED = "A decision is never changed.", "The log of decisions is never shortened."
_IS_ERASED = f"EXISTS (SELECT 1 FROM {COMMENTS} WHERE id = old.comment_id AND status = 'erased')"
_IS_THERE = f"EXISTS (SELECT 1 FROM {COMMENTS} WHERE id = old.comment_id)"


def protect(*, using="default", **_signal):
    """Makes the triggers anew, where the tables are there."""
    connection = connections[using]
    columns = _columns(connection)
    if not columns:
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _drop(connection, cursor)
        for statement in _on_postgresql(columns) if connection.vendor == "postgresql" else _on_sqlite(columns):
            cursor.execute(statement)


def unprotect(*, using="default", **_signal):
    connection = connections[using]
    if not _columns(connection):
        return
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        # What is to be checked at the end of the transaction is checked now, or the table could not be altered.
        connection.check_constraints()
    with transaction.atomic(using=using), connection.cursor() as cursor:
        _drop(connection, cursor)


@contextmanager
def unprotected(using="default"):
    """Within it the log can be changed by SQL: for the command that empties the whole database."""
    unprotect(using=using)
    try:
        yield
    finally:
        protect(using=using)


def _columns(connection):
    with connection.cursor() as cursor:
        if not {TABLE, COMMENTS} <= set(connection.introspection.table_names(cursor)):
            return []
        # In an order of their own: the triggers are the same, whatever the columns' order in the table.
        return sorted(column.name for column in connection.introspection.get_table_description(cursor, TABLE))


def _drop(connection, cursor):
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    for name in NAMES:
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def _forgets(columns):
    """The condition that a row has lost what it said of the text, and nothing of a text that it had not."""
    texts = [column for column in columns if column in _TEXTS - {"findings"}]
    return " AND ".join(
        [
            "new.findings = '[]'",
            *(f"(new.{text} = old.{text} OR (old.{text} <> '' AND new.{text} = '{FORGOTTEN}'))" for text in texts),
        ]
    )


def _on_sqlite(columns):
    changed, deleted, replaced, _emptied = NAMES
    same = " AND ".join(f'old."{column}" IS new."{column}"' for column in columns if column not in _TEXTS)
    yield (
        f"CREATE TRIGGER {changed} BEFORE UPDATE ON {TABLE} WHEN NOT ({same} AND {_forgets(columns)} AND {_IS_ERASED}) "
        f"BEGIN SELECT RAISE(ABORT, '{_CHANGED}'); END"
    )
    yield (
        f"CREATE TRIGGER {deleted} BEFORE DELETE ON {TABLE} WHEN {_IS_THERE} "
        f"BEGIN SELECT RAISE(ABORT, '{_DELETED}'); END"
    )
    # `INSERT OR REPLACE` deletes without asking the trigger above.
    yield (
        f"CREATE TRIGGER {replaced} BEFORE INSERT ON {TABLE} "
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = new.id) "
        f"BEGIN SELECT RAISE(ABORT, '{_CHANGED}'); END"
    )


def _on_postgresql(columns):
    changed, deleted, _replaced, emptied = NAMES
    same = [", ".join(f'{row}."{column}"' for column in columns if column not in _TEXTS) for row in ("old", "new")]
    yield f"""
        CREATE OR REPLACE FUNCTION {TABLE}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF ({same[0]}) IS NOT DISTINCT FROM ({same[1]}) AND {_forgets(columns)} AND {_IS_ERASED} THEN
                    RETURN new;
                END IF;
                RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = '{_CHANGED}';
            ELSIF TG_OP = 'DELETE' AND NOT {_IS_THERE} THEN
                RETURN old;
            END IF;
            RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = '{_DELETED}';
        END $$
    """
    stays = f"EXECUTE FUNCTION {TABLE}_stays()"
    yield f"CREATE TRIGGER {changed} BEFORE UPDATE ON {TABLE} FOR EACH ROW {stays}"
    yield f"CREATE TRIGGER {deleted} BEFORE DELETE ON {TABLE} FOR EACH ROW {stays}"
    yield f"CREATE TRIGGER {emptied} BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT {stays}"
