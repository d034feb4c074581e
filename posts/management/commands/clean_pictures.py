from django.core.exceptions import ValidationError

from posts.management.localised_command import LocalisedCommand
from posts.models import Picture


class Command(LocalisedCommand):
    help = (
        "Takes the metadata, such as the place where they were taken, out of the files of all pictures. What was "
        "uploaded since version 0.1.0 has none; for pictures from before, once."
    )

    def handle(self, **options):
        changed = 0
        # Read as a whole first: SQLite lets nobody write who is still reading what others have changed since.
        for picture in list(Picture.objects.order_by("pk")):
            try:
                changed += picture.clean_file()
            except (OSError, ValidationError) as error:
                self.stderr.write(f"{picture.file.name}: {' '.join(getattr(error, 'messages', [str(error)]))}")
        self.stdout.write(f"pictures: {changed} changed")
