"""Connections that send nothing, or little, keep nobody else waiting."""

import contextlib
import os
import socket
import threading
import time
from statistics import median

import pytest

from .blog import post_comment
from .crowd import LONGEST_WAIT
from .test_database import get

pytestmark = pytest.mark.faults

CONNECTIONS = int(os.environ.get("FAULT_CONNECTIONS", 1000))
BEGINNINGS = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "half a body": b"POST /comments/on/1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nbody=",
    "an endless upload": b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 400000000\r\n\r\nx=",
    "half a chunk": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf",
}


def times(server, path, number=9):
    found = []
    for _ in range(number):
        before = time.monotonic()
        assert get(server, path)[0] == 200
        found.append(time.monotonic() - before)
    return found


@contextlib.contextmanager
def connections(server, number, beginning):
    """So many connections that have sent the beginning of a request, and go on with a byte a second."""
    sockets = []
    for _ in range(number):
        sockets.append(socket.create_connection(("127.0.0.1", server.port), timeout=30))
        sockets[-1].sendall(beginning)
    stop = threading.Event()

    def drip():
        while not stop.wait(1):
            for each in sockets:
                with contextlib.suppress(OSError):
                    each.send(b"x")

    dripping = threading.Thread(target=drip)
    if beginning:
        dripping.start()
    try:
        yield sockets
    finally:
        stop.set()
        if beginning:
            dripping.join()
        for each in sockets:
            each.close()


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_readers_are_served_beside_slow_connections_which_end(blog, beginning):
    blog.prepare()
    server = blog.serve()
    alone = median(times(server, "/"))

    with connections(server, CONNECTIONS, BEGINNINGS[beginning]) as sockets:
        beside = times(server, "/")
        time.sleep(12)
        ended = sum(has_ended(each) for each in sockets)
    alone = max(alone, median(times(server, "/")))

    assert median(beside) < 5 * alone + 0.05
    assert max(beside) < LONGEST_WAIT / 2
    assert ended == CONNECTIONS


def has_ended(connection):
    connection.settimeout(0.01)
    try:
        # What the server said before it ended the connection is read too.
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_more_connections_than_there_is_room_for_keep_no_reader_out(blog):
    blog.prepare()
    server = blog.serve(workers=1)

    with connections(server, 2500, b""):
        assert max(times(server, "/")) < 1


def test_requests_that_come_in_pieces_or_together_are_answered(blog):
    post = blog.prepare()
    server = blog.serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for piece in (
            b"GET /healthz HT",
            b"TP/1.1\r\nHost: 127.0.0.1\r",
            b"\n\r\nGET /healthz/live HTTP/1.1\r\nHost: 127.0.0.1\r\n",
            b"Connection: close\r\n\r\n",
        ):
            connection.sendall(piece)
            time.sleep(0.2)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert post_comment(server, post, "x" * 20_000)[0] == 303


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(blog):
    blog.prepare()
    server = blog.serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(
            b"POST /comments/on/1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 6\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"body=x")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b" 422 " in answer


def test_a_large_upload_of_a_stranger_is_refused_before_it_is_read(blog):
    blog.prepare()
    server = blog.serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(
            b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 400000000\r\n\r\n" + b"x" * 1_100_000
        )
        before = time.monotonic()
        answer = connection.recv(65536)
    assert b" 413 " in answer.splitlines()[0]
    assert time.monotonic() - before < 10
