"""How an import's time and memory grow with the file, beside Python's own parser on the same one: `make bench`.

The file is a real one, its items over and over; it is the workshop's own, and elsewhere this is left out.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

from tests.benchmarks.server import ROOT, environment

CORPUS = ROOT.parent / "shared" / "corpora" / "import"
SOURCE = CORPUS / "exports" / "themeunittestdata.wordpress.xml"
TIMES = (2, 17, 170)  # its items over and over: about 1, 10 and 100 MB
AIM_TIMES, AIM_MB = 40, 150  # of the largest


def seconds_to_parse(path):
    begun = time.perf_counter()
    for _event, element in ElementTree.iterparse(path):
        element.clear()
    return time.perf_counter() - begun


def import_(path, folder):
    """(seconds, MB at the most) of a process that takes the file into an empty blog."""
    env = environment(folder, settings="blog_site.settings")
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity=0"], env=env, cwd=ROOT, check=True)
    begun = time.perf_counter()
    # Tried, not taken in: all is done, to copies of the tables.
    command = [*manage, "import_wordpress", "--dry-run", "--json", str(path)]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("The import failed.")
    return time.perf_counter() - begun, usage.ru_maxrss * 1024 / 1_000_000


def main():
    print("\nA WordPress export tried, beside xml.etree.iterparse over the same file.\n")
    if not SOURCE.exists():
        print(f"Left out: {SOURCE} is not here.")
        return
    print(f"{'MB':>6}{'seconds':>10}{'to iterparse':>14}{'MB at most':>12}")
    for times in TIMES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.xml"
            make = [sys.executable, str(CORPUS / "make_big.py"), str(SOURCE), str(times), str(path)]
            subprocess.run(make, check=True)
            bare = min(seconds_to_parse(path) for _try in range(3))
            seconds, memory = import_(path, folder)
            size = path.stat().st_size / 1_000_000
        held = "held" if seconds / bare <= AIM_TIMES and memory <= AIM_MB else "MISSED"
        aim = f"  at most {AIM_TIMES} times, {AIM_MB} MB: {held}" if times == TIMES[-1] else ""
        print(f"{size:>6.0f}{seconds:>10.1f}{seconds / bare:>14.1f}{memory:>12.0f}{aim}")


if __name__ == "__main__":
    main()
