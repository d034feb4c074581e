"""Pictures for tests, made here: bytes in any format, with or without what a camera writes along."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.db import connection
from PIL import Image

from posts.models import Picture
from posts.pictures.safe_download import Internet, Unreachable

ORIENTATION, MAKER, PLACE = 0x0112, 0x010F, 0x8825
CAMERA = "Obscura 3000"


def photograph(width=1200, height=800, mode="RGB"):
    """Noise at every scale, as sand, leaves and water have it: harder to make small than what people photograph."""
    bands = []
    for turn in range(3):
        coarse = Image.effect_noise((max(2, width // 40), max(2, height // 40)), 90).resize((width, height))
        fine = Image.effect_noise((width, height), 30)
        bands.append(Image.blend(coarse.rotate(turn * 90), fine, 0.4))
    return Image.merge("RGB", bands).convert(mode)


def exif(*, orientation=1):
    """What a telephone writes: its maker, how it was held, and where on earth."""
    written = Image.Exif()
    written[ORIENTATION] = orientation
    written[MAKER] = CAMERA
    written.get_ifd(PLACE).update({1: "N", 2: (54.0, 34.0, 12.0), 3: "W", 4: (1.0, 14.0, 2.0)})
    return written.tobytes()


def encoded(image, kind="JPEG", **options):
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def animated(kind, *, frames=3, size=(40, 30), **options):
    first, *more = (Image.new("RGB", size, (number * 60 % 256, 0, 90)) for number in range(frames))
    return encoded(first, kind, save_all=True, append_images=more, duration=120, loop=0, **options)


def upload(content, name="drain.jpg"):
    return ContentFile(content, name=name)


def make_picture(content=None, *, name="drain.jpg", alt="A drain", **fields):
    """A stored Picture; of a small photograph, unless told otherwise."""
    picture = Picture(alt="" if fields.get("decorative") else alt, **fields)
    picture.file.save(name, upload(content or encoded(photograph(600, 400)), name))
    return picture


def content_of(picture):
    """The bytes of a Picture's stored file."""
    with picture.file.storage.open(picture.file.name) as file:
        return file.read()


def stored(picture):
    """The stored file of a Picture, opened."""
    image = Image.open(BytesIO(content_of(picture)))
    image.load()
    return image


class ThisMachine(Internet):
    """Downloads from a server of the test's own, and from nowhere else: for `settings.PICTURE_DOWNLOADS`."""

    def __init__(self):
        super().__init__(is_allowed=lambda ip: ip == "127.0.0.1", ports=None, idle=2)


class Silent:
    """An internet that never answers: for `settings.PICTURE_DOWNLOADS`. `asked`: (transactions that were open, seconds
    that were given) of each download."""

    asked = []

    def download(self, address, file, *, max_bytes, seconds):
        self.asked.append((len(connection.atomic_blocks), seconds))
        raise Unreachable("it took too long")

    def close(self):
        pass
