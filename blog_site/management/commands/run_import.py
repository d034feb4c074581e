"""`manage.py run_import NUMBER [--dry-run]`: what the administration starts for the files that it was given."""

from django.core.management.base import CommandError

from blog_site.moving import jobs
from blog_site.moving.errors import ImportFailed
from blog_site.moving.models import Import
from blog_site.moving.run import run_import
from posts.management.localised_command import LocalisedCommand

BROKE_OFF = "It broke off; the server's log says why. Nothing of the file at which it was has been written."


class Command(LocalisedCommand):
    help = "Takes in the files that were uploaded for an import in the administration, which starts it by itself."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int)
        parser.add_argument("--dry-run", action="store_true", help="only try them")

    def handle(self, *, number, dry_run, **options):
        source = Import.objects.filter(pk=number).first()
        paths = source and jobs.uploaded_files(source)
        if not paths:
            raise CommandError(f"There are no files on this machine for an import {number}.")
        media = next(iter(jobs.uploaded_files(source, jobs.MEDIA)), None)
        progress = [0.0, ""]

        def tell(place, value):
            progress[place] = value
            jobs.write_progress(source, f"{progress[0]:.3f}\n{progress[1]}")

        names = dict(zip(paths, source.files, strict=False))
        try:
            report = run_import(
                source,
                paths,
                dry_run=dry_run,
                media=media,
                names=names,
                progress=lambda share: tell(0, share),
                tell=lambda message: tell(1, message),
            )
        except ImportFailed as error:
            self._fail(number, str(error))
        except BaseException:
            self._fail(number, BROKE_OFF)
            raise
        else:
            if dry_run:
                Import.objects.filter(pk=number).update(state=Import.State.CHECKED, report=report.as_dict(), error="")
            else:
                jobs.delete_uploads(source)

    def _fail(self, number, error):
        Import.objects.filter(pk=number).update(state=Import.State.FAILED, error=error)
