"""An import's files, downloaded before anything is written to the database.

What is here already is not asked for; what came before a break is kept in a folder and not asked for again. Files
stand there under their whole name only when they are whole and what they should be.
"""

import hashlib
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from blog_site.moving.addresses import host, plain_address
from posts.models import attachment
from posts.pictures import checking
from posts.pictures.refused import Refused, Unreachable
from posts.pictures.safe_download import Internet

from .existing import find_existing
from .media import PICTURES, as_upload, problem

THREADS = 4
FILE_SECONDS = 300
PAUSE = 2  # seconds before the one more try at a server that gave no answer
HOST_FAILURES = 10  # without an answer, one after the other: then the host is left alone
FOLDER = settings.VAR / "fetched"


class Fetched:
    """Downloads files, and is an archive of those that came (see archives.py); `reasons` has why others did not."""

    what = "what was downloaded"

    def __init__(self, *, internet=None, folder=FOLDER, threads=THREADS, seconds=FILE_SECONDS, pause=PAUSE):
        self.internet = internet or Internet()
        self.folder = Path(folder)
        self.threads = threads
        self.seconds = seconds
        self.pause = pause
        self.reasons = {}
        self.paths = {}
        self.failures = Counter()
        self.lock = threading.Lock()

    def wanted(self, uploads, archive=None):
        """The Wanted that are to be asked for: neither here nor in `archive`, at an address that may be asked."""
        here, _gone = find_existing(uploads)
        missing = [wanted for key, wanted in uploads.wanted.items() if key not in here]
        if archive:
            there = archive.has([name for wanted in missing for name in wanted.names])
            missing = [wanted for wanted in missing if there.isdisjoint(wanted.names)]
        return [wanted for wanted in missing if self._may_ask(wanted)]

    def fetch(self, wanted, progress=lambda fetched, total, missing: None):
        """Tries each Wanted; `progress` is told as files come."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        pool = ThreadPoolExecutor(self.threads)
        try:
            jobs = [pool.submit(self._fetch, each) for each in wanted]
            for job in as_completed(jobs):
                job.result()
                progress(len(self.paths), len(jobs), sum(each.key in self.reasons for each in wanted))
        finally:
            # After an error or Ctrl-C nobody waits for what is under way.
            self.internet.close()
            pool.shutdown(cancel_futures=True)

    def has(self, names):
        return {name for name in names if name in self.paths}

    def files(self, names):
        for name in names:
            with self.paths[name].open("rb") as file:
                yield name, file

    def forget(self):
        """Deletes the downloads, once they are in."""
        for path in self.paths.values():
            path.unlink(missing_ok=True)

    def _sweep(self):
        """Deletes what a killed download left half: none that lives takes so long."""
        for part in self.folder.glob("*.part"):
            if time.time() - part.stat().st_mtime > 2 * self.seconds:
                part.unlink(missing_ok=True)

    # --- One file

    def _may_ask(self, wanted):
        try:
            _max_bytes(wanted.key)
            self.internet.check(wanted.addresses[0])
        except Refused as error:
            self.reasons[wanted.key] = str(error)
            return False
        return True

    def _fetch(self, wanted):
        why = ""
        for address in wanted.addresses:
            path = self.folder / f"{_digest(address)}{Path(wanted.key).suffix.lower()}"
            try:
                if not path.exists():
                    self._download(address, wanted.key, path)
            except Refused as error:
                why = why or str(error)
            else:
                with self.lock:
                    self.paths[wanted.key] = path
                return
        with self.lock:
            self.reasons[wanted.key] = why

    def _download(self, address, key, path):
        for attempt in (1, 2):
            with self.lock:
                if self.failures[host(address)] >= HOST_FAILURES:
                    raise Refused(f"its host gave no answer {HOST_FAILURES} times")
            try:
                with self._part(path) as part:
                    self.internet.download(address, part, max_bytes=_max_bytes(key), seconds=self.seconds)
                    part.flush()
                    part.seek(0)
                    if why := problem(as_upload(part, key)):
                        raise Refused(why)
            except Unreachable:
                with self.lock:
                    self.failures[host(address)] += 1
                if attempt == 2:
                    raise
                time.sleep(self.pause)
            else:
                with self.lock:
                    self.failures[host(address)] = 0
                return

    @contextmanager
    def _part(self, path):
        """A file that gets its name when all went well, and is gone when not."""
        part = NamedTemporaryFile(dir=self.folder, prefix=f"{path.stem}.", suffix=".part", delete=False)  # noqa: SIM115
        try:
            with part:
                yield part
            Path(part.name).replace(path)
        finally:
            Path(part.name).unlink(missing_ok=True)


class Pace:
    """The `progress` of a download as lines of text, told once a second and at the end."""

    def __init__(self, tell):
        self.tell = tell
        self.told_at = 0

    def __call__(self, fetched, total, missing):
        if fetched + missing >= total or time.monotonic() - self.told_at > 1:
            self.told_at = time.monotonic()
            self.tell(f"fetched {fetched} of {total}, {missing} missing")


def _digest(address):
    return hashlib.blake2b(plain_address(address).encode(), digest_size=16).hexdigest()


def _max_bytes(key):
    kind = attachment.extension(key)
    if kind in PICTURES:
        return checking.MAX_BYTES
    if kind in attachment.TYPES:
        return attachment.MAX_BYTES
    raise Refused("files of this kind are not kept")
