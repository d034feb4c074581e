"""`manage.py undo_import NUMBER [--dry-run]`"""

from django.core.management.base import CommandError

from blog_site.moving.models import Import
from blog_site.moving.undo import undo
from blog_site.moving.undo_plan import first_to_undo, plan
from posts.management.localised_command import LocalisedCommand


class Command(LocalisedCommand):
    help = "Takes an import back: what it brought goes, what it changed is as it was; what was touched since stays."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, help="as the import's report said, and the administration shows")
        parser.add_argument("--dry-run", action="store_true", help="say what would go and what would stay")

    def handle(self, *, number, dry_run, **options):
        source = Import.objects.filter(pk=number).first()
        if not source or not source.can_be_undone:
            raise CommandError(f"Import {number} does not exist, or it was not imported or is already undone.")
        if newer := first_to_undo(source):
            raise CommandError(f"Import {newer.pk} changed what this one added. Undo that one first.")
        report = plan(source) if dry_run else undo(source, wait=True)
        would_be = "would be " if dry_run else ""
        self.stdout.write(f"{len(report.posts):>8} posts and pages {would_be}removed")
        self.stdout.write(f"{len(report.comments):>8} comments {would_be}removed")
        self.stdout.write(f"{len(report.restored):>8} changes {would_be}undone")
        for what, why in report.kept:
            self.stdout.write(f"  “{what}” is kept. {why}")
        if dry_run:
            self.stdout.write("\nA dry run: nothing was changed.")
