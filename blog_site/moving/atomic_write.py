"""Files that are there whole or not at all: an export that broke off looks like one."""


def write(file, pieces):
    """Writes pieces of text to the Path `file`. Raises OSError, and leaves what was there."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as output:
            output.writelines(pieces)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
