"""No old page after a commit: two servers of two workers on one database and one Redis, with a writer and readers."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from .blog import end, wait_until
from .test_database import get

pytestmark = pytest.mark.faults

READS = int(os.environ.get("FAULT_READS", 1000))
READERS = 6
A_WRITE_IN = 16  # reads
MOST_AHEAD = 50  # reads for each write: on a slow machine readers wait for the writer
# A process of its own, as another machine would be: it stores a number in the title, and says so once it is committed.
WRITER = """
import sys
import django
django.setup()
from posts.models import Post
post = Post.objects.get(pk=sys.argv[1])
for number in sys.stdin:
    post.title = f"Number {int(number)}."
    post.save()
    print(number, end="", flush=True)
"""


@pytest.fixture
def redis(tmp_path):
    """(its address, the process) of a Redis that keeps nothing on the disk."""
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        shutil.which("redis-server"),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        tmp_path,
    ]
    with open(tmp_path / "redis.log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until(lambda: _listens(port))
        yield f"redis://127.0.0.1:{port}/0", process
    finally:
        end(process)


def _listens(port):
    with contextlib.closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


class Title:
    """The title of a post, as its writer was told last that it is stored."""

    def __init__(self, process):
        self.process, self.stored = process, 0

    def write(self):
        self.process.stdin.write(f"{self.stored + 1}\n")
        self.process.stdin.flush()
        self.stored = int(self.process.stdout.readline())


@contextlib.contextmanager
def writing(blog, post):
    with blog.popen("-c", WRITER, str(post)) as process:
        try:
            yield Title(process)
        finally:
            end(process)


def test_no_answer_is_older_than_what_was_stored_before_whatever_breaks(blog, redis):
    blog.env["CACHE_URL"], redis_server = redis
    blog.env["LOCK_TIMEOUT"] = "2"
    post = blog.prepare()
    servers = [blog.serve(), blog.serve()]
    ((path,),) = blog.rows(f"SELECT permalink FROM posts_post WHERE id = {post}")  # noqa: S608
    paths, asked, old = ["/", path, "/feed/"], [], []
    turn = threading.Condition()

    def read(reader):
        while len(asked) < READS:
            with turn:
                turn.wait_for(lambda: len(asked) >= READS or len(asked) < (title.stored + 1) * MOST_AHEAD, timeout=60)
                asked.append(reader)
                number = len(asked)
                turn.notify_all()
            known = title.stored
            status, text = get(servers[(reader + number) % 2], paths[number % len(paths)])
            found = [int(each) for each in re.findall(r"Number (\d+)\.", text)]
            if status != 200 or min(found, default=-1) < known:
                old.append((status, found, known))

    with writing(blog, post) as title, ThreadPoolExecutor(READERS) as pool:
        title.write()
        readers = [pool.submit(read, reader) for reader in range(READERS)]
        while len(asked) < READS:
            title.write()
            with turn:
                turn.notify_all()
                # Pages are kept between two writes.
                turn.wait_for(lambda: len(asked) >= min(READS, title.stored * A_WRITE_IN), timeout=60)
            if len(asked) > READS / 2 and redis_server.poll() is None:
                # What one process made, another took from there.
                assert Redis.from_url(blog.env["CACHE_URL"]).info("stats")["keyspace_hits"] > 0
                end(redis_server)
                assert "cache: Redis does not answer" in get(servers[0], "/healthz")[1]
        for reader in readers:
            reader.result(timeout=60)

    assert not old
    assert title.stored >= READS / MOST_AHEAD - 1

    # The database's turn: SQLite lets readers go on; PostgreSQL is away.
    with blog.without_database():
        assert {get(server, "/")[0] for server in servers} == {200 if blog.is_sqlite else 503}
    assert {get(server, "/")[0] for server in servers * 8} == {200}
