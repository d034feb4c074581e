"""Measures and prints the table: `make bench`. Takes a minute, leaves nothing behind.

With PEERS=1 in the environment WordPress is measured beside it: see peers.py.
"""

import contextlib
import os
import statistics
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.benchmarks.peers import THEMES, WordPress
from tests.benchmarks.server import environment, prepare, serving

ROUNDS = 5
HEADING = "CPU time of all of gunicorn's processes (1 worker), one request after the other; median of {} rounds."
QUEUE = "/admin/comments/comment/"
CSRF = "a" * 32  # what a form sends has to be what the cookie has
_numbers = count(1)


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


def main():
    if not Path("/proc/self/stat").exists():
        sys.exit("The benchmarks read CPU times from /proc, which this system does not have: run them on Linux.")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, contextlib.ExitStack() as servers:
        static, answer = f"{folder}/static", Path(folder, "answer.html")
        env = environment(folder, settings="tests.benchmarks.settings", BENCH_STATIC_ROOT=static, PAGE_CACHE_MB="0")
        content = write_blog(env)
        blog = servers.enter_context(serving(env, log=f"{folder}/blog.log", workers=1))
        # The bare view answers with the same bytes as the post with 3 comments.
        answer.write_bytes(get(blog, content.few))
        bare_env = env | {"DJANGO_SETTINGS_MODULE": "tests.benchmarks.bare", "BARE_ANSWER": str(answer)}
        bare = servers.enter_context(
            serving(
                bare_env,
                log=f"{folder}/bare.log",
                workers=1,
                application="django.core.wsgi:get_wsgi_application()",
            )
        )
        measured = pages(blog, bare, content)
        print_table(measure_all(measured))
        if os.environ.get("PEERS"):
            measure_peers(measured[0], content)


def write_blog(env):
    """Migrates, collects and fills in this process, with the very settings of the server."""
    prepare(env)
    from django.db import connections

    from tests.benchmarks.content import fill

    content = fill()
    connections.close_all()
    return content


def pages(blog, bare, content):
    """What is measured; the bare view first, since the others are compared to it. None is kept: `kept` measures those
    that are."""
    few, many = content.few.get_absolute_url(), content.many.get_absolute_url()
    long, longest = content.long.get_absolute_url(), content.longest.get_absolute_url()
    year = f"/{content.few.published_at:%Y}/"

    def page(name, path, requests, aim, beside=""):
        return Page(name, blog, requests, lambda connection: read(connection, path), aim, beside)

    return [
        Page("a bare view", bare, 1500, lambda connection: read(connection, few)),
        page("a post with 3 comments", few, 100, 7),
        page("a post with 500, a page of 50 threads", many, 12, 30),
        page("a post with 5,000", long, 12, 1.2, "a post with 500, a page of 50 threads"),
        page("a post with 50,000", longest, 12, 1.2, "a post with 500, a page of 50 threads"),
        Page(
            "a decision below 500, and the page then",
            blog,
            12,
            lambda connection: decide(connection, content.many, content.session),
            2,
            "a post with 500, a page of 50 threads",
        ),
        page("home, 10 posts", "/", 60, 12),
        page("a year", year, 60, 12),
        page("archives", "/archives/", 60, 12),
        page("search results", "/search/?q=keeper", 40, 12),
        page("feed, RSS", "/feed/", 60, 12),
        page("comments feed, RSS", "/comments/feed/", 60, 40),
        Page(
            "the queue, 25 of 200 that wait", blog, 20, lambda connection: read(connection, QUEUE, content.session), 90
        ),
        Page("a comment posted", blog, 60, lambda connection: write(connection, content.written_to), 18),
        Page("a comment posted below 500", blog, 40, lambda connection: write(connection, [content.busy]), 18),
    ]


def measure_peers(bare, content):
    """WordPress with the same posts and comments, but for the post with 50,000; beside the same bare view."""
    posts = [*content.written_to, content.long, content.busy, content.many, content.few]
    with WordPress(posts) as wordpress:
        for theme, name in THEMES.items():
            wordpress.show(theme)
            print_table(
                measure_all([bare, *pages_of(wordpress, content)]),
                f"\nWordPress, {name} ({theme}): the same of PHP's and MariaDB's processes.",
            )


def pages_of(wordpress, content):
    def page(name, path, requests):
        return Page(name, wordpress, requests, lambda connection: read(connection, path))

    def write(connection):
        number = next(_numbers)
        posts = content.written_to
        method, path, body = wordpress.comment(posts[number % len(posts)], number, f"Letter number {number}.")
        return len(answer_of(connection, method, path, body, expected=302))

    return [
        page("a post with 3 comments", wordpress.path(content.few), 10),
        page("a post with 500, a page of 50 threads", wordpress.path(content.many), 4),
        page("a post with 5,000", wordpress.path(content.long), 4),
        page("home, 10 posts", "/", 10),
        page("feed, RSS", "/?feed=rss2", 10),
        page("comments feed, RSS", "/?feed=comments-rss2", 10),
        Page("a comment posted", wordpress, 20, write),
    ]


def measure_all(pages):
    """A `Result` for each page. The rounds are interleaved, so that a busy minute of the machine meets all alike."""
    for page in pages:
        measure(page._replace(requests=max(3, page.requests // 10)))  # warm: templates and connections are there
    rounds = [[measure(page) for page in pages] for _ in range(ROUNDS)]
    results = []
    for place, page in enumerate(pages):
        times = [measured[place][0] for measured in rounds]
        ratios = [measured[place][0] / measured[0][0] for measured in rounds]
        results.append(Result(page, 1000 * statistics.median(times), statistics.median(ratios), rounds[-1][place][1]))
    return results


def measure(page):
    """(CPU seconds of the server per request, bytes of the last answer)."""
    with contextlib.closing(page.server.connect()) as connection:
        before = page.server.cpu_seconds()
        for _ in range(page.requests):
            size = page.send(connection)
        return (page.server.cpu_seconds() - before) / page.requests, size


def get(server, post):
    with contextlib.closing(server.connect()) as connection:
        return answer_of(connection, "GET", post.get_absolute_url(), expected=200)


def read(connection, path, session=""):
    return len(answer_of(connection, "GET", path, session=session, expected=200))


def write(connection, posts):
    """Posts a comment that nobody has sent before below one of `posts`, each in its turn."""
    number = next(_numbers)
    form = {
        "name": f"Writer {number}",
        "email": f"writer{number}@example.org",
        "url": "",
        "body": f"Letter number {number}. I was there *on the night*, and saw it otherwise.\n\nYours, a neighbour.",
        "parent": "",
    }
    path = f"/comments/on/{posts[number % len(posts)].pk}/"
    return len(answer_of(connection, "POST", path, urlencode(form), expected=303))


def decide(connection, post, session):
    """Holds the newest comment below `post`, or approves it again, as a moderator does; and reads the page then."""
    number = next(_numbers)
    path = f"{QUEUE}{post.comments.latest('pk').pk}/decide/"
    form = {"decide": "approve" if number % 2 else "hold", "csrfmiddlewaretoken": CSRF}
    answer_of(connection, "POST", path, urlencode(form), session=f"{session}; csrftoken={CSRF}", expected=302)
    return read(connection, post.get_absolute_url())


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


def print_table(results, heading=HEADING):
    """The table, with what falls short of its aim marked."""
    print(heading.format(ROUNDS))
    print(f"\n{'page, none of them kept':<40} {'ms CPU':>8} {'to bare':>8} {'bytes':>9}  aim")
    ratios = {}
    for page, milliseconds, ratio, size in results:
        ratios[page.name] = ratio
        told = _told(page, ratio / ratios.get(page.beside, 1))
        print(f"{page.name:<40} {milliseconds:>8.2f} {ratio:>8.1f} {size:>9,}  {told}".rstrip())


def _told(page, ratio):
    if not page.aim:
        return ""
    result = "held" if ratio <= page.aim else "MISSED"
    return (
        f"at most {page.aim} of “{page.beside}”: {ratio:.2f}, {result}"
        if page.beside
        else f"at most {page.aim}: {result}"
    )


if __name__ == "__main__":
    main()
