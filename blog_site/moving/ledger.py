"""What an import does to each row, noted as it is done: for undoing, and for knowing later what was edited here."""

from contextlib import contextmanager

from posts.steps import Steps

from .models import ImportedRow, digest, plain_value

BATCH = 1000


class Ledger:
    """Notes for one Import, whose `overwrite` says whether edits made here give way.

    All is written within `step()`, a short transaction that has the notes of what is done in it: whenever the process
    ends, what there is of the import is known. A note may be taken before its row is stored: at the end of the step its
    number is asked for, and the values that it then has. `values` is {column: value}, or a function that returns it.
    """

    def __init__(self, source):
        self.source, self.steps = source, Steps()
        self.notes, self.in_step = [], False

    @contextmanager
    def step(self):
        """A transaction for what is done within it; one within another is a part of that."""
        if self.in_step:
            yield
            return
        self.in_step = True
        try:
            with self.steps.step():
                yield
                self._write()
        finally:
            self.in_step = False

    def made(self, kind, row, values=None, *, original="", public_at=None):
        """The import made `row`; `values` are the file's. `public_at`: of a post that is hidden until then."""
        self.notes.append((kind, row, values, None, original, public_at))

    def changed(self, kind, row, values, *, before, original=""):
        """The import changed `row`; `before`: the values that were replaced."""
        before = {name: plain_value(value) for name, value in before.items()}
        self.notes.append((kind, row, values, before, original, None))

    def may_change(self, kind, row, values):
        """False where `row` was edited here since it came in, or did not come in: `values` are its present ones."""
        if self.source.overwrite:
            return True
        notes = ImportedRow.objects.filter(kind=kind, row=row.pk).exclude(digest="").order_by("-pk")
        return notes.values_list("digest", flat=True).first() == digest(values)

    def _write(self):
        rows = []
        for kind, row, values, before, original, public_at in self.notes:
            values = values() if callable(values) else values
            note = ImportedRow(source=self.source, kind=kind, row=row.pk, before=before, original=original)
            note.digest, note.public_at = digest(values) if values is not None else "", public_at
            rows.append(note)
        ImportedRow.objects.bulk_create(rows, batch_size=BATCH)
        self.notes = []
