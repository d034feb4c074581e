"""`manage.py import_wordpress FILE… [--dry-run] [--media DIR] [--json]`"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from blog_site.wordpress import importer, survey
from blog_site.wordpress.report import Report
from blog_site.wordpress.trying import tried


class Command(BaseCommand):
    help = "Takes in WordPress exports (WXR): posts, pages, comments, people, categories, tags; one transaction a file."

    def add_arguments(self, parser):
        parser.add_argument(
            "files", nargs="+", metavar="FILE", type=Path, help="an export from WordPress's Tools, Export"
        )
        parser.add_argument("--dry-run", action="store_true", help="do all of it, say what came of it, and undo it")
        parser.add_argument(
            "--media", type=Path, metavar="DIR", help="a copy of wp-content/uploads, to take the pictures from"
        )
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *, files, dry_run, media, **options):
        if media and not media.is_dir():
            raise CommandError(f"{media}: no such folder")
        # All files are read before the first is written: a broken one stops the others too.
        surveys = [tried(path, survey.survey, path) for path in files]
        report = Report()
        for path, found in zip(files, surveys, strict=True):
            source = f"{path}, " if len(files) > 1 else ""
            report.add(tried(path, importer.write, found, media=media, dry_run=dry_run), source=source)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
            return
        self.stdout.write(report.as_text())
        if dry_run:
            self.stdout.write("\nA dry run: nothing was written.")
