from django.core.management.base import BaseCommand, CommandError

from blog_site import backups


class Command(BaseCommand):
    help = "Writes database and media into one checked file, while the blog goes on."

    def add_arguments(self, parser):
        parser.add_argument("file", help="a path that is free, such as /backups/blog-2026-11-29.zip")
        parser.add_argument("--check", action="store_true", help="only read the backup through that is there")

    def handle(self, *, file, check, **options):
        try:
            contents = backups.check(file) if check else backups.write(file)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file} is whole: the database ({contents.vendor}) and {contents.files} files.")
