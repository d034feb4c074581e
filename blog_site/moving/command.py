"""What the two import commands share: files, options, progress, and the report."""

import gc
import json
import sys
import time
from pathlib import Path

from django.core.management.base import CommandError

from posts.management.localised_command import LocalisedCommand

from .errors import ImportFailed
from .models import Import
from .run import run_import

SECONDS_BETWEEN_LINES = 5


class ImportCommand(LocalisedCommand):
    kind: Import.Kind
    files_help = ""

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help=self.files_help)
        parser.add_argument("--dry-run", action="store_true", help="say what would come of it; nothing is written")
        parser.add_argument(
            "--overwrite", action="store_true", help="take the file's words even where they were edited here since"
        )
        parser.add_argument("--json", action="store_true", help="the report as one JSON object")

    def handle(self, *, files, dry_run, overwrite, media=None, fetch_media=False, **options):
        # What is there now stays: the collector need not look at it again and again.
        gc.freeze()
        source = Import(
            kind=self.kind,
            state=Import.State.RUNNING,
            files=[path.name for path in files],
            overwrite=overwrite,
            fetch_media=fetch_media,
        )
        try:
            report = run_import(
                source, files, dry_run=dry_run, media=media, progress=self._progress(), tell=self.stderr.write
            )
        except ImportFailed as error:
            raise CommandError(str(error)) from error
        finally:
            gc.unfreeze()
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
            return
        self.stdout.write(report.as_text())
        if dry_run:
            self.stdout.write("\nA dry run: nothing was written.")
        else:
            self.stdout.write(
                f"\nThis was import {source.pk}: its report is kept in the administration, under Imports."
            )

    def _progress(self):
        """Says how far it is on standard error: over itself on a screen; in a log now and then, if it takes long."""
        on_screen, last = sys.stderr.isatty(), time.monotonic()

        def tell(share):
            nonlocal last
            if on_screen:
                self.stderr.write(f"\r{share:4.0%}", ending="\n" if share >= 1 else "")
            elif time.monotonic() - last > SECONDS_BETWEEN_LINES:
                last = time.monotonic()
                self.stderr.write(f"{share:.0%}")

        return tell
