"""Search in comments for moderators: any part of a name, an address, a website, an IP address or a text.

The database keeps the index itself, so that nothing that is written can miss it: on PostgreSQL trigrams,
and full text for words too short for those; on SQLite FTS5 with trigrams. Where a database can't have it
(no right to create the extension, an old SQLite), the same rows are found, only more slowly.
"""

import logging

from django.db import DatabaseError, connections, transaction
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from comments.scripts import main_script
from posts.steps import Steps

logger = logging.getLogger(__name__)

TABLE = "comments_comment"
INDEX = "comments_search"
COLUMNS = ("name", "email", "url", "ip_address", "body")
TRIGRAM = 3  # characters: a shorter word has none
MOST_WORDS = 10
SQLITE_MATCH = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s"  # noqa: S608
COMMON = 5000
PAGES = 200  # of SQLite's index that are put together in one step
# Scripts in which full text takes a whole sentence for one word.
WITHOUT_SPACES = {"Han and Kana", "Thai", "Khmer"}
# PostgreSQL's own index has a limit of 1 MB; a comment of ours has 20,000 characters, an imported one may have more.
DOCUMENT = (
    f"({TABLE}.name || ' ' || {TABLE}.email || ' ' || {TABLE}.url || ' ' || "
    f"COALESCE(HOST({TABLE}.ip_address), '') || ' ' || LEFT({TABLE}.body, 50000))"
)
WORDS = f"to_tsvector('simple', {DOCUMENT})"


def matching(comments, text):
    """Those of the queryset `comments` in which every word of `text` occurs, as a part of a word at least."""
    for word in text.replace("\x00", " ").split()[:MOST_WORDS]:
        comments = _with_word(comments, word)
    return comments


def _with_word(comments, word):
    connection = connections[comments.db]
    if connection.vendor == "postgresql":
        if len(word) >= TRIGRAM:
            pattern = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
            return comments.filter(RawSQL(f"{DOCUMENT} ILIKE %s", [f"%{pattern}%"], BooleanField()))  # noqa: S611
        if word.isalnum() and main_script(word) not in WITHOUT_SPACES:
            return comments.filter(RawSQL(f"{WORDS} @@ to_tsquery('simple', %s)", [f"{word}:*"], BooleanField()))  # noqa: S611
    elif (
        len(word) >= TRIGRAM and _has_sqlite_index(connection) and not (word.isascii() and _is_common(connection, word))
    ):
        return comments.filter(pk__in=RawSQL(SQLITE_MATCH, [_phrase(word)]))  # noqa: S611
    return comments.filter(Q(*((f"{column}__icontains", word) for column in COLUMNS), _connector=Q.OR))


def _phrase(word):
    return '"' + word.replace('"', '""') + '"'


def _is_common(connection, word):
    """Whether so many comments have the word that a page is full before the index has told of them all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({SQLITE_MATCH} LIMIT {COMMON})", [_phrase(word)])  # noqa: S608
        return cursor.fetchone()[0] == COMMON


def ensure_index(*, using, **_signal):
    """Makes what is missing of the index, after every migration: SQLite drops triggers when it alters a table."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    makes = [_make_words_index, _make_parts_index] if connection.vendor == "postgresql" else [_make_sqlite_index]
    for make in makes:
        try:
            with transaction.atomic(using=using), connection.cursor() as cursor:
                make(cursor)
        except DatabaseError as error:
            logger.warning("Without this index searching comments works, but slowly: %s", error)


def forget_deleted(*, using):
    """SQLite's indexes only mark what is deleted, until their pieces are put together: this does it, in short steps,
    as FTS5's documentation says: the first marks the pieces, and it is done when nothing changes any more."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE % USING fts5%'")
        names, steps = [name for (name,) in cursor.fetchall()], Steps()
        for name in names:
            pages, before, after = -PAGES, 0, 2
            while after - before >= 2:
                with steps.step():
                    before = _total_changes(cursor)
                    cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', %s)", [pages])  # noqa: S608
                    after = _total_changes(cursor)
                pages = PAGES


def _total_changes(cursor):
    cursor.execute("SELECT total_changes()")
    return cursor.fetchone()[0]


def _make_words_index(cursor):
    cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX}_words ON {TABLE} USING gin ({WORDS})")


def _make_parts_index(cursor):
    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    cursor.execute(f"CREATE INDEX IF NOT EXISTS {INDEX}_parts ON {TABLE} USING gin ({DOCUMENT} gin_trgm_ops)")


def _make_sqlite_index(cursor):
    cursor.execute(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s AND name LIKE %s",
        [TABLE, f"{INDEX}%"],
    )
    if cursor.fetchone()[0] == 3:
        return
    columns = ", ".join(COLUMNS)
    cursor.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5({columns}, "
        f"content='{TABLE}', content_rowid='id', tokenize='trigram')"
    )
    new, old = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
    # All names are ours, from the head of this file.
    add = f"INSERT INTO {INDEX} (rowid, {columns}) VALUES (new.id, {new});"  # noqa: S608
    remove = f"INSERT INTO {INDEX} ({INDEX}, rowid, {columns}) VALUES ('delete', old.id, {old});"  # noqa: S608
    for name, when, act in (
        ("added", "INSERT", add),
        ("removed", "DELETE", remove),
        ("changed", f"UPDATE OF {columns}", remove + add),
    ):
        cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {INDEX}_{name} AFTER {when} ON {TABLE} BEGIN {act} END")
    cursor.execute(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')")  # noqa: S608


def _has_sqlite_index(connection):
    return INDEX in connection.introspection.table_names()
