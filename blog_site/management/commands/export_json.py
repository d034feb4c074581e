"""`manage.py export_json [FILE]`"""

from pathlib import Path

from django.core.management.base import CommandError

from blog_site.moving import atomic_write, json_export
from blog_site.replica import reading
from posts.management.localised_command import LocalisedCommand


class Command(LocalisedCommand):
    help = "Writes the whole blog as JSON, every comment with its decisions, to FILE or to standard output."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", metavar="FILE", type=Path)

    @reading(whole=True)
    def handle(self, *, file, **options):
        try:
            if file:
                atomic_write.write(file, json_export.pieces())
            else:
                for piece in json_export.pieces():
                    self.stdout.write(piece, ending="")
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror or error}. Nothing was written.") from error
