"""Files that are stored whole or not at all, and are deleted with their rows or not at all.

They are on a disk, or in a bucket (posts/bucket.py). What both can do beyond Django's storages:

    names()                     of all that is stored
    replace(name, content)      puts a File in the place of what has this name, if anything has
    require_deletable(names)    raises OSError where they can't be deleted
    require_writable()          raises OSError where nothing can be stored
    answer(request, name)       the FileResponse with it; raises Http404 or OSError
"""

import errno
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.static import serve

UNFINISHED = ".unfinished-"
# What the system says where a disk is full, read-only, broken, or somebody else's.
REFUSALS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


class BucketRefuses(OSError):
    """A bucket that is not there, does not answer, or does not let us: no disk is to blame."""


def is_refusal(error):
    """True for an error that says that the disk, or the bucket, takes nothing at the moment."""
    return isinstance(error, OSError) and error.errno in REFUSALS


def explain_refusal(error):
    """What is wrong and what to do, for an error that `is_refusal()`."""
    if isinstance(error, BucketRefuses):
        return _(
            "The storage for pictures and files can’t be reached, or refuses access. Try again in a few minutes. If "
            "that doesn’t help, tell whoever runs this site."
        )
    return _("The disk is full or read-only. Ask whoever runs this site to make room, then try again.")


class WholeFiles(FileSystemStorage):
    """Writes beside the place where a file will be, and moves it there when all of it is on the disk."""

    def _save(self, name, content):
        with self._on_disk(content) as path, open(path, "rb") as whole:
            moving = File(whole, name=name)
            moving.temporary_file_path = lambda: path
            return super()._save(name, moving)

    def replace(self, name, content):
        place = Path(self.path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        with self._on_disk(content) as path:
            os.chmod(path, settings.FILE_UPLOAD_PERMISSIONS)
            os.replace(path, place)

    def names(self):
        for folder, _folders, names in os.walk(self.location):
            below = Path(folder).relative_to(self.location)
            yield from ((below / name).as_posix() for name in sorted(names) if not _is_unfinished(name))

    def require_deletable(self, names):
        for name in names:
            path = Path(self.path(name))
            if path.exists() and not os.access(path.parent, os.W_OK):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    def require_writable(self):
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f"{UNFINISHED}healthz-") as file:
            file.write(b"ok")

    def answer(self, request, name):
        return serve(request, name, document_root=self.location)

    @contextmanager
    def _on_disk(self, content):
        """The path of a file on the same disk that has all of it; gone afterwards, if nothing has moved it."""
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
        try:
            with open(handle, "wb") as copy:
                for chunk in content.chunks():
                    copy.write(chunk)
                copy.flush()
                os.fsync(copy.fileno())
            yield path
        finally:
            Path(path).unlink(missing_ok=True)


def _is_unfinished(name):
    return name.startswith(UNFINISHED) or name.endswith((".part", ".unfinished"))


def require_deletable(names):
    """Raises OSError where stored files could not be deleted: their rows have to stay too then."""
    default_storage.require_deletable(names)


class RefusedForm:
    """A form whose files were not taken; `refusal` is the error that said so."""

    def clean(self):
        super().clean()
        message = _(
            "Nothing was saved. %(why)s You’ll need to choose the file again. The rest of the form is still here."
        )
        raise ValidationError(message % {"why": explain_refusal(self.refusal)})


class TellsOfDisk:
    """For the admin of a model with files: says in the form why they can't be stored, and keeps the words.

    Nothing is changed then, neither rows nor files.
    """

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except OSError as error:
            if not is_refusal(error):
                raise
            # Once more, as a form that has an error: that is how a form keeps what was typed.
            request.refusal = error
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (RefusedForm, form), {"refusal": refusal}) if refusal else form

    def delete_view(self, request, object_id, extra_context=None):
        return self._telling(request, super().delete_view, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        return self._telling(request, super().changelist_view, extra_context)

    def _telling(self, request, view, *args):
        try:
            return view(request, *args)
        except OSError as error:
            if not is_refusal(error):
                raise
            if isinstance(error, BucketRefuses):
                message = _("Nothing was deleted. %(why)s") % {"why": explain_refusal(error)}
            else:
                message = _(
                    "Nothing was deleted. The files can't be deleted because their disk is read-only or broken."
                )
            messages.error(request, message)
            return HttpResponseRedirect(request.get_full_path())
