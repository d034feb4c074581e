"""Pictures of other hosts, brought here, since pages would not show them where they are (see elsewhere.py)."""

import threading
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from PIL import Image

from posts.models.picture import Picture

from .checking import FORMATS, MAX_BYTES, SUFFIXES, format_of
from .refused import Refused, Unreachable

# Somebody waits for it, and so does a thread of the web server: so long, and so many of its threads at a time.
SECONDS = 10
places = threading.BoundedSemaphore(2)

_NO_ANSWER = _(
    "The other site did not send the picture in time. Try again, or download it there and add the file here."
)
_BUSY = _("The server can’t take the picture at the moment. Try again in a minute.")
_NOT_TAKEN = _(
    "There is no picture of up to 15 MB at this address that anybody on the internet can see. "
    "Download it there and add the file here."
)


def bring(address, *, seconds=SECONDS, **words):
    """The Picture that stands at an address of another host; a new one gets these words.

    Raises ValidationError where it can't be had or is refused, with the code "busy" where others are being fetched,
    and OSError where the disk takes none.
    """
    if not places.acquire(blocking=False):
        raise ValidationError(_BUSY, code="busy")
    try:
        name, file = _downloaded(address, seconds)
    finally:
        places.release()
    return Picture.from_upload(ContentFile(file.getvalue(), name=name), **words)


def _downloaded(address, seconds):
    """The file's name and its bytes."""
    file = BytesIO()
    internet = import_string(settings.PICTURE_DOWNLOADS)()
    try:
        whole = f"https:{address}" if address.startswith("//") else address
        internet.download(whole, file, max_bytes=MAX_BYTES, seconds=seconds)
    except Unreachable as error:
        raise ValidationError(_NO_ANSWER) from error
    except Refused as error:
        raise ValidationError(_NOT_TAKEN) from error
    finally:
        internet.close()
    return _name(whole, file), file


def _name(address, file):
    """The name that the file has there, with the ending that its content has."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name or "picture"
    try:
        with Image.open(file, formats=FORMATS) as image:
            kind_of_file = format_of(image)
    except Exception:  # what it is instead, the check of uploads says
        kind_of_file = "JPEG"
    endings = [ending for ending, kind in SUFFIXES.items() if kind == kind_of_file]
    path = PurePosixPath(name)
    return name if path.suffix.lower() in endings else f"{path.stem or 'picture'}{endings[0]}"
