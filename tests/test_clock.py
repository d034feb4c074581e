"""A clock that ran ahead and was put right: what was stored meanwhile lies in the future, and holds nobody up."""

import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from blog_site.worker import Worker
from comments.models import Comment
from comments.tasks import learn_spam
from posts import outbox
from tests.factories import make_post

pytestmark = pytest.mark.django_db
JUMPS = [timedelta(seconds=10), timedelta(seconds=61), timedelta(hours=3), timedelta(days=400)]


def set_back(clock):
    """The clock goes back by so much: all times that are stored lie so much later."""
    Comment.objects.update(submitted_at=F("submitted_at") + clock)
    DBTaskResult.objects.update(enqueued_at=F("enqueued_at") + clock, started_at=F("started_at") + clock)


@pytest.mark.parametrize("jump", JUMPS)
def test_whoever_wrote_before_may_write_again_and_the_limit_holds_from_there(discussion, send, jump):
    discussion(moderation="none", flood_seconds=15)
    post = make_post()
    send(post, body="One.")
    assert send(post, body="Two.").status_code == 429

    set_back(jump)

    assert send(post, body="Two.").status_code == 303
    answer = send(post, body="Three.")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15


@pytest.mark.parametrize("ahead", [-14.8, -0.1, 0, 0.4, 1.5])
def test_nobody_waits_longer_than_the_setting_says(discussion, send, ahead):
    discussion(moderation="none", flood_seconds=15)
    post = make_post()
    send(post, body="One.")
    Comment.objects.update(submitted_at=timezone.now() + timedelta(seconds=ahead))

    answer = send(post, body="Two.")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15


@pytest.mark.parametrize("jump", JUMPS)
def test_a_network_is_not_shut_out(discussion, send, jump):
    discussion(moderation="none", flood_seconds=15)
    post = make_post()
    for number in range(20):
        assert send(post, body=f"Number {number}.", name=f"Person {number}").status_code == 303
    assert send(post, body="One more.", name="Ann").status_code == 429

    set_back(jump)

    assert send(post, body="One more.", name="Ann").status_code == 303


@pytest.mark.parametrize("jump", JUMPS)
def test_the_same_text_is_not_taken_for_sent_again(discussion, send, jump):
    discussion(moderation="none")
    post = make_post()
    send(post, body="Good morning.")
    assert send(post, body="Good morning.").status_code == 303
    assert Comment.objects.count() == 1

    set_back(jump)
    send(post, body="Good morning.")

    assert Comment.objects.count() == 2


def test_the_same_text_on_other_posts_is_not_held_for_hours(discussion, send):
    discussion(moderation="none")
    send(make_post(), body="Thank you all, that was kind.", name="Ann", email="ann@example.org")

    set_back(timedelta(hours=3))
    send(make_post(), body="Thank you all, that was kind.")

    assert Comment.objects.order_by("pk").last().status == "approved"


@pytest.fixture
def tasks_that_ran(caplog):
    """How often the task `learn_spam` has gone well."""
    caplog.set_level(logging.CRITICAL)
    return lambda: DBTaskResult.objects.successful().count()


@pytest.mark.parametrize("jump", JUMPS[1:])
def test_a_task_that_failed_is_tried_again_at_once(tasks_that_ran, jump):
    outbox.put(learn_spam)
    now = timezone.now() + jump
    DBTaskResult.objects.update(
        enqueued_at=now, started_at=now, run_after=now + timedelta(seconds=30), worker_ids=["elsewhere/1/x"]
    )

    call_command("worker", until_idle=True)

    assert tasks_that_ran() == 1


@pytest.mark.parametrize("jump", JUMPS[1:])
def test_the_claim_of_a_machine_that_is_gone_expires(tasks_that_ran, jump):
    outbox.put(learn_spam)
    now = timezone.now() + jump
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING, enqueued_at=now, started_at=now, worker_ids=["elsewhere/1/x"]
    )
    worker = Worker(lease=300)
    worker.run_until_idle()
    assert tasks_that_ran() == 0  # it may still be at it

    DBTaskResult.objects.update(started_at=F("started_at") - timedelta(seconds=301))
    worker.run_until_idle()

    assert tasks_that_ran() == 1


def test_what_is_meant_for_later_still_waits(tasks_that_ran):
    outbox.put(learn_spam, at=timezone.now() + timedelta(hours=3))
    set_back(timedelta(hours=2))

    call_command("worker", until_idle=True)

    assert tasks_that_ran() == 0


def test_a_task_that_is_sent_again_by_hand_is_sent_at_once(tasks_that_ran, client, admin_user):
    outbox.put(learn_spam)
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    client.force_login(admin_user)
    client.post(
        "/admin/blog_site/outgoingtask/",
        {"action": "send_again", "_selected_action": [str(DBTaskResult.objects.get().pk)]},
    )

    # What is due at once names no time that a clock could go back behind.
    soon = [timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)]
    assert not DBTaskResult.objects.filter(run_after__range=soon).exists()
    call_command("worker", until_idle=True)

    assert tasks_that_ran() == 1


def test_healthz_says_that_no_worker_runs_though_the_tasks_seem_to_be_new(client):
    outbox.put(learn_spam)
    assert client.get("/healthz").content == b"ok"

    set_back(timedelta(hours=3))
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (503, b"worker: 1 waiting for more than 15 minutes")
