"""What goes wrong with a file, said in one line that names it."""

from django.core.management.base import CommandError
from django.db import DatabaseError

from .reader import WXRError


def tried(path, function, *arguments, **options):
    """What `function` returns; CommandError in one line for a file that can't be read, or that the database refuses."""
    try:
        return function(*arguments, **options)
    except WXRError as error:
        raise CommandError(f"{path}, {error}. Nothing of it was written.") from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}. Nothing of it was written.") from error
    except DatabaseError as error:
        cause = " ".join(str(error).split())
        raise CommandError(f"{path}: the database refuses it ({cause}). Nothing of it was written.") from error
