"""Disks that are small, so that a test can fill them; mounted, which takes root."""

import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(size):
    """A folder that is a disk of its own, of the size that `mount` is told (64k, 160m).

    It stands apart from pytest's folders: a run that is killed leaves its disk mounted, pytest can't remove the folder,
    and each later run on the machine would fail for it.
    """
    with tempfile.TemporaryDirectory(prefix="disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            # Lazily, since processes that the test started may still have files open there.
            subprocess.run(["umount", "--lazy", folder], check=True)
