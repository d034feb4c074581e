"""AVIF without its metadata. It is no row of chunks but boxes that name each other's bytes by their place in the file
(ISO/IEC 14496-12, "meta box"): what goes is overwritten where it stands, so that every place stays right. How the
picture is turned is not among it: `irot` and `imir` are part of the picture, and browsers heed nothing else.
"""

import struct

_WITH_BOXES = {b"moov", b"trak"}
_TOP = {b"ftyp", b"meta", b"mdat", b"moov"}
_FORGOTTEN = b"skip"  # an item of a kind that no reader knows


def cut(data):
    """The file with its Exif and XMP overwritten, and without what stands outside its boxes."""
    data = bytearray(data)
    end = 0
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind not in _TOP:
            data[start:end] = bytes(end - start)
    _forget(data, 0, end)
    return bytes(data[:end])


def _forget(data, start, end):
    for kind, first, last in list(_boxes(data, start, end)):
        if kind in _WITH_BOXES:
            _forget(data, first, last)
        elif kind == b"udta":
            data[first:last] = bytes(last - first)
        elif kind == b"meta":
            _forget_items(data, first + 4, last)


def _forget_items(data, start, end):
    boxes = {kind: (first, last) for kind, first, last in _boxes(data, start, end)}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    forgotten = set(_metadata(data, *boxes[b"iinf"]))
    for item, in_idat, first, length in _extents(data, *boxes[b"iloc"]):
        if item in forgotten:
            first += boxes[b"idat"][0] if in_idat else 0
            last = min(first + length, len(data))
            data[first:last] = bytes(max(0, last - first))


def _metadata(data, start, end):
    """Numbers of the items that are no picture; each is made one that says nothing."""
    version = data[start]
    first = start + (6 if version == 0 else 8)
    for kind, at, last in list(_boxes(data, first, end)):
        if kind != b"infe" or data[at] not in (2, 3):
            continue
        long = data[at] == 3
        item = int.from_bytes(data[at + 4 : at + (8 if long else 6)], "big")
        at += 10 if long else 8
        if data[at : at + 4] in (b"Exif", b"mime", b"uri "):
            data[at : at + 4] = _FORGOTTEN
            data[at + 4 : last] = bytes(last - at - 4)
            yield item


def _extents(data, start, end):
    """(item, whether its bytes are in the box `idat`, where they start, how many) of every piece of every item."""
    version, sizes = data[start], struct.unpack_from(">H", data, start + 4)[0]
    offset_size, length_size, base_size, index_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    at = start + 6

    def number(size):
        nonlocal at
        at += size
        if at > end:
            raise ValueError("the places of the items go on after their box")
        return int.from_bytes(data[at - size : at], "big")

    for _ in range(number(4 if version == 2 else 2)):
        item = number(4 if version == 2 else 2)
        in_idat = version > 0 and number(2) & 15 == 1
        number(2)
        base = number(base_size)
        for _ in range(number(2)):
            if version > 0:
                number(index_size)
            offset = number(offset_size)
            yield item, in_idat, base + offset, number(length_size)


def _boxes(data, start, end):
    """(kind, where its content starts, where it ends) of each box between two places; stops where there is none."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        content = start + 8
        if size == 1 and start + 16 <= end:
            size, content = struct.unpack_from(">Q", data, start + 8)[0], start + 16
        elif size == 0:
            size = end - start
        if size < content - start or start + size > end:
            return
        yield kind, content, start + size
        start += size
