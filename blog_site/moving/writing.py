"""Writing the files of an import one after the other, each as a whole."""

import logging
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from .errors import as_import_error
from .ledger import Ledger
from .models import Import, ImportedRow
from .one_at_a_time import one_at_a_time
from .report import Report
from .scratch import scratch_tables
from .undo import take_back_half_done, take_back_unfinished

logger = logging.getLogger(__name__)


@dataclass
class Writing:
    """What writing the files one after the other needs, and what comes of it."""

    source: Import
    files: list
    shown: dict  # {file: what it is called}
    dry_run: bool
    progress: object  # `read(size)` and `written(file, share)` hear how far it is
    tell: Callable
    opened: ExitStack  # … until all is written
    report: Report = field(default_factory=Report)

    def __post_init__(self):
        self.ledger = Ledger(self.source)
        # What is called when all is written, or nothing, or taken back.
        self.after = self.opened.enter_context(ExitStack())

    def begin(self):
        """When all files are read: what runs from then on may write, and reads what it will change."""
        if self.dry_run:
            self.opened.enter_context(scratch_tables())
            return
        self.opened.enter_context(one_at_a_time(wait=True, tell=self.tell))
        take_back_half_done()
        self.opened.enter_context(quick_commits())

    def write(self, file, function, *arguments, **options):
        """Calls the function that writes a file; takes back what is written of it where that fails."""
        as_import_error(self.shown[file], self._note_begin)
        options |= {"ledger": self.ledger, "complete": partial(self._complete, file)}
        try:
            as_import_error(self.shown[file], function, *arguments, **options)
        except BaseException:
            if not self.dry_run:
                self._take_back()
            raise

    def _take_back(self):
        try:
            take_back_unfinished(Import.objects.get(pk=self.source.pk))
        except Exception:
            # The next process that imports, or the worker, sees what is left.
            logger.exception("What was written of %s could not be taken back yet", self.source)

    def _note_begin(self):
        with self.ledger.step():
            newest = ImportedRow.objects.aggregate(newest=Max("pk"))["newest"]
            self.source.state, self.source.unfinished_after = Import.State.RUNNING, newest or 0
            self.source.save()

    def _complete(self, file, report):
        """In the step that makes the file public, or in none."""
        self.report.add(report, source=f"{self.shown[file]}, " if len(self.files) > 1 else "")
        self.source.report, self.source.ended_at = self.report.as_dict(), timezone.now()
        self.source.state = Import.State.DONE if file == self.files[-1] else Import.State.RUNNING
        self.source.unfinished_after = None
        self.source.save()


@contextmanager
def quick_commits():
    """Within it no step waits until it is on the disk; all of them are, once it has ended. A power cut in between may
    take the last ones back, in their order."""
    if connection.in_atomic_block:
        yield
        return
    before, after, flush = "PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL", "PRAGMA wal_checkpoint(PASSIVE)"
    if connection.vendor == "postgresql":
        # The commit of a transaction that has a number takes all before it to the disk.
        before, after, flush = "SET synchronous_commit = off", "RESET synchronous_commit", "SELECT txid_current()"
    with connection.cursor() as cursor:
        cursor.execute(before)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(after)
            cursor.execute(flush)
