"""Measures and prints the table: `make bench`. Takes a minute, leaves nothing behind.

With PEERS=1 in the environment WordPress is measured beside it: see peers.py.
"""

import contextlib
import os
import tempfile
from itertools import count
from urllib.parse import urlencode

from tests.benchmarks.database import own_database
from tests.benchmarks.peers import THEMES, WordPress
from tests.benchmarks.server import environment, prepare, serving
from tests.benchmarks.table import Page, answer_of, measure_all, needs_linux, print_table, read, serving_bare

QUEUE = "/admin/comments/comment/"
CSRF = "a" * 32  # what a form sends has to be what the cookie has
_numbers = count(1)


def main():
    needs_linux()
    with contextlib.ExitStack() as stack:
        content, blog, bare = begin(stack, "fill")
        measured = pages(blog, bare, content)
        print_table(measure_all(measured))
        if os.environ.get("PEERS"):
            measure_peers(measured[0], content)


def begin(stack, fill):
    """(what that function of `content` returns, the server of the blog, that of the bare view); they last as long as
    `stack`."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
    env = environment(
        folder,
        settings="tests.benchmarks.settings",
        BENCH_STATIC_ROOT=f"{folder}/static",
        DATABASE_URL=stack.enter_context(own_database(folder)),
        PAGE_CACHE_MB="0",
    )
    content = _fill(env, fill)
    blog = stack.enter_context(serving(env, log=f"{folder}/blog.log", workers=1))
    # The bare view answers with the same bytes as this post.
    with contextlib.closing(blog.connect()) as connection:
        answer = answer_of(connection, "GET", content.few.get_absolute_url(), expected=200)
    return content, blog, stack.enter_context(serving_bare(env, folder, answer))


def _fill(env, fill):
    """Migrates, collects and fills in this process, with the very settings of the server."""
    prepare(env)
    from django.db import connections

    from tests.benchmarks import content
    from tests.benchmarks.database import filling

    with filling():
        filled = getattr(content, fill)()
    connections.close_all()
    return filled


def pages(blog, bare, content):
    """What is measured; the bare view first, since the others are compared to it. None is kept: `kept` measures those
    that are."""
    few, many = content.few.get_absolute_url(), content.many.get_absolute_url()
    long, longest = content.long.get_absolute_url(), content.longest.get_absolute_url()
    year, newest = f"/{content.few.published_at:%Y}/", content.many.comments.latest("pk").pk

    def page(name, path, requests, aim, beside=""):
        return Page(name, blog, requests, lambda connection: read(connection, path), aim, beside)

    return [
        Page("a bare view", bare, 1500, lambda connection: read(connection, few)),
        page("a post with 3 comments", few, 150, 7),
        page("a post with 500, a page of 50 threads", many, 40, 30),
        page("a post with 5,000", long, 40, 1.2, "a post with 500, a page of 50 threads"),
        page("a post with 50,000", longest, 40, 1.2, "a post with 500, a page of 50 threads"),
        Page(
            "a decision below 500, and the page then",
            blog,
            24,
            lambda connection: decide(connection, newest, many, content.session),
            2,
            "a post with 500, a page of 50 threads",
        ),
        page("home, 10 posts", "/", 160, 12),
        page("a year", year, 160, 12),
        page("archives", "/archives/", 160, 12),
        page("search results", "/search/?q=keeper", 100, 12),
        page("feed, RSS", "/feed/", 130, 12),
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


def decide(connection, comment, path, session):
    """Holds the comment of that number, or approves it again, as a moderator does; and reads the page then."""
    number = next(_numbers)
    form = {"decide": "approve" if number % 2 else "hold", "csrfmiddlewaretoken": CSRF}
    cookies, desk = f"{session}; csrftoken={CSRF}", f"{QUEUE}{comment}/decide/"
    answer_of(connection, "POST", desk, urlencode(form), session=cookies, expected=302)
    return read(connection, path)


if __name__ == "__main__":
    main()
