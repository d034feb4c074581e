"""What may come in: pictures that browsers show, whole, of a size that one small server can open."""

from pathlib import PurePath
from threading import Lock

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
SUFFIXES = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".gif": "GIF", ".webp": "WEBP", ".avif": "AVIF"}
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000  # a 48-megapixel telephone; a bomb of a few kilobytes can claim billions
MAX_SIDE = 16_383  # the longest that WebP can hold
MAX_FRAMES = 500
MAX_PIXELS_OF_ALL_FRAMES = 150_000_000  # twenty seconds of 500 by 600; decoded once, in about two seconds

# A picture takes up to 200 MB while it is open. One at a time in a process: what many send at once waits.
ONE_AT_A_TIME = Lock()

DAMAGED = _("The file is damaged or incomplete. Open it, save it again and upload the new copy.")
_NO_PICTURE = _(
    "This is not a picture that browsers can show. Save it as JPEG, PNG, GIF, WebP or AVIF and upload that."
)
_TOO_MANY_PIXELS = _("The picture has more than 50 million pixels. Make it smaller and try again.")
_TOO_LONG = _("The picture is wider or higher than 16,383 pixels. Make it smaller and try again.")
_TOO_MANY_FRAMES = _("The animation is too long. Make it smaller or save it with fewer frames, and try again.")


def validate_picture(upload):
    """Refuses a file that is too large, no picture, not whole, or of another format than its name says."""
    # What is stored came in through here. (The form of a picture checks it again with each change of its caption.)
    if getattr(upload, "_committed", False):
        return
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The file is larger than 15 MB. Make it smaller and try again."))
    upload.seek(0)
    try:
        with ONE_AT_A_TIME, Image.open(upload, formats=FORMATS) as image:
            _check_name(upload.name, format_of(image))
            _check_size(image)
            _decode(image)
    except UnidentifiedImageError as error:
        raise ValidationError(_NO_PICTURE) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(_TOO_MANY_PIXELS) from error
    except ValidationError:
        raise
    except Exception as error:  # decoders raise whatever there is on bytes that they can't read
        raise ValidationError(DAMAGED) from error
    finally:
        upload.seek(0)


def format_of(image):
    """The format of an open image. A JPEG of several pictures, as telephones write them, is a JPEG."""
    return "JPEG" if image.format == "MPO" else image.format


def is_animated(image):
    return getattr(image, "is_animated", False) and image.format != "MPO"


def _check_name(name, kind):
    suffix = PurePath(name or "").suffix.lower()
    if SUFFIXES.get(suffix, kind) != kind:
        wanted = next(ending for ending, name in SUFFIXES.items() if name == kind)
        raise ValidationError(
            _(
                "The file is in %(format)s format but its name ends in %(suffix)s. Rename it so that it ends in "
                "%(wanted)s."
            ),
            params={"format": kind, "suffix": suffix, "wanted": wanted},
        )


def _check_size(image):
    if image.width * image.height > MAX_PIXELS:
        raise ValidationError(_TOO_MANY_PIXELS)
    if max(image.size) > MAX_SIDE:
        raise ValidationError(_TOO_LONG)


def _decode(image):
    """Reads every frame to its end: only that tells a whole file from one that was cut off."""
    if format_of(image) == "JPEG":
        # An eighth in width and height, which takes a sixty-fourth of the memory, and reads the whole file as well.
        image.draft(image.mode, (1, 1))
        image.load()
        return
    # Counting the frames would mean to read them all, however many a file claims.
    pixels = 0
    for number in range(MAX_FRAMES + 1):
        try:
            image.seek(number)
        except EOFError:
            return
        _check_size(image)
        pixels += image.width * image.height
        if number == MAX_FRAMES or (number and pixels > MAX_PIXELS_OF_ALL_FRAMES):
            raise ValidationError(_TOO_MANY_FRAMES)
        image.load()
