"""A post to many subscribers: everybody gets it, nobody twice but for a kill, and the worker grows no fatter by it."""

import os
import random
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from .blog import end, wait_until

pytestmark = pytest.mark.faults

SUBSCRIBERS = int(os.environ.get("FAULT_SUBSCRIBERS", 60))
KILLS = int(os.environ.get("FAULT_SUBSCRIBER_KILLS", 2))
LONG = 60 + SUBSCRIBERS // 5  # seconds that nobody waits for in vain
GROWTH = 25  # megabytes, from the first tenth of the mails to the last


def prepare(blog):
    blog.python(f"""
from django.utils import timezone
from datetime import timedelta
from posts import outbox
from posts.models import Subscriber
from posts.subscriptions.announcing import mail_post
from tests.factories import make_post
before = timezone.now() - timedelta(days=1)
Subscriber.objects.bulk_create(
    [
        Subscriber(email=f"r{{n}}@example.org", address=f"r{{n}}@example.org", posts_from=before)
        for n in range({SUBSCRIBERS})
    ],
    batch_size=500,
)
post = make_post(body="Some *words*. " * 500, published_at=timezone.now())
outbox.put(mail_post, post.pk)""")


def megabytes(process):
    smaps = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", smaps, re.MULTILINE)[1]) / 1024


def test_everybody_gets_a_post_once_whoever_is_killed_meanwhile_in_memory_that_stays_the_same(blog, mail_server):
    prepare(blog)
    for kill in range(KILLS):
        worker = blog.start_worker()
        goal = SUBSCRIBERS * (kill + 1) // (KILLS + 3)
        wait_until(lambda goal=goal: len(mail_server.mails) > goal, LONG)
        time.sleep(random.uniform(0, 0.05))  # noqa: S311 (any moment will do)
        end(worker)
    reached = len(mail_server.mails)

    worker = blog.start_worker()
    wait_until(lambda: len(mail_server.mails) >= reached + SUBSCRIBERS // 10, LONG)
    before = megabytes(worker)
    wait_until(lambda: blog.rows("SELECT 1 FROM posts_mailing WHERE ended_at IS NOT NULL"), LONG)
    after = megabytes(worker)

    counts = Counter(recipient for recipient, _subject, _text in mail_server.mails)
    # Where the server's answer came too late, nobody knows that it has taken the mail.
    unanswered = blog.log.count("the mail server can't be reached")
    print(f"{before:.0f} MB, then {after:.0f}; {counts.total()} mails to {SUBSCRIBERS}, {unanswered} unanswered")
    assert set(counts) == {f"r{number}@example.org" for number in range(SUBSCRIBERS)}
    assert counts.total() <= SUBSCRIBERS + KILLS + unanswered
    assert after - before < GROWTH
    ((sent,),) = blog.rows("SELECT sent FROM posts_mailing")
    assert sent == SUBSCRIBERS
