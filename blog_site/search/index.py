"""The index that the database keeps itself, so that no way of writing can miss it; made after each migration."""

import logging

from django.db import DatabaseError, connections, transaction

from . import plain, postgresql, sqlite
from .sources import SOURCES

logger = logging.getLogger(__name__)


def of(connection):
    """The module that knows the index in this kind of database."""
    return postgresql if connection.vendor == "postgresql" else sqlite


def asked_by(cursor):
    """The module to ask: that of the index if it could be made, or the one that does without."""
    engine = of(cursor.db)
    cursor.execute(engine.IS_THERE)
    return engine if cursor.fetchone()[0] else plain


def ensure_index(*, using, **_signal):
    """Makes the index if it is missing or has another shape: SQLite drops triggers when it alters a table."""
    connection = connections[using]
    if not all(_has_columns(connection, source) for source in SOURCES):
        return
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            of(connection).make(cursor)
    except DatabaseError as error:
        logger.warning("Without its index the search reads every text: %s", error)


def _has_columns(connection, source):
    with connection.cursor() as cursor:
        if source.table not in connection.introspection.table_names(cursor):
            return False
        description = connection.introspection.get_table_description(cursor, source.table)
    return {"id", "status", *source.columns.values()} <= {column.name for column in description}
