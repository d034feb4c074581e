"""What goes wrong with a file, said in one line that names it."""

from django.db import DatabaseError

from blog_site.moving.files.archives import ArchiveError
from blog_site.moving.files.sources import DAMAGED, SourceError
from blog_site.moving.wordpress.reader import WXRError


class ImportFailed(Exception):
    """The file could not be taken in, and nothing of it was; the text says why, in one line."""


def as_import_error(path, function, *arguments, **options):
    """What `function` returns; ImportFailed for a file that can't be read, or that the database refuses."""
    try:
        return function(*arguments, **options)
    except (WXRError, SourceError) as error:
        separator = "," if isinstance(error, WXRError) else ":"
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
