"""Taking files in, from the command line and from the admin alike: read all, then write one after the other."""

from contextlib import ExitStack, nullcontext
from functools import partial

from django.db import connection
from django.utils import timezone

from blog_site.moving.files.archives import open_archive
from blog_site.moving.files.fetching import Fetched, Pace
from blog_site.moving.files.media import Media
from blog_site.moving.files.sources import sources
from blog_site.moving.wordpress.render_process import Typesetter
from blog_site.moving.wordpress.survey import survey_file
from blog_site.moving.wordpress.uploads import Uploads

from .disqus import importer as disqus
from .errors import as_import_error
from .models import Import
from .report import Report
from .scratch import scratch_tables
from .wordpress import comments
from .wordpress import importer as wordpress


def run_import(
    source,
    paths,
    *,
    dry_run=False,
    media=None,
    names=None,
    progress=lambda share: None,
    tell=lambda message: None,
    fetching=Fetched,
):
    """Takes the files at `paths` in, as the Import `source`, and returns their Report.

    All are read before the first is written, so that a broken one stops the others too; then it is one transaction a
    file. `names`: what the files are called, {path: name}. `media`: a folder, tar or zip of uploads; what it has not
    is downloaded where the Import says `fetch_media`. `progress(share)` hears how far it is, from 0 to 1, and
    `tell(message)` how far the downloads are. With `dry_run` all is done to copies of the tables, and nothing is
    downloaded. Raises errors.ImportFailed.
    """
    _spare_memory()
    files = [file for path in paths for file in as_import_error(path, sources, path)]
    progress = _Progress(files, progress)
    report, shown = Report(), {file: _name(file, names) for file in files}
    archive = as_import_error(media, open_archive, media) if media else None
    files_from = {"archive": archive, "tell": tell, "fetching": fetching}
    how = {Import.Kind.WORDPRESS: _wordpress, Import.Kind.DISQUS: _disqus}[source.kind]
    with scratch_tables() if dry_run else nullcontext():
        for file, came_of_it in how(source, files, shown, progress=progress, dry_run=dry_run, **files_from):
            report.add(came_of_it, source=f"{shown[file]}, " if len(files) > 1 else "")
            source.report, source.ended_at = report.as_dict(), timezone.now()
            source.state = Import.State.DONE if file == files[-1] else Import.State.RUNNING
            source.save()
    return report


def _spare_memory():
    """A server keeps 16 MB of SQLite's pages for its readers; what is written in one go needs few of them again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-6000")


def _wordpress(source, files, shown, *, progress, dry_run, archive, tell, fetching):
    with ExitStack() as opened:
        # Begun at once: another process takes a second to start, in which the first reads.
        typesetter = opened.enter_context(Typesetter(sum(file.size for file in files)))
        surveys = []
        for file in files:
            surveys.append(as_import_error(shown[file], survey_file, file, progress=progress.read))
            opened.callback(surveys[-1].items.close)
        for survey in surveys:
            call = partial(as_import_error, shown[survey.file])
            others = [other for other in surveys if other is not survey and other.blog == survey.blog]
            uploads, fetched = Uploads(survey, others), fetching() if source.fetch_media else None
            to_fetch = call(fetched.wanted, uploads, archive) if fetched else []
            if fetched and not dry_run:
                # Before the transaction, which waits for nobody.
                call(fetched.fetch, to_fetch, Pace(tell))
                to_fetch = []
            media = call(Media, survey, others, uploads, [archive, fetched], to_fetch=to_fetch)
            options = {"others": others, "media": media, "typesetter": typesetter, "dry_run": dry_run}
            options["progress"] = partial(progress.written, survey.file)
            yield survey.file, call(wordpress.write, survey, source=source, **options)
            if fetched and not dry_run:
                fetched.forget()


def _disqus(source, files, shown, *, progress, **_options):
    exports = [as_import_error(shown[file], disqus.read_all, file, progress=progress.read) for file in files]
    for file, export in zip(files, exports, strict=True):
        yield file, as_import_error(shown[file], disqus.write, export, source=source, read_comment=comments.read)


def _name(file, names):
    name = (names or {}).get(file.path, file.path)
    return f"{name}, {file.member}" if file.member else str(name)


class _Progress:
    """Hears of each piece that is read, and of each that is written, which takes four times as long."""

    def __init__(self, files, tell):
        self.size, self.tell, self.done, self.told = sum(file.size for file in files), tell, 0, 0

    def read(self, size):
        self._add(size)

    def written(self, file, share):
        self._add(4 * share * file.size)

    def _add(self, done):
        self.done += done
        share = min(self.done / (5 * self.size), 1) if self.size else 0
        if share - self.told >= 0.01:
            self.told = share
            self.tell(share)
