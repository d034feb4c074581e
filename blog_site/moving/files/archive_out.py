"""Every stored picture and file in one zip."""

import zipfile

from django.core.files.storage import default_storage

from .names_out import stored_files


def write_archive(file, *, name_of, missing, copied=lambda: None):
    """Writes a zip to the Path `file`, whole or not at all, of all that is stored: each under `name_of(stored name)`.

    `missing(name)` hears of what should be stored and is not; `copied()` is called after each. Raises OSError.
    """
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with zipfile.ZipFile(unfinished, "w") as archive:
            for name in stored_files():
                if default_storage.exists(name):
                    _copy(archive, name, name_of(name))
                else:
                    missing(name)
                copied()
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(archive, name, name_there):
    with default_storage.open(name) as picture, archive.open(name_there, "w") as copy:
        for chunk in picture.chunks():
            copy.write(chunk)
