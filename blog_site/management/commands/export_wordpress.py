"""`manage.py export_wordpress [FILE] [--media ZIP] [--spam] [--without-waiting]`"""

from pathlib import Path

from django.core.management.base import CommandError

from blog_site.moving import atomic_write
from blog_site.moving.files.archive_out import write_archive
from blog_site.moving.files.names_out import Names
from blog_site.moving.wordpress.export import export
from blog_site.replica import reading
from posts.management.localised_command import LocalisedCommand


class Command(LocalisedCommand):
    help = "Writes the whole blog as a WordPress export (WXR 1.2), to FILE or to standard output. Spam is left out."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", metavar="FILE", type=Path)
        parser.add_argument(
            "--media", type=Path, metavar="ZIP", help="write pictures and other files, as below uploads/, too"
        )
        parser.add_argument("--spam", action="store_true", help="with the comments marked as spam")
        parser.add_argument("--without-waiting", action="store_true", help="without the comments that wait")

    @reading(whole=True)
    def handle(self, *, file, media, spam, without_waiting, **options):
        pieces = export(waiting=not without_waiting, spam=spam)
        try:
            if file:
                atomic_write.write(file, pieces)
            else:
                for piece in pieces:
                    self.stdout.write(piece, ending="")
            if media:
                write_archive(media, name_of=Names().of, missing=self._tell_of_missing)
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror or error}. Nothing was written.") from error

    def _tell_of_missing(self, name):
        self.stderr.write(f"{name}: the file is missing")
