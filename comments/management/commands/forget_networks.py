from django.core.management.base import BaseCommand

from comments.retention import KEPT, forget_networks


class Command(BaseCommand):
    help = f"Empties IP addresses and user agents of comments older than {KEPT.days} days, as the worker does hourly."

    def handle(self, **options):
        self.stdout.write(f"comments: {forget_networks()} done")
