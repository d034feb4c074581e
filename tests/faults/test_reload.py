"""Code and settings that change while the blog runs: a reload takes all of the new, or nothing of it."""

import contextlib
import signal
import socket
import subprocess
import sys
import threading

import pytest

from tests.benchmarks.server import ROOT

from .blog import wait_until

pytestmark = pytest.mark.faults


def write_code(folder, hub):
    """A module of the blog's owner: its settings, which name a hub that every feed names."""
    (folder / "our_settings.py").write_text(f"from tests.faults.settings import *\nWEBSUB_HUB = {hub}\n")


def hubs(server, times=20):
    """What the feed names, asked by so many new connections: every worker gets some."""
    found = set()
    for _ in range(times):
        with contextlib.closing(server.connect()) as connection:
            connection.request("GET", "/feed/")
            found.add(connection.getresponse().headers["Link"].partition(">")[0])
    return found


@contextlib.contextmanager
def asking(server):
    """Asks for a page over and over meanwhile; yields the list of what was answered, an error for no answer."""
    answers, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            try:
                with contextlib.closing(server.connect()) as connection:
                    connection.request("GET", "/archives/")
                    answers.append(connection.getresponse().status)
            except OSError as error:
                answers.append(repr(error))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def workers(server):
    with open(f"/proc/{server.process.pid}/task/{server.process.pid}/children") as children:
        return set(children.read().split())


def test_a_reload_brings_new_code_to_every_worker_and_keeps_the_old_where_the_new_is_broken(blog, tmp_path):
    write_code(tmp_path, "'https://old.example/'")
    blog.env |= {"PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "our_settings"}
    server = blog.serve()
    assert hubs(server) == {"<https://old.example/"}
    assert "Traceback" not in blog.log
    before = workers(server)

    write_code(tmp_path, "'https://the-new-one.example/'")
    with asking(server) as answers:
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: blog.log.count("Starting gunicorn") == 2)
        # Another one, which comes while the new code is being made ready.
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: blog.log.count("Starting gunicorn") == 3 and len(workers(server)) == 2)
    assert len(answers) > 10
    assert set(answers) == {200}
    assert not before & workers(server)

    assert hubs(server) == {"<https://the-new-one.example/"}

    before = workers(server)
    write_code(tmp_path, "nonsense(")
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "Not reloaded" in blog.log)

    assert hubs(server) == {"<https://the-new-one.example/"}
    assert workers(server) == before


def test_a_wrong_setting_stops_the_start_once_with_one_line(blog):
    command = ["-m", "gunicorn", "-c", "python:blog_site.gunicorn", "blog_site.wsgi"]
    env = blog.env | {"TIME_ZONE": "Mars/Olympus", "HOST": "127.0.0.1", "PORT": "8298"}

    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=30)

    assert done.returncode == 1
    assert done.stderr.count("TIME_ZONE") == 1
    (line,) = [line for line in done.stderr.splitlines() if "[INFO]" not in line]
    assert line.startswith("TIME_ZONE is 'Mars/Olympus'")


def test_a_port_that_is_taken_ends_the_start(blog):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        env = blog.env | {"HOST": "127.0.0.1", "PORT": str(other.getsockname()[1]), "WEB_CONCURRENCY": "1"}

        command = [sys.executable, "-m", "blog_site.serve"]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert done.stderr.count("Starting gunicorn") == 1
    assert "Connection in use" in done.stderr
