"""The database locked, full, read-only or away: nobody loses a word, and the health page says what it is."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from html import unescape

import pytest

from .blog import FORM, post_comment, urlencode, wait_until
from .web import free_port, start_web

pytestmark = pytest.mark.faults

WORDS = "Words <that> must & not be lost."


def send(server, post, text=WORDS):
    """(status, headers, page) of the form sent by a stranger."""
    form = urlencode({"name": "Bo", "email": "bo@example.org", "body": text})
    with contextlib.closing(server.connect()) as connection:
        connection.request("POST", f"/comments/on/{post}/", form, FORM)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def get(server, path):
    with contextlib.closing(server.connect()) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def ask(port, path):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return connection.recv(100)


def assert_words_are_given_back(answer):
    status, headers, page = answer
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert WORDS in unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])


def test_words_come_back_while_the_database_is_locked_or_away_and_can_be_sent_afterwards(blog):
    blog.env["LOCK_TIMEOUT"] = "2"
    post, server = blog.prepare(), blog.serve()
    assert post_comment(server, post, "Before.")[0] == 303

    with blog.without_database():
        assert_words_are_given_back(send(server, post))

    assert send(server, post)[0] == 303
    assert {text for (text,) in blog.rows("SELECT body FROM comments_comment")} == {"Before.", WORDS}
    assert get(server, "/healthz") == (200, "ok")


def test_words_come_back_while_the_database_is_read_only(blog):
    post = blog.prepare()

    with read_only(blog):
        server = blog.serve(healthy=False)
        assert_words_are_given_back(send(server, post))
        assert get(server, "/healthz")[1].startswith("database: ")

    assert not blog.rows("SELECT body FROM comments_comment")


@contextlib.contextmanager
def read_only(blog):
    if not blog.is_sqlite:
        alter = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {}', current_database()); END $$"
        blog.execute_inside(alter.format("SET default_transaction_read_only = on"))
        yield
        return
    # Root may write what nobody may: the file system itself has to refuse.
    folder = str(blog.folder / "data")
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_gives_the_words_back(blog_on_a_small_disk):
    blog = blog_on_a_small_disk
    post, server = blog.prepare(), blog.serve()
    filler = blog.folder / "filler"
    with open(filler, "wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 65536)
            file.flush()

    # What is left of the database's own pages may take one or two more.
    for number in range(200):
        answer = send(server, post, f"{WORDS} {number} " + "x" * 15_000)
        if answer[0] != 303:
            break
    assert_words_are_given_back(answer)
    assert get(server, "/healthz")[1].splitlines()[0].startswith("disk: ")

    filler.unlink()
    assert send(server, post)[0] == 303


def test_a_database_that_stands_still_does_not_hold_up_the_health_page(blog):
    if blog.is_sqlite:
        # The nearest thing: a program that keeps the lock, from before the first time that anybody asks.
        port = free_port()
        start_web(blog, port)
        with blog.without_database():
            before = time.monotonic()
            assert b"200 OK" in ask(port, "/healthz")
            assert time.monotonic() - before < 10
        return
    blog.prepare()
    server = blog.serve()
    assert get(server, "/healthz")[0] == 200
    backends = blog.backends()
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        before = time.monotonic()
        # A new connection may be served where the old ones stand still.
        assert get(server, "/healthz")[0] in {200, 503}
        assert time.monotonic() - before < 40
    finally:
        for pid in backends:
            os.kill(pid, signal.SIGCONT)
    wait_until(lambda: get(server, "/healthz")[0] == 200)
