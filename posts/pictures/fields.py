import hashlib
from pathlib import PurePath

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify

from .checking import SUFFIXES, validate_picture
from .cleaning import cleaned

MAX_STEM = 40  # characters of the name that a file came with


class PictureFile(FieldFile):
    def save(self, name, content, save=True):
        """Stores the file without its metadata, under a name that has its digest: another content, another name."""
        content = cleaned(content)
        super().save(addressed(name, content.read()), content, save=save)

    save.alters_data = True


class PictureField(models.FileField):
    """A file that is checked when it comes in and cleaned when it is stored, whichever way it came."""

    attr_class = PictureFile
    default_validators = [FileExtensionValidator([suffix[1:] for suffix in SUFFIXES]), validate_picture]


def addressed(name, content):
    """`Drain cover.JPG` as `drain-cover-0f343b0931126a20.jpg`, after its content."""
    path = PurePath(name)
    digest = hashlib.blake2b(content, digest_size=8).hexdigest()
    stem = slugify(path.stem)[:MAX_STEM].strip("-") or "picture"
    return f"{stem}-{digest}{path.suffix.lower()}"
