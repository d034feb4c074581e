"""No mail is lost, and nobody waits for one, whatever the mail server does and whoever is killed."""

import os
import random
import signal
import time
from collections import Counter
from statistics import median

import pytest

from .blog import end, post_comment, wait_until

pytestmark = pytest.mark.faults

MAILS = int(os.environ.get("FAULT_MAILS", 8))
KILLS = int(os.environ.get("FAULT_KILLS", 5))


def send_comments(blog, number=MAILS):
    """Comments in a blog whose author hears of each; returns their texts."""
    post, server = blog.prepare(), blog.serve()
    texts = [f"Letter {number} to the author." for number in range(number)]
    assert {post_comment(server, post, text)[0] for text in texts} == {303}
    return texts


def received(mail_server, texts):
    """How often each text has come."""
    return Counter({text: sum(text in mail for _to, _subject, mail in mail_server.mails) for text in texts})


@pytest.mark.parametrize("mood", ["gone", "421", "451", "drop", "hang"])
def test_a_mail_that_can_not_be_sent_now_is_sent_later_once(blog, mail_server, mood):
    if mood == "gone":
        mail_server.stop()
    mail_server.mood = mood
    worker = blog.start_worker()
    texts = send_comments(blog)
    wait_until(lambda: "tried again" in blog.log)
    end(worker)
    assert not mail_server.mails

    if mood == "gone":
        mail_server.start()
    mail_server.mood = "ok"
    blog.start_worker()
    wait_until(lambda: len(mail_server.mails) >= MAILS)
    wait_until(lambda: not pending(blog))

    assert received(mail_server, texts) == Counter(texts)
    assert "author@example.org" not in blog.log


@pytest.mark.parametrize("mood", ["550", "554"])
def test_a_mail_that_is_refused_for_good_is_not_tried_again_until_a_person_says_so(blog, mail_server, mood):
    mail_server.mood = mood
    blog.start_worker()
    texts = send_comments(blog, 2)
    wait_until(lambda: blog.tasks().get("FAILED") == 2)
    asked = mail_server.asked
    time.sleep(2)
    assert mail_server.asked == asked
    assert "author@example.org" not in blog.log

    mail_server.mood = "ok"
    blog.python("""
from django.test import Client
from django_tasks_db.models import DBTaskResult
from tests.factories import make_user
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(make_user(username="owner", is_staff=True, is_superuser=True))
chosen = [str(pk) for pk in DBTaskResult.objects.failed().values_list("pk", flat=True)]
answer = client.post("/admin/blog_site/outgoingtask/", {"action": "send_again", "_selected_action": chosen})
assert answer.status_code == 302, answer.content""")
    wait_until(lambda: len(mail_server.mails) == 2)

    assert received(mail_server, texts) == Counter(texts)


def test_a_worker_that_is_killed_loses_no_mail_and_doubles_one_at_the_most(blog, mail_server):
    texts = send_comments(blog, MAILS * 2)

    for _ in range(KILLS):
        worker, before = blog.start_worker(), len(mail_server.mails)
        wait_until(lambda before=before: len(mail_server.mails) > before or not pending(blog))
        time.sleep(random.uniform(0, 0.1))  # noqa: S311 (any moment will do)
        end(worker)
    blog.start_worker()
    wait_until(lambda: not pending(blog))

    counts = received(mail_server, texts)
    assert min(counts.values()) >= 1
    assert counts.total() <= len(texts) + KILLS


def pending(blog):
    return set(blog.tasks()) - {"SUCCESSFUL"}


def test_a_worker_that_is_killed_while_the_server_hangs_sends_the_mail_afterwards(blog, mail_server):
    mail_server.mood = "hang"
    worker = blog.start_worker()
    texts = send_comments(blog, 1)
    wait_until(lambda: mail_server.asked)
    end(worker)

    mail_server.mood = "ok"
    blog.start_worker()
    wait_until(lambda: mail_server.mails)

    assert received(mail_server, texts) == Counter(texts)


def test_a_worker_outlives_its_database(blog, mail_server):
    blog.env["LOCK_TIMEOUT"] = "2"
    post, server = blog.prepare(), blog.serve()
    worker = blog.start_worker()
    post_comment(server, post, "Before.")
    wait_until(lambda: len(mail_server.mails) == 1)

    with blog.without_database():
        time.sleep(4)
    assert worker.poll() is None
    post_comment(server, post, "Afterwards.")

    wait_until(lambda: len(mail_server.mails) == 2)


def test_a_commenter_does_not_wait_for_a_mail_server_that_hangs(blog, mail_server):
    post, server = blog.prepare(), blog.serve()
    blog.start_worker()
    seconds = {"ok": [], "hang": []}
    # By turns, so that what else goes on here slows both.
    for number in range(20):
        for mail_server.mood, took in seconds.items():
            took.append(post_comment(server, post, f"While it is {mail_server.mood}, {number}.")[1])

    # The bar is 1.2 times; half as much again leaves room for a machine that does other things.
    assert median(seconds["hang"]) <= 1.5 * median(seconds["ok"])


def test_serve_runs_both_starts_what_ends_reloads_and_stops_with_one_signal(blog, mail_server):
    texts_before = blog.prepare()
    blog.env |= {"HOST": "127.0.0.1", "PORT": "8299", "WEB_CONCURRENCY": "1"}
    serve = blog.start("-m", "blog_site.serve")
    wait_until(lambda: len(workers_of(serve)) == 1)
    time.sleep(6)
    (first,) = workers_of(serve)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: workers_of(serve) and first not in workers_of(serve))
    blog.python(
        f"from tests.factories import make_comment; from posts.models import Post\n"
        f"from comments.mails import tell_author; from posts import outbox\n"
        f"outbox.put(tell_author, make_comment(post=Post.objects.get(pk={texts_before})).pk)"
    )
    wait_until(lambda: mail_server.mails)

    before = workers_of(serve)
    serve.send_signal(signal.SIGHUP)
    wait_until(lambda: len(workers_of(serve)) == 1 and workers_of(serve) != before)

    # Ctrl-C: a terminal sends it to all of them.
    os.killpg(serve.pid, signal.SIGINT)
    assert serve.wait(20) == 0

    wait_until(lambda: not processes_of(serve.pid))


def workers_of(serve):
    return [pid for pid in processes_of(serve.pid) if name_of(pid) == "blog-worker"]


def processes_of(session):
    """The processes of a session, the leader left out."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != session:
            try:
                if os.getsid(int(entry)) == session:
                    found.append(int(entry))
            except ProcessLookupError:
                continue
    return found


def name_of(pid):
    try:
        with open(f"/proc/{pid}/comm") as file:
            return file.read().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""
