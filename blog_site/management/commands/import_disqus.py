"""`manage.py import_disqus FILE… [--dry-run] [--json]`"""

import json
from pathlib import Path

from django.core.management.base import BaseCommand

from blog_site.disqus.importer import take_in
from blog_site.wordpress.report import Report
from blog_site.wordpress.trying import tried


class Command(BaseCommand):
    help = "Takes in Disqus exports: the comments of the posts that are here; one transaction a file."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="an export from Disqus, unpacked")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, say what came of it, and undo it")
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *, files, dry_run, **options):
        report = Report()
        for path in files:
            source = f"{path}, " if len(files) > 1 else ""
            report.add(tried(path, take_in, path, dry_run=dry_run), source=source)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
            return
        self.stdout.write(report.as_text())
        if dry_run:
            self.stdout.write("\nA dry run: nothing was written.")
