import hashlib
import re
from pathlib import PurePath

from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.text import slugify

from .checking import SUFFIXES, validate_picture
from .cleaning import cleaned

MAX_STEM = 40  # characters of the name that a file came with
_DIGEST = re.compile(r"-[0-9a-f]{16}(?=(_\w+)?\.\w+$)")


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
    stem = slugify(path.stem)[:MAX_STEM].strip("-") or "picture"
    return f"{stem}-{digest_of(content)}{path.suffix.lower()}"


def shown_name(name):
    """The name of a stored file as people know it: without folder and digest."""
    return _DIGEST.sub("", PurePath(name).name)


def digest_of(content):
    """What the name of a stored file says of its content."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()
