"""Pictures, taken from a copy of the uploads folder; and the addresses in bodies that mean them."""

import hashlib
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage

from posts.models import Picture

from .terms import plain
from .text import upload_path, without_size

# All imported pictures stand below it, so that a file's name says which upload it was.
FOLDER = "wordpress"
MAX_NAME = Picture._meta.get_field("file").max_length


class Media:
    """`take(attachment)` brings a picture in from `folder`, or finds the one that came in before.

    Without a folder only the latter. Files are no part of a transaction: `discard()` deletes what was written.
    """

    def __init__(self, folder, report):
        self.folder = folder and folder.resolve()
        self.report = report
        self.by_path = {}
        self.by_id = {}
        self.hosts = set()
        self.written = []
        self.made = []

    def take(self, attachment):
        path = upload_path(attachment.attachment_url)
        picture = path and (self._picture(path, attachment) if self.folder else self._known(path))
        if picture:
            self.hosts.add(host(attachment.attachment_url))
            self.by_path[path] = picture
            self.by_id[attachment.id] = picture
        elif not path and self.folder:
            self._refuse(attachment, "its address is not below an uploads folder")

    def find(self, address):
        """The Picture that an address means, at whatever size, or None."""
        path = upload_path(address)
        if not path or host(address) not in {"", *self.hosts}:
            return None
        return self.by_path.get(path) or self.by_path.get(without_size(path))

    def discard(self):
        for name in self.written:
            default_storage.delete(name)

    def _known(self, path):
        # The second is the name of a picture that was uploaded here, in our own export.
        return Picture.objects.filter(file__in=[self._name(path), path]).first()

    def _picture(self, path, attachment):
        found = self._locate(path)
        if not found:
            return self._refuse(attachment, "the file is not in the folder of --media") or self._known(path)
        with found.open("rb") as opened:
            file = File(opened, name=found.name)
            try:
                for validator in Picture._meta.get_field("file").validators:
                    validator(file)
            except ValidationError as error:
                return self._refuse(attachment, " ".join(error.messages))
            picture = self._same(path, file) or Picture(file=self._store(path, file))
        alt = plain(attachment.meta.get("_wp_attachment_image_alt", ""), 500)
        values = {"alt": alt, "decorative": not alt, "caption": plain(attachment.excerpt, 500)}
        if not picture.pk or any(getattr(picture, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(picture, name, value)
            is_new = not picture.pk
            picture.save()
            self.made += [picture] if is_new else []
        return picture

    def _locate(self, path):
        """The file in the folder; never one outside it, links followed."""
        for below in ("", "wp-content/uploads", "uploads", "files", FOLDER):
            file = (self.folder / below / path).resolve()
            if file.is_file() and file.is_relative_to(self.folder):
                return file
        return None

    def _refuse(self, attachment, why):
        path = upload_path(attachment.attachment_url)
        self.report.skip(f"picture {path}" if path else "picture", why, line=attachment.line)

    def _name(self, path, digest=""):
        pure = PurePosixPath(path)
        name = f"{FOLDER}/{pure.with_name(f'{pure.stem}-{digest}{pure.suffix}') if digest else pure}"
        if len(name) > MAX_NAME:
            name = f"{FOLDER}/{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}{pure.suffix}"
        return name

    def _names(self, path, file):
        """Where a file is kept: by its path, or where another blog has a file of that path, with its digest."""
        return self._name(path), self._name(path, _digest(file)[:12])

    def _same(self, path, file):
        for name in self._names(path, file):
            picture = Picture.objects.filter(file=name).first()
            if picture and default_storage.exists(name) and _same_bytes(name, file):
                return picture
        return None

    def _store(self, path, file):
        for name in self._names(path, file):
            if not default_storage.exists(name):
                self.written.append(default_storage.save(name, file))
                return self.written[-1]
            # Left behind by an import that was killed.
            if _same_bytes(name, file):
                return name
        return default_storage.save(name, file)


def host(address):
    """The host of an address without `www.`; empty for a relative one."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return "?"


def _digest(file):
    file.seek(0)
    digest = hashlib.file_digest(file.file, "sha256").hexdigest()
    file.seek(0)
    return digest


def _same_bytes(name, file):
    with default_storage.open(name) as stored:
        return _digest(stored) == _digest(file)
