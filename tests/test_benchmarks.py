"""The parts of `make bench` can be started: they run nowhere else, and would break unseen."""

import re
import subprocess
import sys

from tests.benchmarks.server import ROOT


def test_each_part_begins_without_the_settings_of_a_blog():
    parts = re.findall(r"-m (tests\.benchmarks\.\w+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    code = "; ".join(f"import {part}" for part in parts)

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, capture_output=True, text=True)

    assert len(parts) == 8
    assert done.returncode == 0, done.stderr
