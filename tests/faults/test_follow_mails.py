"""A comment on a post that many follow: everybody hears of it, nobody twice but for a kill of the worker."""

import os
import random
import time
from collections import Counter

import pytest

from .blog import end, wait_until

pytestmark = pytest.mark.faults

FOLLOWERS = int(os.environ.get("FAULT_FOLLOWERS", 60))
KILLS = int(os.environ.get("FAULT_FOLLOWER_KILLS", 2))
LONG = 60 + FOLLOWERS // 5  # seconds that nobody waits for in vain


def approve_what_many_follow(blog):
    blog.python(f"""
from comments.models import DiscussionSettings, Follow, MailAddress
from django.utils import timezone
from tests.factories import make_comment, make_editor
DiscussionSettings(notify_on="none").save()
comment = make_comment(status="pending", body="What all have waited for.")
now = timezone.now()
MailAddress.objects.bulk_create(
    [
        MailAddress(address=f"r{{n}}@example.org", confirmed_at=now, proven_at=now)
        for n in range({FOLLOWERS})
    ],
    batch_size=500,
)
Follow.objects.bulk_create(
    [Follow(post=comment.post, address=address) for address in MailAddress.objects.order_by("pk")], batch_size=500
)
comment.approve(by=make_editor())""")


def test_everybody_who_follows_hears_of_it_once_whoever_is_killed_meanwhile(blog, mail_server):
    approve_what_many_follow(blog)
    for kill in range(KILLS):
        worker = blog.start_worker()
        goal = FOLLOWERS * (kill + 1) // (KILLS + 1) - 1
        wait_until(lambda goal=goal: len(mail_server.mails) > goal, LONG)
        time.sleep(random.uniform(0, 0.05))  # noqa: S311 (any moment will do)
        end(worker)
    mail_server.mood = "451"
    worker = blog.start_worker()
    wait_until(lambda: "tried again" in blog.log, LONG)

    mail_server.mood = "ok"
    wait_until(lambda: blog.rows("SELECT 1 FROM comments_announcement WHERE done_at IS NOT NULL"), LONG)
    wait_until(lambda: set(blog.tasks()) == {"SUCCESSFUL"}, LONG)

    counts = Counter(recipient for recipient, _subject, _text in mail_server.mails)
    assert set(counts) == {f"r{number}@example.org" for number in range(FOLLOWERS)}
    assert counts.total() <= FOLLOWERS + KILLS
