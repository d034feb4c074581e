"""An export's items between its two readings: written down as they were parsed, since to parse them again takes ten
times as long. In memory as long as they are few, then in a file without a name."""

import marshal
from dataclasses import fields
from operator import attrgetter
from tempfile import SpooledTemporaryFile

from blog_site.moving.records import Comment, Item, Term

IN_MEMORY = 4_000_000  # bytes
_LENGTH = 8  # bytes that say how long a piece is
# Everything but the records within an item: its last fields are its terms, its metadata and its comments.
_OF_ITEM = attrgetter(*(field.name for field in fields(Item)[:-3]), "meta")
_OF_COMMENT = attrgetter(*(field.name for field in fields(Comment)))
_OF_TERM = attrgetter(*(field.name for field in fields(Term)))


class Spool:
    def __init__(self):
        self.file, self.size = SpooledTemporaryFile(IN_MEMORY), 0  # noqa: SIM115 (whoever made it closes it)

    def add(self, item):
        terms, comments = [*map(_OF_TERM, item.terms)], [*map(_OF_COMMENT, item.comments)]
        piece = marshal.dumps((_OF_ITEM(item), terms, comments))
        self.file.write(len(piece).to_bytes(_LENGTH) + piece)
        self.size += _LENGTH + len(piece)

    def items(self, *, progress=lambda share: None):
        """Yields the items in their order, once; `progress(share)` hears how much more of all that was, from 0 to 1."""
        self.file.seek(0)
        while length := self.file.read(_LENGTH):
            piece = self.file.read(int.from_bytes(length))
            # Written above, in a file that nobody else has.
            (*values, meta), terms, comments = marshal.loads(piece)  # noqa: S302
            yield Item(*values, [Term(*term) for term in terms], meta, [Comment(*comment) for comment in comments])
            progress((_LENGTH + len(piece)) / self.size)

    def close(self):
        self.file.close()
