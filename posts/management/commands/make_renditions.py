import os

from django.core.management.base import BaseCommand

from posts.models import Picture
from posts.pictures import work


class Command(BaseCommand):
    help = "Makes the sizes of pictures that readers get, for all pictures that have none yet."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="for all pictures, whatever they have")
        parser.add_argument("--lock", type=int, help="the descriptor of the lock, from whoever started this command")

    def handle(self, *, again, lock, **options):
        # Readers go first.
        os.nice(10)
        if again:
            Picture.objects.update(rendered_at=None)
        done = work.run_alone(lock)
        if done is None:
            self.stdout.write("Another process is at it, and makes these as well.")
        else:
            self.stdout.write(f"pictures: {done} done")
