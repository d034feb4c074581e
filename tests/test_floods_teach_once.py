"""A flood that is marked as spam in one go teaches the spam check once, and copies of readers' words teach nothing."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone

from comments.models import Comment, SpamModel
from comments.spam_classifier import SPAM_THRESHOLD
from tests.factories import make_comment, make_post

pytestmark = pytest.mark.django_db

SPAM = "Visit my channel number {} for cheap golden watches and subscribe"
GENUINE = "The drain in street {} was cleaned on Tuesday, and the smell has gone since"
TREES = ["alder", "birch", "cedar", "elder", "hazel", "larch", "maple", "rowan", "aspen", "willow"]
ONE_NETWORK, MANY_NETWORKS = (lambda n: f"203.0.113.{n % 250}"), (lambda n: f"203.{n % 250}.113.7")


@pytest.fixture
def comes(discussion):
    """Machines send these texts by the form, from the addresses; their comments wait. Returns their numbers."""
    discussion(moderation="all", flood_seconds=1, hourly_per_network=None, daily_per_network=None)

    def send(texts, addresses=ONE_NETWORK, post=None):
        post, before = post or make_post(), list(Comment.objects.values_list("pk", flat=True))
        for n, text in enumerate(texts):
            form = {"name": f"N{n}", "email": f"n{n}@example.org", "body": text}
            assert Client().post(f"/comments/on/{post.pk}/", form, REMOTE_ADDR=addresses(n)).status_code == 303
            Comment.objects.filter(pk=Comment.objects.latest("pk").pk).update(
                submitted_at=F("submitted_at") - timedelta(seconds=2)
            )
        return list(Comment.objects.exclude(pk__in=before).values_list("pk", flat=True))

    return send


@pytest.fixture
def decide_at_once(client, editor):
    """One action of the desk on all of them; then the worker learns."""

    def decide(verb, numbers):
        page = client.post("/admin/comments/comment/", {"action": verb, "_selected_action": numbers}, follow=True)
        if "batch" in page.request["PATH_INFO"]:
            client.post(page.request["PATH_INFO"], {"run": "1"})
        call_command("worker", until_idle=True)
        SpamModel.learn()

    return decide


def number_of_lessons():
    """(lessons of spam, of genuine comments)"""
    model = SpamModel.current()
    return model.spam, model.genuine


def test_a_flood_from_one_network_teaches_a_few_times_at_the_most(comes, decide_at_once):
    decide_at_once("spam", comes([f"I met {tree} in the wood of {tree[::-1]}." for tree in TREES]))

    assert Comment.objects.filter(status="spam").count() == 10
    assert number_of_lessons() == (4, 0)


def test_it_still_teaches_once_when_the_addresses_are_forgotten(comes, decide_at_once):
    numbers = comes([f"Word {'abcdefghijklm'[n]} of many, {n * n}." for n in range(13)])
    Comment.objects.update(submitted_at=F("submitted_at") - timedelta(days=31))
    call_command("forget_networks")

    decide_at_once("spam", numbers)

    assert number_of_lessons()[0] <= 4


def test_the_same_template_from_many_networks_teaches_once_where_it_is_decided_at_once(comes, decide_at_once):
    decide_at_once("spam", comes([SPAM.format(n) for n in range(15)], MANY_NETWORKS))

    assert number_of_lessons() == (1, 0)


def test_different_spam_that_is_marked_in_one_go_teaches_each(comes, decide_at_once):
    texts = ["Cheap watches here", "Loans without questions", "Meet singles tonight", "Win a phone", "Grow taller"]

    decide_at_once("spam", comes(texts, MANY_NETWORKS))

    assert number_of_lessons() == (5, 0)


def test_the_same_text_over_and_over_teaches_once(editor):
    for _n in range(30):
        make_comment(status="pending", body="Cheap watches here").spam(by=editor)
        make_comment(status="pending", body="Thank you for this").approve(by=editor)

    SpamModel.learn()

    assert number_of_lessons() == (1, 1)


def test_a_flood_that_is_approved_in_one_go_teaches_a_few_times_at_the_most(comes, decide_at_once):
    decide_at_once("approve", comes([f"{tree} is a fine tree, says {tree[:2]}." for tree in TREES]))

    assert number_of_lessons() == (0, 4)


def test_a_flood_of_one_kind_does_not_push_out_what_is_known_of_the_other(editor):
    for n in range(30):
        when = timezone.now() - timedelta(days=3)
        make_comment(status="pending", body=GENUINE.format(n), submitted_at=when).approve(by=editor)
    post = make_post()
    rows = [make_comment(post=post, status="pending", body=f"{SPAM.format(n)} {n * 7919}") for n in range(1005)]
    Comment.objects.filter(pk__in=[row.pk for row in rows]).decide("spam", by=editor)

    SpamModel.learn()

    assert number_of_lessons() == (1000, 30)


def test_a_copy_of_a_public_comment_teaches_nothing_about_its_words(comes, decide_at_once):
    post = make_post()
    for n in range(5):
        make_comment(post=post, body=GENUINE.format(n), submitted_at=timezone.now() - timedelta(days=1))

    copies = comes([GENUINE.format(n).upper() for n in range(5)], MANY_NETWORKS, post)
    decide_at_once("spam", copies)

    assert list(SpamModel.lessons_from_log()) == []


def test_of_a_copy_with_a_link_the_link_teaches(comes, decide_at_once):
    post = make_post()
    make_comment(post=post, body=GENUINE.format(1), submitted_at=timezone.now() - timedelta(days=1))

    decide_at_once("spam", comes([GENUINE.format(1) + " http://watches.example/7"], MANY_NETWORKS, post))

    assert list(SpamModel.lessons_from_log()) == [("http://watches.example/7", True)]


def test_who_copies_spam_afterwards_does_not_take_its_lesson_away(editor):
    before = timezone.now() - timedelta(days=2)
    make_comment(status="pending", body="Cheap watches here", submitted_at=before).spam(by=editor)

    make_comment(body="Cheap watches here")

    assert list(SpamModel.lessons_from_log()) == [("Cheap watches here", True)]


# --- With real comments


@pytest.fixture
def collection(shared):
    with open(shared / "corpora/spam/comments.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def false_alarms(texts):
    model = SpamModel.current()
    return sum(model.score(text) > SPAM_THRESHOLD for text in texts) / len(texts)


@pytest.mark.seed
@pytest.mark.parametrize(
    ("addresses", "added"),
    [(ONE_NETWORK, " http://watches.example/{}"), (MANY_NETWORKS, "")],
    ids=["one network, with a link", "many networks, as they are"],
)
def test_readers_own_comments_copied_and_marked_as_spam_lift_no_false_alarms(
    collection, comes, decide_at_once, editor, addresses, added
):
    """While each copy was a lesson, forty of them lifted the share from 1.7 to 45.7 %."""
    long_ago, post = timezone.now() - timedelta(days=9), make_post()
    for row in collection:
        if row["thread"] == "01":
            comment = make_comment(post=post, body=row["text"], status="pending", submitted_at=long_ago)
            (comment.spam if row["spam"] else comment.approve)(by=editor)
    readers = list(dict.fromkeys(row["text"] for row in collection if row["thread"] == "02" and not row["spam"]))
    # They were known, and published by the checks: nobody has decided on theirs.
    for text in readers:
        make_comment(post=post, body=text, submitted_at=long_ago)
    SpamModel.learn()
    before = false_alarms(readers)

    copies = comes([text + added.format(n) for n, text in enumerate(readers[:40])], addresses, post)
    decide_at_once("spam", copies)

    assert Comment.objects.filter(pk__in=copies, status="spam").count() == 40
    assert false_alarms(readers) <= before + 0.01
