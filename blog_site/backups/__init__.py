"""The blog in one file: `write()` makes it, `check()` reads it through, `restore()` puts it back.

The file is a zip: `database.sqlite3` or `database.sql`, all uploaded files as `media/…`, and, last,
`manifest.json` with the SHA-256 of each and the migrations of the database. It has what the database has: people's
addresses, and passwords as hashes. Keep it as safe.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from blog_site import earlier_migrations

from . import postgresql, sqlite

FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media/"
CHUNK = 1024 * 1024
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip can tell
# What other programs have compressed already.
STORED = {".avif", ".gif", ".gz", ".jpeg", ".jpg", ".mp3", ".mp4", ".png", ".webm", ".webp", ".zip"}


class BackupError(Exception):
    """Why there is no backup, or why it can't be used; a sentence for whoever typed the command."""


@dataclass
class Contents:
    """What a backup has: which database, and how many uploaded files."""

    vendor: str
    made_at: str
    files: int


def write(target):
    """Writes the backup to the path `target`, which must be free, while the blog goes on; returns its `Contents`.

    The database comes first: files are stored before the rows that name them, so none is missing that it knows.
    Nothing stands at `target` before the backup has been written, read through and brought to the disk.
    """
    target = Path(target)
    if target.exists():
        raise BackupError(f"{target} exists: give another name, or remove it first")
    part = target.with_name(f"{target.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            digests = {}
            with _folder(target.parent) as folder:
                name, source = _databases().dump(folder)
                with open(source, "rb") as database:
                    digests[name] = _add(archive, database, name, source.stat().st_mtime)
            for stored in default_storage.names():
                try:
                    changed_at = default_storage.get_modified_time(stored).timestamp()
                    with default_storage.open(stored) as file:
                        digests[MEDIA + stored] = _add(archive, file, MEDIA + stored, changed_at)
                except FileNotFoundError:
                    continue  # deleted since, with its row
            manifest = {
                "format": FORMAT,
                "made_at": timezone.now().isoformat(),
                "vendor": connection.vendor,
                "migrations": sorted(map(list, _applied())),
                "sha256": digests,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        contents = check(part)
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
    except OSError as error:
        raise BackupError(f"{target} could not be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return contents


def check(source):
    """Reads the whole backup and opens its database; returns its `Contents`.

    Raises `BackupError` where a byte of it is not what was written.
    """
    with _opened(source) as (archive, manifest):
        for name, digest in manifest["sha256"].items():
            if _digest(archive, name) != digest:
                raise BackupError(f"{source} is damaged: {name} is not what was written")
        with _folder(None) as folder:
            database = _extract_database(archive, folder)
            if problem := _of(manifest["vendor"]).problem(database):
                raise BackupError(f"{source} is damaged: its database can't be opened: {problem}")
        files = sum(name.startswith(MEDIA) for name in manifest["sha256"])
        return Contents(manifest["vendor"], manifest["made_at"], files)


def restore(source):
    """Puts the backup's database and files in the place of what is here; returns its `Contents`.

    Nothing is touched before the whole backup has been checked. Files that are here and not in the backup stay.
    """
    contents = check(source)
    if contents.vendor != connection.vendor:
        raise BackupError(
            f"{source} is of a blog on {contents.vendor}, and DATABASE_URL names {connection.vendor}: restore it where "
            "DATABASE_URL names the same kind of database"
        )
    with _opened(source) as (archive, manifest):
        applied = {tuple(migration) for migration in manifest["migrations"]}
        if unknown := sorted(applied - set(MigrationLoader(None).disk_migrations) - earlier_migrations.names()):
            raise BackupError(
                f"{source} was made by a newer version of the blog (it has the migration {'.'.join(unknown[0])}): "
                "install that version first"
            )
        if connection.vendor == "sqlite":
            sqlite.refuse_while_running()
        restore_files(archive)
        with _folder(None) as folder:
            _databases().load(_extract_database(archive, folder))
    return contents


def _databases():
    return _of(connection.vendor)


def _of(vendor):
    return {"sqlite": sqlite, "postgresql": postgresql}[vendor]


def _applied():
    return MigrationLoader(connection).applied_migrations


def _add(archive, source, name, changed_at):
    """Copies an open file into the archive; returns the digest of what was read."""
    info = zipfile.ZipInfo(name, max(time.localtime(changed_at)[:6], EARLIEST))
    info.external_attr = settings.FILE_UPLOAD_PERMISSIONS << 16
    info.compress_type = zipfile.ZIP_STORED if Path(name).suffix.lower() in STORED else zipfile.ZIP_DEFLATED
    digest = hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _digest(archive, name):
    digest = hashlib.sha256()
    try:
        with archive.open(name) as member:
            while chunk := member.read(CHUNK):
                digest.update(chunk)
    except (KeyError, zipfile.BadZipFile, OSError, EOFError):
        return None
    return digest.hexdigest()


def _extract_database(archive, folder):
    """The path of the archive's database, unpacked in `folder`."""
    name = next(name for name in archive.namelist() if name.startswith("database."))
    target = Path(folder, name)
    with archive.open(name) as member, open(target, "wb") as file:
        shutil.copyfileobj(member, file, CHUNK)
    return target


def restore_files(archive):
    """Puts the uploaded files of an open archive in the place of those that are here, on the disk or in the bucket."""
    for name in archive.namelist():
        if name.startswith(MEDIA):
            try:
                with archive.open(name) as member:
                    default_storage.replace(name.removeprefix(MEDIA), Unpacked(member))
            except SuspiciousOperation as error:
                raise BackupError(f"{name} would be restored outside of MEDIA_ROOT") from error


class Unpacked(File):
    """A member of an archive, which is read from its beginning to its end, once."""

    def chunks(self, chunk_size=CHUNK):
        while chunk := self.file.read(chunk_size):
            yield chunk


@contextmanager
def _opened(source):
    """(the archive, its manifest)"""
    try:
        archive = zipfile.ZipFile(source)
        manifest = json.loads(archive.read(MANIFEST))
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {source}") from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BackupError(f"{source} is no whole backup: it was cut off, or is another kind of file") from error
    with archive:
        if manifest.get("format") != FORMAT:
            raise BackupError(f"{source} is of a format that this version doesn't know")
        yield archive, manifest


@contextmanager
def _folder(beside):
    """A folder that is gone afterwards; on the same disk as the backup, which has the room, where that is given."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as folder:
        yield folder


def _to_disk(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
