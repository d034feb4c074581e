"""Taking files in, from the command line and from the admin alike: read all, then write one after the other."""

from contextlib import ExitStack
from functools import partial

from django.db import connection

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
from .wordpress import comments
from .wordpress import importer as wordpress
from .writing import Writing


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

    All are read before the first is written, so that a broken one stops the others too. A file comes in as a whole:
    it is written in short steps, of which nobody sees anything before the last; if it fails, or the process is killed,
    they are taken back. `names`: what the files are called, {path: name}. `media`: a folder, tar or zip of uploads;
    what it has not is downloaded where the Import says `fetch_media`. `progress(share)` hears how far it is, from 0 to
    1, and `tell(message)` how far the downloads are. With `dry_run` all is done to copies of the tables, and nothing is
    downloaded. Raises errors.ImportFailed.
    """
    _spare_memory()
    files = [file for path in paths for file in as_import_error(path, sources, path)]
    progress = _Progress(files, progress)
    shown = {file: _name(file, names) for file in files}
    archive = as_import_error(media, open_archive, media) if media else None
    run = {Import.Kind.WORDPRESS: _wordpress, Import.Kind.DISQUS: _disqus}[source.kind]
    with ExitStack() as opened:
        writing = Writing(source, files, shown, dry_run, progress, tell, opened)
        run(writing, archive=archive, fetching=fetching)
    if not dry_run:
        # What is on the disk then has all that came before it.
        source.save(update_fields=["ended_at"])
    return writing.report


def _spare_memory():
    """A server keeps 16 MB of SQLite's pages for its readers; what is written in one go needs few of them again."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-6000")


def _wordpress(writing, *, archive, fetching):
    shown, source = writing.shown, writing.source
    with ExitStack() as opened:
        # Begun at once: another process takes a second to start, in which the first reads.
        typesetter = opened.enter_context(Typesetter(sum(file.size for file in writing.files)))
        surveys = []
        for file in writing.files:
            surveys.append(as_import_error(shown[file], survey_file, file, progress=writing.progress.read))
            opened.callback(surveys[-1].items.close)
        as_import_error(shown[writing.files[0]], writing.begin)
        for survey in surveys:
            call = partial(as_import_error, shown[survey.file])
            others = [other for other in surveys if other is not survey and other.blog == survey.blog]
            uploads, fetched = Uploads(survey, others), fetching() if source.fetch_media else None
            to_fetch = call(fetched.wanted, uploads, archive) if fetched else []
            if fetched and not writing.dry_run:
                call(fetched.fetch, to_fetch, Pace(writing.tell))
                to_fetch = []
            media = call(Media, survey, others, uploads, [archive, fetched], to_fetch=to_fetch)
            writing.after.callback(media.discard)
            options = {"others": others, "media": media, "typesetter": typesetter}
            options["progress"] = partial(writing.progress.written, survey.file)
            writing.write(survey.file, wordpress.write, survey, **options)
            if not writing.dry_run:
                media.keep()
                if fetched:
                    fetched.forget()


def _disqus(writing, **_options):
    exports = [
        as_import_error(writing.shown[file], disqus.read_all, file, progress=writing.progress.read)
        for file in writing.files
    ]
    as_import_error(writing.shown[writing.files[0]], writing.begin)
    for file, export in zip(writing.files, exports, strict=True):
        writing.write(file, disqus.write, export, read_comment=comments.read)


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
