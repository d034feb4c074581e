"""How long a page waits for the database: the web server's processes alone keep to it, commands take what they need."""

import select
import time

from django.db import connection

SECONDS = 15  # for one statement, and for connecting


def limit_database_waits(seconds=SECONDS):
    """Has every statement on PostgreSQL that is not answered in `seconds` end as `OperationalError`.

    A `statement_timeout` is kept by the server, so it is of no use when the server itself stands still.
    SQLite has a time-out of its own (see the settings).
    """
    if connection.vendor != "postgresql":
        # Loaded for nothing, it would take 5 MB of each process.
        return
    import psycopg2
    from psycopg2 import extensions

    def wait(connection):
        poll, until = select.poll(), time.monotonic() + seconds
        while (state := connection.poll()) != extensions.POLL_OK:
            event = select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
            poll.register(connection.fileno(), event)
            ready = poll.poll(max(0, until - time.monotonic()) * 1000)
            poll.unregister(connection.fileno())
            if not ready:
                raise psycopg2.OperationalError(f"the database has not answered for {seconds} seconds")

    extensions.set_wait_callback(wait)


def wait_as_long_as_it_takes():
    """Has statements on PostgreSQL take what they need again: in a process that was forked from a web server's."""
    if connection.vendor == "postgresql":
        from psycopg2 import extensions

        extensions.set_wait_callback(None)
