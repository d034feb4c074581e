import time

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import OperationalError, connections

from blog_site import earlier_migrations

# Seconds that a migration waits for a table which others use: whoever comes after it waits as long. Then it lets them
# all pass, and tries again, so often.
LOCK_TIMEOUT, PAUSE, TRIES = 2, 3, 40
LOCK_NOT_AVAILABLE = "55P03"


class Command(MigrateCommand):
    """Django's own. A database that stopped in the middle of the migrations before 0.1.0 gets the rest of these first;
    see `blog_site/earlier_migrations/`. On PostgreSQL no reader waits for a migration that waits for a table."""

    def handle(self, *arguments, **options):
        connection = connections[options["database"]]
        if connection.vendor != "postgresql" or connection.in_atomic_block:
            return self._migrate(connection, *arguments, **options)
        for _try in range(TRIES):
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}s'")
            try:
                result = self._migrate(connection, *arguments, **options)
                break
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", None) != LOCK_NOT_AVAILABLE:
                    raise
                # What was applied stays, each migration being a transaction.
                self.stderr.write("A table is in use; the next try is in a moment.")
                time.sleep(PAUSE)
        else:
            raise CommandError(
                f"A table has been in use for {TRIES * (LOCK_TIMEOUT + PAUSE)} seconds: try again later."
            )
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        return result

    def _migrate(self, connection, *arguments, **options):
        if options["plan"] or options["check_unapplied"]:
            if not earlier_migrations.are_unfinished(connection):
                return super().handle(*arguments, **options)
            with earlier_migrations.in_force():
                return super().handle(*arguments, **options)
        if earlier_migrations.are_unfinished(connection):
            with earlier_migrations.in_force():
                super().handle(*arguments, **options | {"app_label": None, "migration_name": None})
        earlier_migrations.adopt(connection)
        return super().handle(*arguments, **options)
