"""The whole set behind nginx, its parts killed: readers see no error, and no comment that was taken is lost."""

import contextlib
import http.client
import itertools
import os
import re
import subprocess
import sys
import time
import uuid
from urllib.parse import urlencode

import psycopg2
import pytest

from comments.mine.views import ASKS

from .blog import FORM, wait_until
from .crowd import People
from .whole_set import WholeSet

pytestmark = pytest.mark.faults

READERS, WRITERS = 4, 3
# How often everything is killed once, and what has to be read and written between two of these deaths.
ROUNDS = int(os.environ.get("SET_ROUNDS", 1))
READ, WRITTEN = 30, 4

# What the migration that waits takes away.
READ_TABLE = "SELECT COUNT(*) FROM blog_site_donestep"

# The last statement of each of a database's clients.
LAST_ASKED = "SELECT query FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"

HIDE = """
import django
django.setup()
from posts.models import Post
Post.objects.filter(title="Post 4").update(status="draft")"""

DRAFT = """
import django
django.setup()
from posts.models import Author, Post
Post.objects.create(author=Author.objects.first(), title="Only just begun", body="Words.", status="draft")"""


@pytest.fixture(scope="module")
def whole_set(tmp_path_factory):
    """Needs what `.ci/run` installs for it: postgresql, nginx, redis-server, pgbouncer."""
    with WholeSet(tmp_path_factory.mktemp("set")) as whole_set:
        yield whole_set


class Crowd(People):
    """Readers and writers who go on, whatever happens, until the `with` ends."""

    def __init__(self, port, posts):
        self.port, self.posts = port, posts
        self.read, self.errors, self.taken, self.refused = 0, [], [], []
        super().__init__([self._read] * READERS + [self._write] * WRITERS)

    def wait_for_more(self):
        """Until readers have been answered and comments taken, after whatever has just happened."""
        read, taken = self.read + READ, len(self.taken) + WRITTEN
        wait_until(lambda: self.read >= read and len(self.taken) >= taken)

    def _ask(self, *request):
        try:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
                connection.request(*request)
                answer = connection.getresponse()
                answer.read()
                return answer.status
        except (OSError, http.client.HTTPException) as error:
            return repr(error)

    def _read(self, number):
        paths = ["/", "/feed/", "/archives/", *(path for _pk, path in self.posts)]
        for path in itertools.islice(itertools.cycle(paths), number, None):
            if self.stopping.is_set():
                return
            status = self._ask("GET", path)
            self.read += 1
            if status != 200:
                self.errors.append((path, status))
            time.sleep(0.02)

    def _write(self, number):
        for pk, _path in itertools.cycle(self.posts):
            if self.stopping.is_set():
                return
            text = f"A letter, {uuid.uuid4().hex}."
            form = {"name": f"Bo {number}", "email": f"{uuid.uuid4().hex}@example.org", "body": text}
            status = self._ask("POST", f"/comments/on/{pk}/", urlencode(form), FORM)
            if status == 303:
                self.taken.append(text)
            else:
                self.refused.append(status)
                time.sleep(0.2)  # as a person who is told to come back


def style_sheet(port):
    """The answer to what the home page names as its style sheet."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/")
        path = re.search(r'href="(/static/[^"]+\.css)"', connection.getresponse().read().decode())[1]
        connection.request("GET", path)
        return connection.getresponse()


def stored(whole_set):
    with contextlib.closing(psycopg2.connect(whole_set.database_url)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT body FROM comments_comment")
        return [body for (body,) in cursor.fetchall()]


def test_readers_see_no_error_and_no_comment_is_lost_whichever_part_is_killed(whole_set):
    posts = whole_set.prepare()
    whole_set.start_blog()

    style = style_sheet(whole_set.port)
    assert (style.status, "immutable" in style.headers["Cache-Control"]) == (200, True)
    with Crowd(whole_set.port, posts) as crowd:
        crowd.wait_for_more()
        for _round in range(ROUNDS):
            whole_set.kill("web-a")
            crowd.wait_for_more()
            whole_set.start("web-a")
            whole_set.kill("cache")
            crowd.wait_for_more()
            whole_set.start("cache")
            whole_set.wait_for("web-a")
            crowd.wait_for_more()
            whole_set.crash_database()
            crowd.wait_for_more()

    print(f"{crowd.read} pages read, {len(crowd.taken)} comments taken, {len(crowd.refused)} refused")
    assert crowd.errors == []
    kept = stored(whole_set)
    assert [text for text in crowd.taken if kept.count(text) != 1] == []
    # Nobody is told anything but to come back.
    assert set(crowd.refused) <= {502, 503, 504}


def test_two_web_servers_count_as_one_and_go_on_without_what_they_count_in(whole_set):
    def status(web, *request):
        server = http.client.HTTPConnection("127.0.0.1", whole_set.ports[web], timeout=60)
        with contextlib.closing(server) as connection:
            connection.request(*request)
            return connection.getresponse().status

    def ask(web):
        form, headers = urlencode({"email": "bo@example.org"}), FORM | {"X-Forwarded-For": "192.0.2.7"}
        return status(web, "POST", "/comments/mine/", form, headers)

    # pgbouncer takes its time to come back to a database that was killed.
    for web in ("web-a", "web-b"):
        wait_until(lambda web=web: status(web, "GET", "/search/") == 200)

    answers = [ask(web) for web in ("web-a", "web-b") * ASKS]
    whole_set.kill("cache")
    without = [ask(web) for web in ("web-a", "web-b")]
    whole_set.start("cache")

    assert answers == [303] * ASKS + [429] * ASKS
    assert without == [303, 303]


def test_no_reader_waits_for_a_migration_that_waits_for_a_table(whole_set):
    long_read = psycopg2.connect(whole_set.database_url)
    long_read.cursor().execute(READ_TABLE)
    reader = psycopg2.connect(whole_set.database_url, options="-c statement_timeout=15000")
    reader.autocommit = True

    migration = subprocess.Popen(
        [sys.executable, "manage.py", "migrate", "blog_site", "0003", "--verbosity", "0"],
        cwd=whole_set.image,
        env=whole_set.env("upgrade"),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # It says so when it has let the others pass; the reader is one of them.
        for line in migration.stderr:
            reader.cursor().execute(READ_TABLE)
            if "A table is in use" in line:
                break
        assert migration.poll() is None
        long_read.rollback()
        migration.communicate()
    finally:
        migration.kill()
        long_read.close()
        reader.close()

    assert migration.returncode == 0


def test_a_replica_is_searched_while_it_is_in_step_and_shows_nothing_that_was_taken_down(whole_set):
    whole_set.kill("web-a")
    with contextlib.closing(psycopg2.connect(whole_set.database_url)) as database, database.cursor() as cursor:
        cursor.execute("SELECT permalink FROM posts_post WHERE title = 'Post 4'")
        (path,) = cursor.fetchone()

    def is_found():
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", whole_set.ports["web-a"], timeout=60)) as web:
            web.request("GET", "/search/?q=post+4")
            answer = web.getresponse()
            assert answer.status == 200
            return f'href="{path}"' in answer.read().decode()

    def status_of(cursor, title):
        cursor.execute("SELECT status FROM posts_post WHERE title = %s", [title])
        return cursor.fetchone()[0]

    def is_asked(cursor):
        cursor.execute(LAST_ASKED)
        return any("posts_changecount" not in query for (query,) in cursor.fetchall())

    with whole_set.replica() as address, contextlib.closing(psycopg2.connect(address)) as replica:
        replica.autocommit = True
        cursor = replica.cursor()
        whole_set.start("web-a", REPLICA_URL=address)
        whole_set.wait_for("web-a")
        wait_until(lambda: is_found() and is_asked(cursor))

        cursor.execute("SELECT pg_wal_replay_pause()")
        whole_set.run("python", "-c", HIDE)
        is_found_late = is_found()
        status_there = status_of(cursor, "Post 4")
        # No reader sees a draft: the two have the same generation again, and the replica does not have it.
        cursor.execute("SELECT pg_wal_replay_resume()")
        wait_until(lambda: status_of(cursor, "Post 4") != "published")
        cursor.execute("SELECT pg_wal_replay_pause()")
        whole_set.run("python", "-c", DRAFT)
        exported = whole_set.run("python", "manage.py", "export_json", REPLICA_URL=address)

    assert (is_found_late, status_there) == (False, "published")
    assert "Only just begun" in exported
    # The replica is gone now.
    assert not is_found()
