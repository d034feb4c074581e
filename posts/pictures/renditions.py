"""The sizes of a picture that readers get: WebP and AVIF in up to five widths, never larger than the original."""

import hashlib
import logging
from io import BytesIO
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageCms

from .checking import FORMATS, format_of, is_animated
from .cleaning import shown_size, upright

logger = logging.getLogger(__name__)

WIDTHS = (360, 720, 1080, 1440, 1920)  # pixels: a telephone of 360 points with 1, 2 and 3 a point; a screen with 2
FOLDER = "renditions"
# Qualities to try, best first: the next one is taken where the file is larger than it may be.
QUALITIES = {"avif": (55, 48, 40, 32, 26, 20, 12, 5), "webp": (78, 68, 56, 44, 32, 20, 8, 1)}
OPTIONS = {"avif": {"speed": 6}, "webp": {"method": 4}}
# A telephone of 360 points fetches up to 1080 pixels, by its screen: a photograph costs it at most so many bytes. For
# that the smallest width takes any quality, and the others none worse than this.
MAX_BYTES, SMALLEST, BOUNDED_WIDTH = 60_000, 360, 1080
WORST = {"avif": 20, "webp": 32}


def make(name):
    """Makes and stores all renditions of the stored picture `name`: {format: {width: stored name}}.

    Empty for an animation, which only its original shows whole. Raises what Pillow does on a file that it can't read.
    """
    with default_storage.open(name) as file, Image.open(file, formats=FORMATS) as image:
        if is_animated(image):
            return {}
        whole, width = opened(image)
    stem = PurePath(name).with_suffix("")
    made = {kind: {} for kind in QUALITIES}
    for wanted in widths_for(width):
        sized = whole
        if wanted != whole.width:
            sized = whole.resize((wanted, max(1, round(whole.height * wanted / whole.width))), Image.LANCZOS)
        for kind in QUALITIES:
            content = _encoded(sized, kind)
            digest = hashlib.blake2b(content, digest_size=4).hexdigest()
            made[kind][str(wanted)] = _store(f"{FOLDER}/{stem}-{wanted}w-{digest}.{kind}", content)
    return made


def widths_for(width):
    """The widths that a picture of this width gets: its own, if there is none that is larger."""
    return sorted({wanted for wanted in WIDTHS if wanted < width} | {min(width, WIDTHS[-1])})


def names_of(renditions):
    return [name for by_width in renditions.values() for name in by_width.values()]


def discard(names):
    """Deletes stored files; one that is gone, or can't be deleted, stops nothing."""
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            logger.exception("The file %s of a picture could not be deleted", name)


def opened(image):
    """(the picture upright, in sRGB, at most as wide as the widest rendition; the width of the whole)."""
    width, _height = shown_size(image)
    scale = min(1, WIDTHS[-1] / width)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if format_of(image) == "JPEG":
        # The decoder halves a large photograph while it reads: a fraction of the memory.
        image.draft(image.mode, size)
    profile = image.info.get("icc_profile")
    picture = _in_whole_colours(image)
    if picture.size != size:
        picture = picture.resize(size, Image.LANCZOS, reducing_gap=3.0)
    return _in_srgb(upright(picture), profile), width


def _in_whole_colours(image):
    """Without a palette, bits or sixteen of them: what can be made smaller without a seam."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in ("RGB", "L", "CMYK"):
        image.load()
        return image
    return image.convert("RGB")


def _in_srgb(picture, profile):
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            picture = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            logger.info("A picture's colour profile could not be read: its colours are taken for sRGB")
    picture = picture.convert(mode)
    if mode == "RGBA" and picture.getextrema()[3] == (255, 255):
        return picture.convert("RGB")
    return picture


def _encoded(picture, kind):
    """The file's bytes in the best quality that a picture of this width may cost."""
    for quality in QUALITIES[kind]:
        if picture.width > SMALLEST and quality < WORST[kind]:
            break
        written = BytesIO()
        picture.save(written, kind.upper(), quality=quality, **OPTIONS[kind])
        if picture.width > BOUNDED_WIDTH or written.tell() <= MAX_BYTES:
            break
    return written.getvalue()


def _store(name, content):
    # The name says what is in it: what is there already, after a run that was cut off, is this.
    if not default_storage.exists(name):
        return default_storage.save(name, ContentFile(content))
    with default_storage.open(name) as stored:
        if stored.read() == content:
            return name
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))
