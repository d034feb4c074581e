"""What this machine, or the container that this runs in, has for the blog: processors and memory."""

import os
from contextlib import suppress
from pathlib import Path

CGROUPS, OWN_CGROUP = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
MEGABYTE = 1024 * 1024
# What a process of the web server takes once it has made every kind of page, and what everything else does: the first
# process, the worker, the system itself (docs/operating.md, "Memory").
OF_A_PROCESS, OF_THE_REST = 75 * MEGABYTE, 250 * MEGABYTE
MOST = 16  # more of them would want more connections than a PostgreSQL has as it comes


def processes():
    """How many processes the web server has, unless the settings say: one for each processor that it may use, two at
    least, so that one can be replaced, and no more than there is memory for."""
    has_room_for = (memory() - OF_THE_REST) // OF_A_PROCESS
    return max(1, min(max(2, processors()), has_room_for, MOST))


def processors():
    """How many this process may use: those it is bound to, or the part of them that its container is allowed."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = _read("cpu.max").split()
        count = min(count, max(1, round(int(quota) / int(period))))
    return count


def memory():
    """In bytes: the machine's, or what its container is allowed."""
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in ("memory.max", "memory.high"):
        with suppress(OSError, ValueError):
            size = min(size, int(_read(name)))
    return size


def _read(name):
    """A limit of the group (cgroup v2) that this process is in: a container's, or a service's of systemd."""
    own = OWN_CGROUP.read_text().partition("0::")[2].strip()
    return (CGROUPS / own.lstrip("/") / name).read_text()
