"""`manage.py export_json [FILE]`"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog_site import takeout, whole_files


class Command(BaseCommand):
    help = "Writes the whole blog as JSON, every comment with its decisions, to FILE or to standard output."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", metavar="FILE", type=Path)

    def handle(self, *, file, **options):
        try:
            if file:
                whole_files.write(file, takeout.pieces())
            else:
                for piece in takeout.pieces():
                    self.stdout.write(piece, ending="")
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror or error}. Nothing was written.") from error
