from django.core.management.base import BaseCommand

from posts import counts


class Command(BaseCommand):
    help = (
        "Counts the posts of each category, tag and author anew: for changes past the blog. The worker sees all others."
    )

    def handle(self, **options):
        counts.store(anew=True)
        self.stdout.write("Counted.")
