from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections

from blog_site import earlier_migrations


class Command(MigrateCommand):
    """Django's own. A database that stopped in the middle of the migrations before 0.1.0 gets the rest of these first;
    see `blog_site/earlier_migrations/`."""

    def handle(self, *arguments, **options):
        connection = connections[options["database"]]
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
