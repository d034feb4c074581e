"""What is kept of a picture: what one sees, and its colour profile. Where and with what it was taken, by whom it was
edited, thumbnails, comments, and whatever was hung on behind its end are taken out of the file.

The pixels are not touched: the metadata are cut out of the container. Only a picture that its metadata turn is written
anew, since it can't be shown right without them. Cleaning what is clean changes nothing.
"""

import struct
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image
from PIL.JpegImagePlugin import get_sampling

from . import avif
from .checking import DAMAGED, FORMATS, ONE_AT_A_TIME, format_of, is_animated

ORIENTATION = 0x0112  # the tag's number in EXIF
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Of PNG: what draws the picture, its colours, its frames. Not among them: eXIf, tEXt, zTXt, iTXt, tIME.
_PNG_KEPT = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"pHYs"),
        *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT"),
        *(b"acTL", b"fcTL", b"fdAT"),
    )
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_SAYS_METADATA = 0b1100  # the bits of EXIF and XMP in the first byte of VP8X


def cleaned(file):
    """A Django file of the same name without metadata, of a file that `validate_picture` let in.

    Raises ValidationError where the file's parts don't fit together.
    """
    file.seek(0)
    data = file.read()
    try:
        with ONE_AT_A_TIME, Image.open(BytesIO(data), formats=FORMATS) as image:
            if _must_be_written_anew(image):
                data = _written_anew(image, data)
            data = _CUT[format_of(image)](data)
    except Exception as error:  # as in `validate_picture`
        raise ValidationError(DAMAGED) from error
    finally:
        file.seek(0)
    return ContentFile(data, name=file.name)


def orientation_of(image):
    """How a picture is to be turned, a key of `TURNS`; 1 if it is not, or if its metadata are broken."""
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:
        return 1


def shown_size(image):
    """(width, height) of a picture once it is upright."""
    return image.size[::-1] if orientation_of(image) in range(5, 9) else image.size


def upright(image):
    # Pillow's own way writes the other metadata anew, and stumbles over broken ones.
    turn = TURNS.get(orientation_of(image))
    return image.transpose(turn) if turn is not None else image


def _must_be_written_anew(image):
    # No browser turns an animation, and none turns an AVIF for its metadata.
    if is_animated(image) or format_of(image) == "AVIF":
        return False
    return orientation_of(image) in TURNS


def _written_anew(image, data):
    kind = format_of(image)
    options = {"icc_profile": image.info.get("icc_profile")}
    if kind == "JPEG":
        # With the same tables as before, so that nothing is lost that one could see.
        options |= {"qtables": image.quantization, "subsampling": get_sampling(image), "optimize": True}
        options["progressive"] = bool(image.info.get("progressive"))
    elif kind == "WEBP":
        options |= {"lossless": True} if b"VP8L" in data[:64] else {"quality": 92, "method": 4}
    written = BytesIO()
    upright(image).save(written, kind, exif=b"", xmp=b"", **options)
    return written.getvalue()


def _cut_jpeg(data):
    """Segments up to the end of the first picture: without APPn but JFIF, colour profile and Adobe's, and comments."""
    kept, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("a segment of JPEG starts with FF")
        marker = data[at + 1]
        if marker == 0xFF:  # a byte to fill
            at += 1
            continue
        if marker == 0xD9:
            return b"".join([*kept, data[at : at + 2]])
        has_length = not 0xD0 <= marker <= 0xD7 and marker != 0x01
        end = at + 2 + (int.from_bytes(data[at + 2 : at + 4], "big") if has_length else 0)
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        if _is_kept_in_jpeg(marker, data[at + 4 : at + 16]):
            kept.append(data[at:end])
        at = end


def _is_kept_in_jpeg(marker, head):
    if marker == 0xFE:
        return False
    if not 0xE0 <= marker <= 0xEF:
        return True
    wanted = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker)
    return wanted is not None and head.startswith(wanted)


def _end_of_scan(data, at):
    """Where the next segment starts after the pixels that start at `at`."""
    while (at := data.find(b"\xff", at)) >= 0:
        following = data[at + 1]
        if following and not 0xD0 <= following <= 0xD7:
            return at
        at += 2
    raise ValueError("the picture has no end")


def _cut_png(data):
    kept, at = [data[:8]], 8
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if kind in _PNG_KEPT:
            kept.append(data[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end


def _cut_webp(data):
    kept, at = [], 12
    size = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= size:
        kind, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length + length % 2
        chunk = data[at:end]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_SAYS_METADATA]) + chunk[9:]
        if kind in _WEBP_KEPT:
            kept.append(chunk + b"\0" * (end - at - len(chunk)))
        at = end
    body = b"".join(kept)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _cut_gif(data):
    """Blocks up to the trailer: without comments, plain text and applications' own, but the loop."""
    at = 13 + _colour_table(data[10])
    kept = [data[:at]]
    while True:
        start = at
        # Some programs write no trailer.
        kind = data[at] if at < len(data) else 0x3B
        if kind == 0x3B:
            return b"".join([*kept, b"\x3b"])
        if kind == 0x2C:
            at = _end_of_blocks(data, at + 11 + _colour_table(data[at + 9]))
            kept.append(data[start:at])
        elif kind == 0x21:
            label = data[at + 1]
            at = _end_of_blocks(data, at + 2)
            if label == 0xF9 or (label == 0xFF and data[start + 3 : start + 14] in {b"NETSCAPE2.0", b"ANIMEXTS1.0"}):
                kept.append(data[start:at])
        else:
            raise ValueError("no block of GIF starts like that")


def _colour_table(flags):
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data, at):
    while data[at]:
        at += 1 + data[at]
    return at + 1


_CUT = {"JPEG": _cut_jpeg, "PNG": _cut_png, "WEBP": _cut_webp, "GIF": _cut_gif, "AVIF": avif.cut}
