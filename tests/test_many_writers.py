"""Many people at once: nothing that was taken is lost, nobody is sent away, and of two decisions one counts."""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections, transaction
from django.test import Client

from comments.mine.proof import token_for
from comments.models import AlreadyDecided, Comment, MailAddress
from posts.models import Picture
from tests.benchmarks.server import ROOT, environment, serving
from tests.factories import make_comment, make_post, make_user
from tests.pictures import encoded, photograph

PEOPLE = 8
COMMENTS_EACH = 40
# For a longer look by hand: CROWD_SECONDS=20 keeps all of them writing for so long.
SECONDS = float(os.environ.get("CROWD_SECONDS", 0))

WRITE_A_BLOG = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from comments.models import DiscussionSettings
from tests.factories import make_post
DiscussionSettings(moderation="none", flood_seconds=0).save()
print(make_post().pk)
"""


def test_a_crowd_that_writes_at_once_loses_nothing(tmp_path):
    """Always on SQLite, whatever the suite runs on: one writer at a time is SQLite's way, and it is the settings of
    the project (WAL, IMMEDIATE, the time-out) that make the others wait instead of fail. PostgreSQL locks rows."""
    env = environment(tmp_path, settings="tests.settings")
    post = int(run_python(WRITE_A_BLOG, env))
    log = tmp_path / "server.log"

    with serving(env, log=log, workers=2) as server, ThreadPoolExecutor(PEOPLE) as crowd:
        answers = [
            answer
            for person in crowd.map(lambda person: write_on(server, post, person), range(PEOPLE))
            for answer in person
        ]

    told = {int(re.search(r"#comment-(\d+)$", location)[1]): text for text, _status, location in answers if location}
    assert {status for _text, status, _location in answers} == {303}
    assert len(told) == len(answers) >= PEOPLE * COMMENTS_EACH
    assert rows(tmp_path, "SELECT id, body FROM comments_comment") == sorted(told.items())
    assert rows(tmp_path, "SELECT comment_id, to_status FROM comments_decision") == [
        (comment, "approved") for comment in sorted(told)
    ]
    assert rows(tmp_path, "SELECT comment_count FROM posts_post") == [(len(told),)]
    assert "locked" not in log.read_text()


def write_on(server, post, person):
    """(text, status, Location) of each comment that one person sends, as soon as the last was answered."""
    answers, until = [], time.monotonic() + SECONDS
    while len(answers) < COMMENTS_EACH or time.monotonic() < until:
        text = f"Letter {len(answers)} of person {person}."
        form = {"name": f"Person {person}", "email": f"person{person}@example.org", "body": text}
        # A connection each, so that both processes get their share.
        with contextlib.closing(server.connect()) as connection:
            connection.request(
                "POST",
                f"/comments/on/{post}/",
                urlencode(form),
                {"Content-Type": "application/x-www-form-urlencoded"},
            )
            answer = connection.getresponse()
            answers.append((text, answer.status, answer.headers.get("Location", "")))
    return answers


def run_python(code, env):
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(folder, query):
    with contextlib.closing(sqlite3.connect(folder / "blog.sqlite3")) as database:
        return sorted(database.execute(query).fetchall())


@pytest.fixture
def database(transactional_db, tmp_path):
    """The suite's database, for threads that each use a copy of this connection.

    SQLite in memory refuses the second writer at once, whatever the time-out; in a file, as a blog has it, it
    waits. So the test gets the same tables in a file, and the suite's own database back afterwards."""
    if connection.vendor != "sqlite":
        yield connection
        return
    of_the_suite, in_a_file = connections["default"], connection.copy()
    in_a_file.settings_dict["NAME"] = str(tmp_path / "copy.sqlite3")
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as target:
        connection.connection.backup(target)
    connections["default"] = in_a_file
    yield in_a_file
    in_a_file.close()
    connections["default"] = of_the_suite


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_moderators_who_decide_at_once_one_wins_and_the_other_is_told(database, attempt):
    comment = make_comment(status="pending")
    both_have_looked = threading.Barrier(2, timeout=10)

    def decide(verb, user):
        connections["default"] = database.copy()
        try:
            seen = Comment.objects.select_related("post").get(pk=comment.pk)
            both_have_looked.wait()
            return getattr(seen, verb)(by=user)
        except AlreadyDecided as late:
            return late
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(2) as moderators:
        outcomes = list(moderators.map(decide, ["approve", "trash"], [make_user(), make_user()]))

    [late] = [outcome for outcome in outcomes if isinstance(outcome, AlreadyDecided)]
    [decision] = [outcome for outcome in outcomes if outcome is not late]
    comment.refresh_from_db()
    comment.post.refresh_from_db()
    assert late.decision == decision
    assert comment.status == decision.to_status
    assert [row.to_status for row in comment.decisions.order_by("pk")] == ["pending", decision.to_status]
    assert comment.post.comment_count == (decision.to_status == "approved")


@pytest.mark.parametrize("what", ["name", "all"])
def test_who_erases_themselves_is_in_no_moderators_way(database, what):
    address = MailAddress.objects.prove("bo@example.org")
    post = make_post()
    comments = [make_comment(post=post, address=address, status=status) for status in ("approved", "pending")]

    def erase():
        connections["default"] = database.copy()
        try:
            answer = Client().post(f"/comments/mine/erase/?proof={token_for(address)}", {"what": what, "sure": "on"})
            return answer.status_code
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            waiting = Comment.objects.select_for_update(no_key=True).get(pk=comments[1].pk)
            erasing = other.submit(erase)
            time.sleep(0.5)  # it waits for that comment, and must have nothing by then that approving it takes
            waiting.approve(by=make_user())
        assert erasing.result(timeout=20) == 200

    post.refresh_from_db()
    assert {comment.name for comment in post.comments.all()} == {""}
    assert post.comment_count == (2 if what == "name" else 0)


def test_two_windows_that_send_one_picture_at_once_have_one_in_the_library(database):
    content = encoded(photograph(60, 40))
    both_are_sent = threading.Barrier(2, timeout=10)

    def send(name):
        connections["default"] = database.copy()
        try:
            both_are_sent.wait()
            return Picture.from_upload(ContentFile(content, name=name)).pk
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(2) as windows:
        first, second = windows.map(send, ["drain.jpg", "cover.jpg"])

    assert first == second
    assert Picture.objects.count() == 1
