"""Making what an Export of the admin asks for, in its own process: see jobs.py."""

import shutil
import time
from datetime import timedelta
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from blog_site.replica import reading
from posts.models import Attachment, Picture, Post
from posts.storage import explain_refusal, is_refusal

from . import atomic_write, jobs, json_export
from .export_model import Export
from .files.archive_out import write_archive
from .files.names_out import Names, stored_files
from .one_at_a_time import one_at_a_time
from .undo import take_back_half_done
from .wordpress.export import export as wordpress_export

JUST_BEGUN = timedelta(minutes=1)  # so long its process may take to begin
INTERVAL = 0.5  # seconds between two words on how far it is


def make(export):
    """Makes the files of an export that waits, and says in its row what came of it.

    It begins when no import, undo or other export runs, and none begins before its end: what is half written is in no
    copy.
    """
    try:
        with one_at_a_time(wait=True):
            take_back_half_done()
            if Export.objects.filter(pk=export.pk).update(state=Export.State.RUNNING):
                _finish(export, *_write(export))
    except OSError as error:
        if not is_refusal(error):
            _fail(export, _("The export failed. The server’s log says why. Start it again."))
            raise
        _fail(export, explain_refusal(error))
    except BaseException:
        _fail(export, _("The export failed. The server’s log says why. Start it again."))
        raise


def tidy():
    """Deletes what killed processes of this machine have half written, exports that were kept long enough, and folders
    of those whose row is gone."""
    for export in Export.objects.at_work().filter(begun_at__lt=timezone.now() - JUST_BEGUN):
        if jobs.folder_of(export).exists() and not jobs.is_running(export):
            _fail(export, _("The export was interrupted, and there is no file. Start a new one."))
    for export in Export.objects.expired():
        jobs.stop(export)
        jobs.delete_uploads(export)
        export.delete()
    known = set(map(str, Export.objects.values_list("pk", flat=True)))
    for folder in jobs.folder_of(Export(pk=0)).parent.glob("*"):
        if folder.name not in known and time.time() - folder.stat().st_mtime > Export.KEPT.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)


@reading(whole=True)
def _write(export):
    """(the files' paths, the names of pictures that are missing)"""
    folder = jobs.make_folder(export) / jobs.FILES
    folder.mkdir(exist_ok=True)
    progress = _Progress(export)
    if export.kind == Export.Kind.JSON:
        text, pieces = folder / "blog.json", json_export.pieces()
    else:
        text, pieces = folder / "blog.xml", wordpress_export(personal=export.personal)
    atomic_write.write(text, progress.watching(pieces))
    if not export.with_media:
        return [text], []
    archive, missing = folder / "pictures.zip", []
    name_of = Names().of if export.kind == Export.Kind.WORDPRESS else str
    write_archive(archive, name_of=name_of, missing=missing.append, copied=progress.step)
    return [text, archive], missing


def _finish(export, paths, missing):
    files = [{"name": path.name, "size": path.stat().st_size} for path in paths]
    values = {"state": Export.State.DONE, "files": files, "missing": missing, "ended_at": timezone.now()}
    if not Export.objects.filter(pk=export.pk).update(**values):
        # Somebody has cancelled it.
        jobs.delete_uploads(export)


def _fail(export, error):
    # First what is half written: it may be what fills the disk.
    shutil.rmtree(jobs.folder_of(export) / jobs.FILES, ignore_errors=True)
    values = {"state": Export.State.FAILED, "error": error, "ended_at": timezone.now()}
    Export.objects.filter(pk=export.pk).update(**values)


class _Progress:
    """Counts posts, pictures and files as they are written, and says now and then how many of all that is."""

    def __init__(self, export):
        self.tell = partial(jobs.write_progress, export)
        self.done, self.told_at = 0, 0.0
        self.all = Post.objects.count()
        if export.kind == Export.Kind.WORDPRESS:
            self.all += Picture.objects.count() + Attachment.objects.filter(picture=None).count()
        if export.with_media:
            self.all += sum(1 for _name in stored_files())

    def watching(self, pieces):
        for piece in pieces:
            yield piece
            self.step()

    def step(self):
        self.done += 1
        if time.monotonic() - self.told_at >= INTERVAL:
            self.told_at = time.monotonic()
            # A file's beginning and end are pieces too.
            done = min(self.done, self.all)
            self.tell(f"{done / self.all if self.all else 0:.3f}\n{done}/{self.all}")
