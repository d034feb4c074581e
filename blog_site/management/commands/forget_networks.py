from django.core.management.base import BaseCommand

from blog_site.accounts.events import forget_old
from comments.retention import KEPT, forget_networks


class Command(BaseCommand):
    help = (
        f"Empties IP addresses and user agents of comments older than {KEPT.days} days, and deletes account events of "
        "that age, as the worker does hourly."
    )

    def handle(self, **options):
        self.stdout.write(f"comments: {forget_networks()} done")
        self.stdout.write(f"account events: {forget_old()} done")
