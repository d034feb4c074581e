"""Under which names the blog's files go out, so that each keeps the path that it had where it came from."""

from pathlib import PurePosixPath
from urllib.parse import quote

from django.conf import settings

from posts.models import Attachment, Picture

from .existing import FOLDER


class Names:
    """`of(name)`: the path below WordPress's uploads folder for a stored file; no two have the same."""

    def __init__(self):
        self.names = {}
        taken = set()
        for row in Attachment.objects.order_by("pk").select_related("picture").iterator():
            if row.path not in taken:
                taken.add(row.path)
                self.names.setdefault(row.stored.name, row.path)
        for name in Picture.objects.order_by("pk").values_list("file", flat=True).iterator():
            if name not in self.names and _without_folder(name) in taken:
                self.names[name] = _free(name, taken)
                taken.add(self.names[name])

    def of(self, name):
        return self.names.get(name) or _without_folder(name)

    def address(self, name):
        """Where WordPress would have the file; our own site leads from there to it."""
        return f"{settings.SITE_URL}/wp-content/uploads/{quote(self.of(name))}"


def stored_files():
    """Yields the name of every picture and every other file that is stored here."""
    yield from Picture.objects.order_by("pk").values_list("file", flat=True).iterator()
    yield from Attachment.objects.filter(picture=None).order_by("pk").values_list("file", flat=True).iterator()


def _without_folder(name):
    path = PurePosixPath(name)
    return str(path.relative_to(FOLDER) if path.is_relative_to(FOLDER) else path)


def _free(name, taken):
    """`name`, or the first of `a-2.png`, `a-3.png`, … that is not taken."""
    path, number, free = PurePosixPath(name), 1, name
    while free in taken:
        number += 1
        free = str(path.with_name(f"{path.stem}-{number}{path.suffix}"))
    return free
