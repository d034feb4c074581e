"""What goes wrong with a file, said in one line that names it."""

import re

from django.db import DatabaseError

from .files.archives import ArchiveError
from .files.sources import DAMAGED, SourceError

# How other files begin that have been given instead of an export.
_BEGINNINGS = [
    (rb"%PDF", "a PDF"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF", "a picture"),
    (rb"[\[{]", "JSON"),
    (rb"(?:--|/\*|#)?\s*(?:MySQL|MariaDB|phpMyAdmin|SET |CREATE |INSERT |DROP )", "a dump of a database"),
]


class ExportError(Exception):
    """The file can't be read. `line` counts from 1; the text says why, in one line."""

    def __init__(self, line, cause):
        self.line = line
        super().__init__(f"line {line}: {cause}")


class ImportFailed(Exception):
    """The file could not be taken in, and nothing of it was; the text says why, in one line."""


def as_import_error(path, function, *arguments, **options):
    """What `function` returns; ImportFailed for a file that can't be read, or that the database refuses."""
    try:
        return function(*arguments, **options)
    except (ExportError, SourceError) as error:
        separator = "," if isinstance(error, ExportError) else ":"
        cause = f"{path}{separator} {error}"
    except ArchiveError as error:
        cause = str(error)
    except DAMAGED as error:
        cause = f"{path}: the archive is damaged or cut off ({error})"
    except OSError as error:
        cause = f"{path}: {error.strerror or error}"
    except DatabaseError as error:
        cause = f"{path}: the database refuses it ({' '.join(str(error).split())})"
    raise ImportFailed(f"{cause}. Nothing of it was written.")


def describe_content(beginning, export="a WordPress export"):
    """What to say of a file that has no element in it, by its first bytes."""
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\0")
    if not beginning:
        return "the file is empty: it has 0 bytes"
    if not text:
        return "the file is empty: there is nothing but white space in it"
    kind = next((kind for pattern, kind in _BEGINNINGS if re.match(pattern, text)), "a text without any XML")
    return f"this is {kind}, not {export}"
