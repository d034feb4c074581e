"""`manage.py import_wordpress FILE… [--dry-run] [--overwrite] [--media DIR] [--json]`"""

from pathlib import Path

from django.core.management.base import CommandError

from blog_site.models import Import
from blog_site.wordpress.command import ImportCommand


class Command(ImportCommand):
    help = "Takes in WordPress exports (WXR): posts, pages, comments, people, categories, tags; one transaction a file."
    kind = Import.Kind.WORDPRESS
    files_help = "an export from WordPress's Tools, Export; or a zip of several"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--media", type=Path, metavar="DIR", help="a copy of wp-content/uploads, to take the pictures from"
        )

    def handle(self, *, media, **options):
        if media and not media.is_dir():
            raise CommandError(f"{media}: no such folder")
        super().handle(media=media, **options)
