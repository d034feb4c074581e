"""What is imported or exported in the admin runs in a process of its own: no request waits for it, or breaks it off.

What it needs lies in a folder of its own below `IMPORTS_ROOT`: the files, how far it is, and a lock that it holds as
long as it lives. It is on the machine that was given the files, or asked for them; there the process runs as well.
`source` is the Import or the Export.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import PurePosixPath

from django.conf import settings

LOCK, PROGRESS, LOG, PROCESS = "lock", "progress", "log", "process"
FILES, MEDIA = "files", "media"
LONGEST_END = 5  # seconds that a process gets to end in
LEAST_SHARE = 0.05  # that must be done before anybody says how long the rest takes


class StillRunning(Exception):
    """Another process is at it."""


def folder_of(source):
    return settings.IMPORTS_ROOT / source.folder_name


def store_uploads(source, uploads, media=None):
    """Stores what was uploaded: exports in their order, and perhaps an archive of pictures; all of it, or nothing."""
    try:
        _store_uploads(source, uploads, media)
    except BaseException:
        delete_uploads(source)
        raise


def _store_uploads(source, uploads, media):
    make_folder(source)
    for kind, files in ((FILES, uploads), (MEDIA, [media] if media else [])):
        for number, upload in enumerate(files):
            # The name is somebody's word: its end alone says something, to those who read archives.
            path = folder_of(source) / kind / f"{number:04}{''.join(PurePosixPath(upload.name).suffixes[-2:])[-20:]}"
            path.parent.mkdir(exist_ok=True)
            with path.open("wb") as copy:
                for chunk in upload.chunks():
                    copy.write(chunk)


def uploaded_files(source, kind=FILES):
    """The paths of what is stored, in the order in which it was given; none where it is on another machine."""
    return sorted((folder_of(source) / kind).glob("*"))


def delete_uploads(source):
    """Deletes what was uploaded: it has people's addresses in it, and has done its work."""
    shutil.rmtree(folder_of(source), ignore_errors=True)


def start(source, *, dry_run):
    """Lets an import begin. Raises StillRunning."""
    _start(source, "run_import", *(["--dry-run"] if dry_run else []))


def start_export(export):
    """Lets an export begin. Raises StillRunning and OSError."""
    _start(export, "run_export")


def _start(source, command, *options):
    folder = make_folder(source)
    (folder / PROGRESS).unlink(missing_ok=True)
    with (folder / LOCK).open("w") as lock, (folder / LOG).open("a") as log:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StillRunning from error
        # The lock is the process's from its first moment on, and nobody's from its last, however it ends.
        process = start_command(command, str(source.pk), *options, output=log, pass_fds=[lock.fileno()])
        (folder / PROCESS).write_text(str(process.pid))


def make_folder(source):
    """Its folder, which nobody else on the machine may read."""
    folder = folder_of(source)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def start_command(*command, output=subprocess.DEVNULL, **options):
    """Starts a command of ours in a process that outlives this one, and does not wait for it. Returns the process."""
    return subprocess.Popen(  # noqa: S603 (all of it is ours)
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *command],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        **options,
    )


def is_running(source):
    """True as long as the process lives."""
    try:
        with (folder_of(source) / LOCK).open() as lock:
            # Shared, so that two who ask at the same moment don't take each other for the process.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def stop(source):
    """Ends the process, if it lives, and waits for its end; what it has half written stays."""
    with contextlib.suppress(OSError, ValueError):
        # While the lock is held the process lives, and nobody else has its number.
        if is_running(source):
            os.kill(int((folder_of(source) / PROCESS).read_text()), signal.SIGTERM)
    deadline = time.monotonic() + LONGEST_END
    while is_running(source) and time.monotonic() < deadline:
        time.sleep(0.05)


def write_progress(source, text):
    """What the page shows next; whole or not at all."""
    path = folder_of(source) / PROGRESS
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


def read_progress(source):
    """(share from 0 to 1, what was said of downloads)"""
    try:
        share, _, phase = (folder_of(source) / PROGRESS).read_text().partition("\n")
        return float(share), phase
    except (OSError, ValueError):
        return 0.0, ""


def seconds_left(source, share):
    """How long it may still take, going by the `share` that is done; None while nobody can say."""
    if share < LEAST_SHARE:
        return None
    try:
        took = time.time() - (folder_of(source) / LOCK).stat().st_mtime
    except OSError:
        return None
    return took * (1 - share) / share
