"""A comment on a post that many follow: approving it takes no longer than if nobody did; everybody hears of it, nobody
twice but for a kill of the worker, which grows no fatter by it."""

import os
import random
import time
from collections import Counter

import pytest

from .blog import end, wait_until
from .test_post_mails import GROWTH, megabytes

pytestmark = pytest.mark.faults

FOLLOWERS = int(os.environ.get("FAULT_FOLLOWERS", 60))
KILLS = int(os.environ.get("FAULT_FOLLOWER_KILLS", 2))
LONG = 60 + FOLLOWERS // 5  # seconds that nobody waits for in vain


def approve_what_many_follow(blog):
    """Seconds that it took to approve a comment on a post that nobody follows, and one that all follow."""
    return blog.python(f"""
import time
from comments.models import DiscussionSettings, Follow, MailAddress
from django.utils import timezone
from tests.factories import make_comment, make_editor
DiscussionSettings(notify_on="none").save()
alone, comment = (make_comment(status="pending", body="What all have waited for.") for _post in range(2))
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
editor = make_editor()
make_comment(status="pending").approve(by=editor)  # what is done once in a process
times = [time.perf_counter()]
for each in (alone, comment):
    each.approve(by=editor)
    times.append(time.perf_counter())
print(json.dumps([times[1] - times[0], times[2] - times[1]]))""")


def test_everybody_who_follows_hears_of_it_once_whoever_is_killed_meanwhile_in_memory_that_stays_the_same(
    blog, mail_server
):
    alone, followed = approve_what_many_follow(blog)
    for kill in range(KILLS):
        worker = blog.start_worker()
        goal = FOLLOWERS * (kill + 1) // (KILLS + 3)
        wait_until(lambda goal=goal: len(mail_server.mails) > goal, LONG)
        time.sleep(random.uniform(0, 0.05))  # noqa: S311 (any moment will do)
        end(worker)
    mail_server.mood = "451"
    worker = blog.start_worker()
    wait_until(lambda: "tried again" in blog.log, LONG)

    mail_server.mood, reached = "ok", len(mail_server.mails)
    wait_until(lambda: len(mail_server.mails) >= reached + FOLLOWERS // 10, LONG)
    before, began, had = megabytes(worker), time.monotonic(), len(mail_server.mails)
    wait_until(lambda: blog.rows("SELECT 1 FROM comments_announcement WHERE done_at IS NOT NULL"), LONG)
    after, rate = megabytes(worker), (len(mail_server.mails) - had) / (time.monotonic() - began)
    wait_until(lambda: set(blog.tasks()) == {"SUCCESSFUL"}, LONG)

    counts = Counter(recipient for recipient, _subject, _text in mail_server.mails)
    print(f"Approved in {1000 * alone:.0f} ms where nobody follows, {1000 * followed:.0f} ms where {FOLLOWERS} do")
    # Where the server's answer came too late, nobody knows that it has taken the mail.
    unanswered = blog.log.count("the mail server can't be reached")
    print(f"{before:.0f} MB, then {after:.0f}; {counts.total()} mails, {rate:.0f} a second, {unanswered} unanswered")
    assert set(counts) == {f"r{number}@example.org" for number in range(FOLLOWERS)}
    assert counts.total() <= FOLLOWERS + KILLS + unanswered
    assert after - before < GROWTH
