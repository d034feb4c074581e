from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections

from blog_site import earlier_migrations


class Command(MigrateCommand):
    """Django's own. Of the migrations before 0.1.0 a database must have had all or none; see
    `blog_site/earlier_migrations.py`."""

    def handle(self, *arguments, **options):
        if problem := earlier_migrations.problem(connections[options["database"]]):
            raise CommandError(problem)
        if not (options["plan"] or options["check_unapplied"]):
            earlier_migrations.adopt(connections[options["database"]])
        return super().handle(*arguments, **options)
