"""The blog's icon: a square made of any picture, as PNG in the sizes that browsers and telephones ask for."""

import hashlib
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from .checking import FORMATS, ONE_AT_A_TIME, is_animated
from .markup import url_of
from .renditions import discard, opened

FOLDER = "icons"
# A tab; a telephone's home screen; a program that shows many blogs.
SIZES = (32, 180, 512)


def store(file):
    """Makes and stores the icon of an open picture; returns the name that all its sizes begin with.

    What is no square stands in the middle of one. Raises what Pillow does on a file that it can't read.
    """
    with ONE_AT_A_TIME, Image.open(file, formats=FORMATS) as image:
        if is_animated(image):
            image.seek(0)
        whole, _width = opened(image)
    side = max(whole.size)
    square = ImageOps.pad(whole.convert("RGBA"), (side, side), color=(0, 0, 0, 0))
    made = {size: _png(square, size) for size in SIZES}
    stem = f"{FOLDER}/{hashlib.blake2b(made[SIZES[-1]], digest_size=8).hexdigest()}"
    for size, content in made.items():
        name = name_of(stem, size)
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
    return stem


def name_of(stem, size):
    """The stored name of the icon in one of `SIZES`."""
    return f"{stem}-{size}.png"


def url(stem, size):
    return url_of(name_of(stem, size))


def delete(stem):
    """Deletes all its sizes."""
    discard([name_of(stem, size) for size in SIZES])


def _png(square, size):
    written = BytesIO()
    square.resize((size, size), Image.Resampling.LANCZOS).save(written, "PNG", optimize=True)
    return written.getvalue()
