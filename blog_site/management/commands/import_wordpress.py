"""`manage.py import_wordpress FILE… [--dry-run] [--overwrite] [--media DIR] [--fetch-media] [--json]`"""

from pathlib import Path

from blog_site.moving.command import ImportCommand
from blog_site.moving.models import Import


class Command(ImportCommand):
    help = "Takes in WordPress exports (WXR): posts, pages, comments, people, categories, tags; one transaction a file."
    kind = Import.Kind.WORDPRESS
    files_help = "an export from WordPress's Tools, Export; or a zip of several"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--media",
            type=Path,
            metavar="DIR",
            help="a copy of wp-content/uploads, to take pictures and other files from: a folder, a tar or a zip",
        )
        parser.add_argument(
            "--fetch-media",
            action="store_true",
            help="download what the export names and --media has not, from the public internet alone; begun again, it"
            " asks only for what is missing; with --dry-run it asks for nothing, and says how many files it would",
        )
