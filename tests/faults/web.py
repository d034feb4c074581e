"""A web server that a test may kill and start again at the same address."""

import contextlib
import socket

from .blog import wait_until


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start_web(blog, port):
    """Starts gunicorn as the project runs it; returns its process when it answers. `blog.end(process)` kills it."""
    bind = ("--bind", f"127.0.0.1:{port}")
    process = blog.start("-m", "gunicorn", "-c", "python:blog_site.gunicorn", *bind, "blog_site.wsgi")
    wait_until(lambda: is_alive(port))
    return process


def is_alive(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET /healthz/live HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        return b"200" in connection.recv(100)
    return False
