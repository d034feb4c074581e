from django.core.management.base import BaseCommand
from django.db import transaction

from posts import counts
from posts.models.public import public_changed


class Command(BaseCommand):
    help = (
        "Counts the posts of each category, tag, author and year, and has all pages made anew: for changes past the "
        "blog. The worker sees all others."
    )

    def handle(self, **options):
        with transaction.atomic():
            public_changed()
        counts.store()
        self.stdout.write("Counted.")
