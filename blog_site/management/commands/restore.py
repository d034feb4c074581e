from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from blog_site import backups


class Command(BaseCommand):
    help = "Puts a backup in the place of the database and adds its files to the media; the backup is checked first."
    # The database may be what has to be restored.
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--yes", action="store_true", help="don't ask")

    def handle(self, *, file, yes, **options):
        try:
            if not yes:
                contents = backups.check(file)
                self.stdout.write(
                    f"{file} is whole, of {contents.made_at}: the database ({contents.vendor}) and {contents.files} "
                    "files. It takes the place of everything that is here now."
                )
                if input("Go on? [y/N] ").strip().lower() not in {"y", "yes"}:
                    raise CommandError("Nothing was changed.")
            contents = backups.restore(file)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)
        self.stdout.write(f"Restored: the database and {contents.files} files, as they were at {contents.made_at}.")
