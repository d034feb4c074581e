"""`manage.py run_export NUMBER`: what the administration starts for an export that somebody asked for."""

from django.core.management.base import CommandError

from blog_site.models import Export
from blog_site.moving import exporting
from posts.management.localised_command import LocalisedCommand


class Command(LocalisedCommand):
    help = "Makes the files of an export that was asked for in the administration, which starts it by itself."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int)

    def handle(self, *, number, **options):
        export = Export.objects.filter(pk=number, state=Export.State.WAITING).first()
        if not export:
            raise CommandError(f"No export {number} waits to be made.")
        exporting.make(export)
