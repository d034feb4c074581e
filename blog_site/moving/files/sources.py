"""The files of a move, opened as they are read: as they are, gzipped (Disqus), or several in a zip (WordPress.com)."""

import gzip
import lzma
import re
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# Pictures and sound hardly shrink, and texts tenfold: what grows a hundredfold is made to fill a disk or a day.
MAX_GROWTH = 100
GROWTH_FREE = 100 * 1024 * 1024
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
# What reading an archive raises where it is damaged, beside OSError.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


class SourceError(Exception):
    """A file has no export in it; the text says why, in one line."""


@dataclass(frozen=True)
class ExportFile:
    """One export: a file, or a member of a zip. `size` is in bytes, unpacked; 0 where nobody knows."""

    path: Path
    member: str = ""
    size: int = 0

    def __str__(self):
        return f"{self.path}, {self.member}" if self.member else str(self.path)

    @contextmanager
    def open(self):
        """The export's bytes, as a file that is read once from its beginning to its end."""
        if self.member:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                yield _Bounded(file, most_unpacked(self.path))
        elif _begins_with(self.path, _GZIP):
            with gzip.open(self.path) as file:
                yield _Bounded(file, most_unpacked(self.path))
        else:
            with self.path.open("rb") as file:
                yield file


class _Bounded:
    """What is unpacked from `file`, up to `left` bytes."""

    def __init__(self, file, left):
        self.file, self.left = file, left

    def read(self, size):
        return self._count(self.file.read(size))

    def readline(self, size):
        return self._count(self.file.readline(size))

    def _count(self, piece):
        self.left -= len(piece)
        if self.left < 0:
            raise SourceError("it grows more than a hundredfold")
        return piece


def most_unpacked(path):
    """How many bytes may come of the archive at `path`."""
    return MAX_GROWTH * path.stat().st_size + GROWTH_FREE


def sources(path):
    """The exports in the file `path`, in the order of their names. Raises SourceError and OSError."""
    if not _begins_with(path, _ZIP):
        return [ExportFile(path, size=0 if _begins_with(path, _GZIP) else path.stat().st_size)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if _is_export(member)]
    except (*DAMAGED, UnicodeError) as error:
        raise SourceError("the zip is damaged or cut off") from error
    if not members:
        raise SourceError("there is no export in this zip: the name of one ends in .xml")
    if any(member.flag_bits & 1 for member in members):
        raise SourceError("the zip is locked with a password: unpack it first")
    members.sort(key=lambda member: [int(part) if part.isdecimal() else part for part in _PARTS.split(member.filename)])
    return [ExportFile(path, member.filename, member.file_size) for member in members]


def kind_of(paths):
    """`disqus` where the first of the files says that it is Disqus's; otherwise `wordpress`, whose reader says more."""
    try:
        with sources(paths[0])[0].open() as file:
            beginning = file.read(2000)
    except (SourceError, OSError, *DAMAGED):
        return "wordpress"
    return "disqus" if re.search(rb"<(?:\w+:)?disqus\b", beginning) else "wordpress"


_PARTS = re.compile(r"(\d+)")


def _is_export(member):
    name = PurePosixPath(member.filename)
    # Beside each file macOS writes one of its own.
    own = name.parts[0] == "__MACOSX" or name.name.startswith(".")
    return not member.is_dir() and not own and name.suffix.lower() in {".xml", ".wxr"}


def _begins_with(path, mark):
    with path.open("rb") as file:
        return file.read(len(mark)) == mark
