"""What an import does to each row, noted as it is done: for undoing, and for knowing later what was edited here."""

from .models import ImportedRow, digest, plain_value

BATCH = 1000


class Ledger:
    """Notes for one Import, whose `overwrite` says whether edits made here give way.

    A note may be taken before its row is stored: `write()` asks for the rows' numbers and for the values that they
    then have. `values` is {column: value}, or a function that returns it.
    """

    def __init__(self, source):
        self.source = source
        self.notes = []

    def made(self, kind, row, values=None, *, original=""):
        """The import made `row`; `values` are the file's."""
        self.notes.append((kind, row, values, None, original))

    def changed(self, kind, row, values, *, before, original=""):
        """The import changed `row`; `before`: the values that were replaced."""
        before = {name: plain_value(value) for name, value in before.items()}
        self.notes.append((kind, row, values, before, original))

    def may_change(self, kind, row, values):
        """False where `row` was edited here since it came in, or did not come in: `values` are its present ones."""
        if self.source.overwrite:
            return True
        notes = ImportedRow.objects.filter(kind=kind, row=row.pk).exclude(digest="").order_by("-pk")
        return notes.values_list("digest", flat=True).first() == digest(values)

    def write(self):
        rows = []
        for kind, row, values, before, original in self.notes:
            values = values() if callable(values) else values
            written = digest(values) if values is not None else ""
            note = ImportedRow(
                source=self.source, kind=kind, row=row.pk, before=before, original=original, digest=written
            )
            rows.append(note)
        ImportedRow.objects.bulk_create(rows, batch_size=BATCH)
        self.notes = []
