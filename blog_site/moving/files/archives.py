"""Where an import's files are: a folder, a tar or a zip, read as they stand and not unpacked.

A source has `has(names)`, the ones of these paths below the uploads folder that it holds, and `files(names)`, which
yields (name, open file) in the source's own order; for a file that it can't give, None, with why in `reasons`.
"""

import bz2
import gzip
import lzma
import re
import struct
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from contextlib import closing, contextmanager
from pathlib import Path

from posts.models import attachment

from .sources import most_unpacked

FOLDERS = ("wp-content/uploads", "uploads", "files", "wordpress")
IN_MEMORY = 1 << 20  # a file larger than this is copied to a temporary one while it is looked at
COPY = 1 << 16
MAX_HEADER = 1 << 20
MAX_MEMBERS = 1_000_000
_BELOW = re.compile(rf"(?:^|/)(?:{'|'.join(FOLDERS)})/(.+)$")
# WordPress.com's export of media, with or without a folder around it, and sites of a network.
_DATED = re.compile(r"(?:^|/)(\d{4}/\d\d/.+)$")
_SITE = re.compile(r"^sites/\d+/(.+)$")
BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, RuntimeError, UnicodeError),
)


class ArchiveError(Exception):
    """It can't be read, or is not what it says; in one line."""


def open_archive(path):
    """The folder, tar or zip at `path`, known by its content. Raises ArchiveError."""
    path = Path(path)
    try:
        if path.is_dir():
            return Folder(path)
        if not path.is_file():
            raise ArchiveError(f"{path}: no such folder or archive")
        with path.open("rb") as file:
            return Zip(path) if file.read(2) == b"PK" else Tar(path)
    except (OSError, *BROKEN) as error:
        raise ArchiveError(f"{path}: {getattr(error, 'strerror', '') or error}") from error


def paths_of(name):
    """The uploads that a member of an archive may be, by its name; none for one that leads out of it."""
    name = unicodedata.normalize("NFC", name).removeprefix("./")
    if name.startswith("/") or re.search(r"[\\\x00-\x1f]", name) or {"", ".", ".."} & set(name.split("/")):
        return []
    paths = [name]
    for pattern in (_BELOW, _DATED):
        if match := pattern.search(name):
            paths.append(match[1])
    return list(dict.fromkeys(paths + [match[1] for path in paths if (match := _SITE.match(path))]))


def _by_path(names):
    """{path that a member may have: name wanted}; a site of a network may have lost its number."""
    wanted = {}
    for name in names:
        for path in _forms(name):
            wanted.setdefault(path, name)
    return wanted


def _forms(name):
    name = unicodedata.normalize("NFC", name)
    return list(dict.fromkeys([name, _SITE.sub(r"\1", name)]))


class Folder:
    what = "the folder of pictures and files"

    def __init__(self, folder):
        self.folder = folder.resolve()
        self.reasons = {}
        tops = [self.folder, *sorted(path for path in self.folder.iterdir() if path.is_dir())]
        self.roots = [root for top in tops for below in ("", *FOLDERS) if (root := top / below).is_dir()]

    def has(self, names):
        return {name for name in names if self._locate(name)}

    def files(self, names):
        for name in names:
            if path := self._locate(name):
                with path.open("rb") as file:
                    yield name, file

    def _locate(self, name):
        """The file in the folder; never one outside it, links followed."""
        for path in _forms(name):
            for form in dict.fromkeys([path, unicodedata.normalize("NFD", path)]):
                for root in self.roots:
                    try:
                        file = (root / form).resolve()
                        if file.is_file() and file.is_relative_to(self.folder):
                            return file
                    except OSError:  # a name that no file system takes
                        continue
        return None


class _Archive:
    """`_members()` yields (name, size, opener) of its plain files."""

    def __init__(self, path):
        self.path = path
        self.reasons = {}
        self.limit = most_unpacked(path)
        with self._errors(), closing(self._members()) as members:
            next(members, None)

    def has(self, names):
        return {name for name, _size, _opener in self._wanted(names)}

    def files(self, names):
        total = 0
        for name, size, opener in self._wanted(names):
            total += size
            if size > attachment.MAX_BYTES:
                self.reasons[name] = f"it is larger than {attachment.MAX_BYTES // (1024 * 1024)} MB"
            elif total > self.limit:
                self.reasons[name] = "the archive grows more than a hundredfold"
            else:
                with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
                    if self._copied(name, size, opener, copy):
                        yield name, copy
                        continue
            yield name, None

    def _copied(self, name, size, opener, copy):
        """True with the file in `copy`: no more of it than the archive says."""
        try:
            with opener() as member:
                while copy.tell() <= size and (chunk := member.read(COPY)):
                    copy.write(chunk)
        except BROKEN as error:
            self.reasons[name] = f"it can't be read ({error})"
            return False
        if copy.tell() != size:
            self.reasons[name] = "it is not as long as the archive says"
            return False
        copy.seek(0)
        return True

    def _wanted(self, names):
        wanted, seen = _by_path(names), set()
        with closing(self._members()) as members:
            while True:
                with self._errors():
                    member = next(members, None)
                if not member:
                    return
                path, size, opener = member
                name = next((wanted[each] for each in paths_of(path) if each in wanted), None)
                if name and name not in seen:
                    seen.add(name)
                    yield name, size, opener

    @contextmanager
    def _errors(self):
        try:
            yield
        except BROKEN as error:
            raise ArchiveError(f"{self.path}: the archive is broken or cut off ({error})") from error


class Zip(_Archive):
    what = "the zip of pictures and files"

    def _members(self):
        with zipfile.ZipFile(self.path) as archive:
            for info in archive.infolist():
                is_plain = (info.external_attr >> 28) in {0, 0o10}  # neither a link nor a device
                if not info.is_dir() and is_plain:
                    yield info.filename, info.file_size, lambda info=info: archive.open(info)


class Tar(_Archive):
    what = "the tar of pictures and files"

    def _members(self):
        with _Steady(self.path, self.limit) as plain, tarfile.open(fileobj=plain, mode="r:") as archive:
            for number, member in enumerate(archive):
                if number >= MAX_MEMBERS:
                    raise tarfile.ReadError(f"more than {MAX_MEMBERS} files")
                archive.members = []  # tarfile remembers each; we go through but once
                if member.isreg() and not member.issparse():
                    yield member.name, member.size, lambda member=member: archive.extractfile(member)


class _Steady:
    """A tar's bytes, decompressed on the way; refuses what asks for more memory or time than a tar of media does."""

    OPENERS = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}

    def __init__(self, path, limit):
        self.raw = open(path, "rb")  # noqa: SIM115 closed with this one
        start = self.raw.read(8)
        self.raw.seek(0)
        opener = next((opener for mark, opener in self.OPENERS.items() if start.startswith(mark)), None)
        self.file = opener(self.raw) if opener else self.raw
        self.limit = limit

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.file.close()
        self.raw.close()

    def read(self, size):
        if size > MAX_HEADER:
            raise tarfile.ReadError("a header is too large")
        self._check(size)
        return self.file.read(size)

    def tell(self):
        return self.file.tell()

    def seek(self, position):
        if position < self.file.tell():
            # A file of less than no bytes (CVE-2025-8194): it would be gone through for ever.
            raise tarfile.ReadError("a file in it leads back")
        self._check(position - self.file.tell())
        return self.file.seek(position)

    def _check(self, more):
        if self.file is not self.raw and self.file.tell() + more > self.limit:
            raise tarfile.ReadError("it grows more than a hundredfold")
