"""What a benchmark of pages measures, and the table that it prints: CPU time for each request, beside a bare view."""

import contextlib
import statistics
import sys
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.database import vendor
from tests.benchmarks.server import serving

ROUNDS = 5
HEADING = "CPU time of all of gunicorn's processes (1 worker), one request after the other; median of {} rounds."
WITH_DATABASE = (
    "CPU time of all of gunicorn's processes (1 worker) and of PostgreSQL's for them, one request after the other; "
    "median of {} rounds. The last columns are gunicorn's alone."
)
ELSEWHERE = "PostgreSQL's own processes, on another machine, are not counted."


class Page(NamedTuple):
    name: str
    server: object
    requests: int  # a round: enough for about half a second, since the clock ticks every 10 ms
    send: object  # function of a connection: sends one request, returns the length of the answer's body
    aim: float | None = None  # at most so many times the bare view
    beside: str = ""  # the page, of those above it, to which the aim is, instead of the bare view


class Result(NamedTuple):
    page: Page
    milliseconds: float
    ratio: float
    size: int
    # The same of the web server alone.
    web_milliseconds: float
    web_ratio: float


def needs_linux():
    if not Path("/proc/self/stat").exists():
        sys.exit("The benchmarks read CPU times from /proc, which this system does not have: run them on Linux.")


@contextlib.contextmanager
def serving_bare(env, folder, answer):
    """The server of the bare view, which returns the bytes `answer`."""
    file = Path(folder, "answer.html")
    file.write_bytes(answer)
    env = env | {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.bare", "BARE_ANSWER": str(file)}
    application = "django.core.wsgi:get_wsgi_application()"
    with serving(env, log=f"{folder}/bare.log", workers=1, application=application) as bare:
        yield bare


def measure_all(pages):
    """A `Result` for each page, the first of which is the bare view. The rounds are interleaved, so that a busy minute
    of the machine meets all alike."""
    for page in pages:
        _measure(page._replace(requests=max(3, page.requests // 10)))  # warm: templates and connections are there
    rounds = [[_measure(page) for page in pages] for _ in range(ROUNDS)]
    return [_result(page, place, rounds) for place, page in enumerate(pages)]


def _measure(page):
    """(CPU seconds of the server and its database per request, of the server alone, bytes of the last answer)"""
    server = page.server
    with contextlib.closing(server.connect()) as connection:
        before, database = server.cpu_seconds(), server.backends.cpu_seconds()
        for _ in range(page.requests):
            size = page.send(connection)
        web = (server.cpu_seconds() - before) / page.requests
        return web + (server.backends.cpu_seconds() - database) / page.requests, web, size


def _result(page, place, rounds):
    numbers = []
    for column in (0, 1):
        numbers.append(1000 * statistics.median(measured[place][column] for measured in rounds))
        numbers.append(statistics.median(measured[place][column] / measured[0][column] for measured in rounds))
    return Result(page, *numbers[:2], rounds[-1][place][2], *numbers[2:])


def read(connection, path, session=""):
    return len(answer_of(connection, "GET", path, session=session, expected=200))


def answer_of(connection, method, path, body=None, *, session="", expected):
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    if session:
        headers["Cookie"] = session
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    content = response.read()
    if response.status != expected:
        raise RuntimeError(f"{method} {path} answered {response.status}:\n{content[:2000].decode(errors='replace')}")
    return content


def print_table(results, heading=""):
    """The table, with what falls short of its aim marked."""
    print((heading or _heading(results)).format(ROUNDS))
    both = vendor() == "postgresql" and not heading
    alone = f" {'ms alone':>9} {'to bare':>8}" if both else ""
    print(f"\n{'page, none of them kept':<40} {'ms CPU':>8} {'to bare':>8} {'bytes':>9}{alone}  aim")
    ratios = {}
    for page, milliseconds, ratio, size, web_milliseconds, web_ratio in results:
        ratios[page.name] = ratio
        told = _told(page, ratio / ratios.get(page.beside, 1))
        alone = f" {web_milliseconds:>9.2f} {web_ratio:>8.1f}" if both else ""
        print(f"{page.name:<40} {milliseconds:>8.2f} {ratio:>8.1f} {size:>9,}{alone}  {told}".rstrip())


def _heading(results):
    if vendor() == "sqlite":
        return HEADING
    counted = any(result.milliseconds > result.web_milliseconds for result in results)
    return WITH_DATABASE if counted else f"{HEADING} {ELSEWHERE}"


def _told(page, ratio):
    if not page.aim:
        return ""
    result = "held" if ratio <= page.aim else "MISSED"
    return (
        f"at most {page.aim} of “{page.beside}”: {ratio:.2f}, {result}"
        if page.beside
        else f"at most {page.aim}: {result}"
    )
