"""Taking files in, from the command line and from the admin alike: read all, then write one after the other."""

from contextlib import ExitStack, nullcontext
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from blog_site.moving.files.archives import open_archive
from blog_site.moving.files.fetching import Fetched, Pace
from blog_site.moving.files.media import Media
from blog_site.moving.files.sources import sources
from blog_site.moving.files.uploads import Uploads
from blog_site.moving.wordpress.render_process import Typesetter
from blog_site.moving.wordpress.survey import survey

from .disqus import importer as disqus
from .errors import tried
from .models import Import
from .report import Report
from .wordpress import importer as wordpress


def take_in(
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
    `tell(message)` how far the downloads are. With `dry_run` all is done and then undone, and nothing downloaded.
    Raises trying.ImportFailed.
    """
    _spare_memory()
    files = [file for path in paths for file in tried(path, sources, path)]
    progress = _Progress(files, progress)
    report, shown = Report(), {file: _name(file, names) for file in files}
    archive = tried(media, open_archive, media) if media else None
    files_from = {"archive": archive, "tell": tell, "fetching": fetching}
    how = {Import.Kind.WORDPRESS: _wordpress, Import.Kind.DISQUS: _disqus}[source.kind]
    # One that was only tried leaves no trace, whatever its files have in common.
    with transaction.atomic() if dry_run else nullcontext():
        for file, came_of_it in how(source, files, shown, progress=progress, dry_run=dry_run, **files_from):
            report.add(came_of_it, source=f"{shown[file]}, " if len(files) > 1 else "")
            source.report, source.ended_at = report.as_dict(), timezone.now()
            source.state = Import.State.DONE if file == files[-1] else Import.State.RUNNING
            source.save()
        if dry_run:
            transaction.set_rollback(True)
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
            surveys.append(tried(shown[file], survey, file, progress=progress.read))
            opened.callback(surveys[-1].items.close)
        for found in surveys:
            others = [other for other in surveys if other is not found and other.blog == found.blog]
            uploads, fetched = Uploads(found, others), fetching() if source.fetch_media else None
            to_fetch = tried(shown[found.source], fetched.wanted, uploads, archive) if fetched else []
            if fetched and not dry_run:
                # Before the transaction, which waits for nobody.
                tried(shown[found.source], fetched.fetch, to_fetch, Pace(tell))
                to_fetch = []
            media = tried(shown[found.source], Media, found, others, uploads, [archive, fetched], to_fetch=to_fetch)
            options = {"others": others, "media": media, "typesetter": typesetter, "dry_run": dry_run}
            options["progress"] = partial(progress.written, found.source)
            yield found.source, tried(shown[found.source], wordpress.write, found, source=source, **options)
            if fetched and not dry_run:
                fetched.forget()


def _disqus(source, files, shown, *, progress, **_options):
    everything = [tried(shown[file], disqus.read_all, file, progress=progress.read) for file in files]
    for file, found in zip(files, everything, strict=True):
        yield file, tried(shown[file], disqus.write, found, source=source)


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
