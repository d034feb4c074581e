"""How the database goes about a page's statements."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def plans_of(act, table):
    """The plans of all that `act()` asks of `table`, as the database would go about it if there were many rows."""
    with CaptureQueriesContext(connection) as asked:
        act()
    statements = [query["sql"] for query in asked.captured_queries if f'FROM "{table}"' in query["sql"]]
    return [plan_of(sql) for sql in statements]


def plan_of(sql):
    """The plan of one statement, a step a line."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            return _explain(cursor, f"EXPLAIN {sql}", 0)
        return _explain(cursor, f"EXPLAIN QUERY PLAN {sql}", 3)


def _explain(cursor, sql, column):
    cursor.execute(sql)
    return "\n".join(row[column] for row in cursor.fetchall())
