"""Uploaded files in a bucket of S3, or of a server that speaks as it does, instead of on a disk (docs/scaling.md).

Pages name them as they would on a disk, below MEDIA_URL, and the blog reads them from the bucket: it needs to be public
to nobody, no page asks another host for anything, and texts stay as they are when the files move.
"""

import errno
import io
import os
import threading
from contextlib import contextmanager

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.http import FileResponse, Http404, HttpResponseNotModified
from django.utils.encoding import filepath_to_uri
from django.utils.http import http_date
from django.views.static import was_modified_since
from storages.backends.s3 import S3Storage

from .storage import BucketRefuses

LONGEST = 1024  # bytes of a name
# Seconds: a request of the desk waits for them, and tells that nothing was saved.
LIMITS = {"connect_timeout": 5, "read_timeout": 20, "retries": {"mode": "standard", "max_attempts": 3}}
# Of what S3 itself can do, most of the others can only what is required.
PLAIN = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
MISSING = {"404", "NoSuchKey"}


class Bucket(S3Storage):
    """Says OSError, as a disk does, where the bucket gives or takes nothing: FileNotFoundError where there is no file.

    A file is there whole or not at all, as the bucket itself has it.
    """

    def __init__(self, **options):
        style = "path" if options.get("endpoint_url") else "auto"
        config = Config(s3={"addressing_style": style}, signature_version="s3v4", **LIMITS, **PLAIN)
        super().__init__(
            client_config=config,
            file_overwrite=False,
            # What is read of it for a moment: a picture in memory, a film on the disk.
            max_memory_size=2 * 1024 * 1024,
            **options,
        )
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    @property
    def connection(self):
        """One for all threads, who use its client alone: each takes megabytes, and a moment to make."""
        with self._lock:
            if self._connection is None:
                self._connection = super().connection
            return self._connection

    def _forget(self):
        """For a process that was forked: open connections are those of its parent."""
        self._lock, self._connection, self._bucket = threading.Lock(), None, None
        self._connections = threading.local()

    # --- As a disk has it

    def url(self, name, parameters=None, expire=None, http_method=None):
        return settings.MEDIA_URL + filepath_to_uri(name)

    def _open(self, name, mode="rb"):
        with told_as_of_a_disk(name):
            return super()._open(name, mode)

    def _save(self, name, content):
        with told_as_of_a_disk(name):
            return super()._save(name, content)

    def delete(self, name):
        with told_as_of_a_disk(name):
            super().delete(name)

    def exists(self, name):
        with told_as_of_a_disk(name):
            return super().exists(name)

    def get_modified_time(self, name):
        with told_as_of_a_disk(name):
            return super().get_modified_time(name)

    # --- What posts/storage.py promises

    def names(self):
        with told_as_of_a_disk(self.bucket_name):
            for stored in self.bucket.objects.all():
                yield stored.key

    def replace(self, name, content):
        with told_as_of_a_disk(name):
            self._save(name, content)

    def require_deletable(self, names):
        """Only that the bucket answers: what it lets us do, it says when it is asked to."""
        self.require_writable()

    def require_writable(self):
        try:
            with told_as_of_a_disk(self.bucket_name):
                self.connection.meta.client.head_bucket(Bucket=self.bucket_name)
        except FileNotFoundError as error:
            raise BucketRefuses(errno.EIO, "there is no such bucket", self.bucket_name) from error

    def answer(self, request, name):
        key = self._normalize_name(name)
        if not 0 < len(key.encode()) <= LONGEST:
            raise Http404
        with told_as_of_a_disk(name):
            about = self.connection.meta.client.head_object(Bucket=self.bucket_name, Key=key)
        changed_at = about["LastModified"].timestamp()
        if not was_modified_since(request.headers.get("If-Modified-Since"), changed_at):
            return HttpResponseNotModified()
        response = FileResponse(Stored(self, name, about["ContentLength"]), filename=name)
        response.headers["Last-Modified"] = http_date(changed_at)
        return response


@contextmanager
def told_as_of_a_disk(name):
    try:
        yield
    except ClientError as error:
        if str(error.response["Error"]["Code"]) in MISSING:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name) from error
        raise BucketRefuses(errno.EIO, str(error), name) from error
    except BotoCoreError as error:
        raise BucketRefuses(errno.EIO, str(error), name) from error


class Stored(io.RawIOBase):
    """A file of a bucket, asked for where it is first read from: a part of a film needs no more than that."""

    def __init__(self, storage, name, size):
        self._storage, self._name, self._size, self._at, self._body = storage, name, size, 0, None

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self._at

    def seek(self, offset, whence=io.SEEK_SET):
        self._stop()
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer):
        if self._at >= self._size:
            return 0
        with told_as_of_a_disk(self._name):
            if self._body is None:
                client, key = self._storage.connection.meta.client, self._storage._normalize_name(self._name)
                asked = {"Bucket": self._storage.bucket_name, "Key": key, "Range": f"bytes={self._at}-"}
                self._body = client.get_object(**asked)["Body"]
            piece = self._body.read(len(buffer))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self):
        self._stop()
        super().close()

    def _stop(self):
        if self._body is not None:
            self._body.close()
            self._body = None
