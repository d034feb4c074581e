from django.core.management.commands import flush

from comments import decision_log


class Command(flush.Command):
    """Empties every table: the one command that empties the log of decisions, with all that it is about."""

    def handle(self, **options):
        with decision_log.unprotected(options["database"]):
            super().handle(**options)
