import os

from posts.management.localised_command import LocalisedCommand
from posts.models import Picture
from posts.pictures import work


class Command(LocalisedCommand):
    help = "Makes the sizes of pictures that readers get, for all pictures that have none yet."

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="for all pictures, whatever they have")
        parser.add_argument("--picture", type=int, help="for the picture of this number alone, as the worker wants it")

    def run_from_argv(self, argv):
        # Readers go first. Only in a process of its own: what calls the command goes on at its own pace.
        os.nice(10)
        super().run_from_argv(argv)

    def handle(self, *, again, picture, **options):
        if again:
            Picture.objects.update(rendered_at=None)
        if picture:
            for waiting in Picture.objects.waiting().filter(pk=picture):
                work.render(waiting)
            return
        done = work.run_alone()
        if done is None:
            self.stdout.write("Another process is at it, and makes these as well.")
        else:
            self.stdout.write(f"pictures: {done} done")
