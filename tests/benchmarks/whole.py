"""Measures and prints what the whole set does: nginx's micro-cache beside a static file, memory, the first request.

Needs nginx, redis-server, pgbouncer, postgresql and wrk (Debian, Ubuntu: `apt install` of these names).
"""

import contextlib
import http.client
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.faults import test_memory as memory
from tests.faults.blog import Blog, wait_until
from tests.faults.whole_set import WholeSet

ROUNDS = 3
SECONDS = 4  # of each round of wrk
PROGRAMS = ["nginx", "redis-server", "pgbouncer", "wrk"]
WALKS = 6  # of sixteen visitors through everything that a blog has


def main():
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        print(f"The whole set is left out: there is no {', '.join(missing)} here.")
        return
    print("The whole set: web server with 2 workers, worker; two of those behind nginx, 8 connections of wrk.\n")
    print(f"{'what':<58} {'measured':>12}  aim")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        behind_nginx(folder)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        memory_and_first_request(Path(folder))


def row(what, measured, holds, aim):
    print(f"{what:<58} {measured:>12}  {aim}: {'held' if holds else 'MISSED'}", flush=True)


def behind_nginx(folder):
    with WholeSet(folder) as whole_set:
        (_pk, path), *_others = whole_set.prepare()
        whole_set.start_blog()
        (whole_set.folder / "file/post.html").write_bytes(read(whole_set.port, path))
        both = [path, "/file/post.html"]
        for each in both:
            requests_a_second(whole_set.port, each, 1)
        rounds = [[requests_a_second(whole_set.port, each, SECONDS) for each in both] for _ in range(ROUNDS)]
        kept, file = (statistics.median(times) for times in zip(*rounds, strict=True))
        ratio = statistics.median(kept / file for kept, file in rounds)
        size = len(read(whole_set.port, path))
        print(f"{'nginx, a static file of ' + f'{size:,} bytes':<58} {file:>10,.0f}/s")
        print(f"{'nginx, the post of that size in its micro-cache':<58} {kept:>10,.0f}/s")
        row("… to the static file", f"{ratio:.2f}", ratio >= 0.8, "at least 0.8")


def read(port, path):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return content


def requests_a_second(port, path, seconds):
    said = subprocess.run(
        ["wrk", "-t2", "-c8", f"-d{seconds}", f"http://127.0.0.1:{port}{path}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def memory_and_first_request(folder):
    with Blog(folder, always_sqlite=True) as blog:
        made, port = blog.python(memory.PREPARE), memory.free_port()
        blog.env |= {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "2"}
        began = time.monotonic()
        process = blog.start("-m", "blog_site.serve")
        wait_until(lambda: memory.is_up(port))
        started = time.monotonic()
        read(port, made["long"])
        first = time.monotonic() - started
        row("first request after a start, a post with 300 comments", f"{first:.2f} s", first <= 0.5, "at most 0.5 s")
        print(f"{'… from the command until it answers':<58} {started - began:>10.1f} s")
        print(f"{'memory (PSS) at the start':<58} {memory.megabytes(process):>9.0f} MB")
        visitors = [memory.Visitor(port, made, seed) for seed in range(memory.CLIENTS)]
        taken = []
        for _walk in range(WALKS):
            threads = [threading.Thread(target=visitor.walk) for visitor in visitors]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            taken.append(memory.megabytes(process))
        print(f"{'… after 256 requests of every kind, the desk included':<58} {taken[0]:>9.0f} MB")
        row(f"… after {256 * WALKS:,}", f"{taken[-1]:.0f} MB", taken[-1] <= 130, "at most 130 MB")


if __name__ == "__main__":
    sys.exit(main())
