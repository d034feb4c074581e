"""Answers that come again, as they leave: the very bytes that gunicorn itself would send."""

import re
import socket

import pytest
from gunicorn.config import Config
from gunicorn.http import RequestParser, wsgi
from gunicorn.http.errors import InvalidResponseHeader

from blog_site.quick_answers import MOST_JOINED, Response, checked

KEPT = [("Content-Type", "text/html"), ("ETag", 'W/"1"'), ("X-Frame-Options", " DENY "), ("Content-Length", "5")]
UNCHANGED = [("ETag", 'W/"1"'), ("Vary", "Cookie")]
STREAMED = [("ETag", 'W/"2"')]
LARGE = [("ETag", 'W/"3"'), ("Content-Length", str(MOST_JOINED + 1))]
ANSWERS = {
    "a page": ("200 OK", KEPT, [b"bytes"]),
    "in pieces": ("200 OK", KEPT, [b"by", b"", b"tes"]),
    "more than it told": ("200 OK", KEPT, [b"bytes and more"]),
    "not modified": ("304 Not Modified", UNCHANGED, []),
    "of a length that nobody knows": ("200 OK", STREAMED, [b"one", b"two"]),
    "large": ("200 OK", LARGE, [b"x" * (MOST_JOINED + 1)]),
    "not found": ("404 Not Found", KEPT, [b"bytes"]),
    "empty": ("204 No Content", KEPT, []),
    "with a cookie": ("200 OK", [*KEPT, ("Set-Cookie", "a=b")], [b"bytes"]),
    "hop by hop": ("200 OK", [*KEPT, ("Connection", "close")], [b"bytes"]),
}
REQUESTS = ["GET / HTTP/1.1", "HEAD / HTTP/1.1", "GET / HTTP/1.0", "GET / HTTP/1.1\r\nConnection: close"]


def sent(answer_class, request, status, headers, parts):
    """(the bytes that a client gets, whether the connection ends)."""
    server, client = socket.socketpair()
    with server, client:
        client.settimeout(10)
        client.sendall(f"{request}\r\nHost: 127.0.0.1\r\n\r\n".encode())
        config = Config()
        answer = answer_class(next(RequestParser(config, server, ("127.0.0.1", 1))), server, config)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1024 * 1024)
        answer.start_response(status, headers)
        for part in parts:
            answer.write(part)
        answer.close()
        server.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: client.recv(65536), b""))
        return re.sub(rb"\r\nDate: [^\r]+", b"", received), answer.should_close(), answer.sent


@pytest.mark.parametrize("what", ANSWERS)
def test_a_client_gets_what_gunicorn_would_send_the_first_time_and_again(what):
    for request in REQUESTS:
        expected = sent(wsgi.Response, request, *ANSWERS[what])
        for _ in range(2):
            assert sent(Response, request, *ANSWERS[what]) == expected, request


def test_a_header_that_would_begin_another_is_refused_each_time():
    for _ in range(2):
        with pytest.raises(InvalidResponseHeader):
            sent(Response, REQUESTS[0], "200 OK", [*KEPT, ("Vary", "a\r\nSet-Cookie: b=c")], [b"bytes"])


def test_what_one_visitor_gets_is_not_remembered():
    checked.cache_clear()
    for name, value in (("Set-Cookie", "a=b"), ("Location", "/?awaiting=secret")):
        status = "302 Found" if name == "Location" else "200 OK"
        sent(Response, REQUESTS[0], status, [*KEPT, (name, value)], [b"bytes"])
    assert checked.cache_info().currsize == 0
