"""What a page costs that the page cache has, beside a bare Django view of the same bytes: a part of `make bench`.

CPU time of all of gunicorn's processes, and of PostgreSQL's for them, for each request, one after the other on one
connection; and requests a second by wrk, with eight connections, where that is installed.
"""

import contextlib
import re
import shutil
import statistics
import subprocess
import tempfile

from tests.benchmarks.database import own_database
from tests.benchmarks.server import environment, prepare, serving
from tests.benchmarks.table import needs_linux, serving_bare

SIZE = 60_000  # bytes of the page, or a little more
ROUNDS, REQUESTS = 15, 500
SPURTS, SECONDS, CONNECTIONS = 3, 2, 8
WRK = shutil.which("wrk")


def main():
    needs_linux()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, contextlib.ExitStack() as stack:
        env = environment(
            folder,
            settings="tests.benchmarks.settings",
            BENCH_STATIC_ROOT=f"{folder}/static",
            DATABASE_URL=stack.enter_context(own_database(folder)),
        )
        path = write_page(env)
        kept = stack.enter_context(serving(env, log=f"{folder}/kept.log", workers=1))
        answer = ask(kept, path)[1]
        bare = stack.enter_context(serving_bare(env, folder, answer))
        compare(bare, kept, path, len(answer))


def write_page(env):
    """The path of a post whose page is of that size."""
    prepare(env)
    from django.db import connections

    from tests.factories import make_post

    address = make_post(
        title="A long one", body=f"{'Many words of one post. ' * (SIZE // 24 - 300)}"
    ).get_absolute_url()
    connections.close_all()
    return address


def compare(bare, kept, path, size):
    tag = ask(kept, path)[0]["ETag"]
    rows = [
        ("a bare view", bare, {}, None, None),
        (f"a kept page of {size:,} bytes", kept, {}, 0.9, 1.0),
        ("the same, compressed", kept, {"Accept-Encoding": "gzip, br"}, None, None),
        ("the same with If-None-Match", kept, {"If-None-Match": tag}, 0.85, None),
    ]
    for _name, server, headers, *_bars in rows:
        cpu(server, path, headers, 200)
    # Interleaved, so that a busy minute of the machine meets all alike.
    costs = means(ROUNDS, [lambda row=row: cpu(row[1], path, row[2], REQUESTS) for row in rows])
    speeds = means(SPURTS, [lambda row=row: speed(row[1], path, row[2]) for row in rows]) if WRK else [None] * len(rows)
    print(f"\nThe page cache: CPU time a request, one after the other; mean of {ROUNDS} times {REQUESTS}.")
    print(f"{'':36} {'ms CPU':>8} {'to bare':>8} {'a second':>9} {'to bare':>8}  aim")
    for cost, each, (name, _server, _headers, most, least) in zip(costs, speeds, rows, strict=True):
        ratio, faster = cost / costs[0], WRK and each / speeds[0]
        told = f"{each:>9,.0f} {faster:>8.2f}" if WRK else f"{'':>9} {'':>8}"
        print(f"{name:36} {1000 * cost:>8.3f} {ratio:>8.2f} {told}  {aims(ratio, most, faster, least)}".rstrip())
    if not WRK:
        print("Requests a second were not measured: there is no wrk here (Debian, Ubuntu: apt install wrk).")


def means(rounds, measures):
    """What each of these functions returns, on average."""
    found = [[measure() for measure in measures] for _ in range(rounds)]
    return [statistics.mean(column) for column in zip(*found, strict=True)]


def aims(ratio, most, faster, least):
    told = [f"at most {most}: {'held' if ratio <= most else 'MISSED'}"] if most else []
    if least and faster:
        told.append(f"at least {least} a second: {'held' if faster >= least else 'MISSED'}")
    return ", ".join(told)


def cpu(server, path, headers, requests):
    """CPU seconds of the server and its database per request."""
    expected = 304 if "If-None-Match" in headers else 200
    with contextlib.closing(server.connect()) as connection:
        before = server.cpu_seconds() + server.backends.cpu_seconds()
        for _ in range(requests):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != expected:
                raise RuntimeError(f"GET {path} answered {answer.status}")
        return (server.cpu_seconds() + server.backends.cpu_seconds() - before) / requests


def speed(server, path, headers):
    """Requests a second."""
    told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [WRK, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *told, f"http://127.0.0.1:{server.port}{path}"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.search(r"Requests/sec:\s*([0-9.]+)", printed)[1])


def ask(server, path):
    """(headers, body) of the page."""
    with contextlib.closing(server.connect()) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.headers, answer.read()


if __name__ == "__main__":
    main()
