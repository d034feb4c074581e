"""Checks on how a text looks and how often it came: reasons to read it first, never to drop it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment
from comments.scripts import scripts_of
from tests.factories import make_comment, make_post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("WHY WILL NOBODY LISTEN TO US", "capitals"),
        ("ПОЧЕМУ НИКТО НАС НЕ СЛУШАЕТ, why", "capitals"),
        ("Noooooooooooooooooooo", "One character"),
        ("What?!!!!!!!!!!!!!!!!!", "One character"),
        ("https://example.org/one www.example.org ok", "More link than text"),
        ("[buy this wonderful thing now](https://example.org) now", "More link than text"),
        ("Купите сейчас", "Cyrillic"),
        ("现在就买吧", "Han"),
    ],
)
def test_a_shape_holds_and_says_which(discussion, send, body, word):
    discussion(moderation="none", max_links=None)

    send(make_post(body="Plain English words."), body=body)

    comment = Comment.objects.get()
    assert comment.status == "pending"
    assert any(word in finding["why"] for finding in comment.why_it_waits())


@pytest.mark.parametrize(
    "body",
    [
        "OK. NATO said so.",
        "Yes! A café at the corner; see www.example.org for when it opens and what it costs there.",
        "123 456 — 😀 …",
        "Hmm......",
    ],
)
def test_ordinary_texts_have_no_shape(discussion, send, body):
    discussion(moderation="none")

    send(make_post(), body=body)

    assert Comment.objects.get().status == "approved"


def test_a_script_that_the_post_or_an_approved_comment_has_is_at_home(discussion, send):
    discussion(moderation="none")
    send(make_post(body="Привет всем"), body="Спасибо")
    make_comment(body="谢谢你")
    send(make_post(body="English"), body="不客气", name="Li", email="li@example.org")

    assert [comment.status for comment in Comment.objects.all()] == ["approved"] * 3


def test_scripts_are_told_apart():
    assert scripts_of("abc где 漢字 かな שלום") == {"Latin", "Cyrillic", "Han and Kana", "Hebrew"}
    assert scripts_of("123 !? 😀") == set()


def test_the_same_text_of_many_people_on_several_posts_waits(discussion, send):
    discussion(moderation="none")
    for number in range(3):
        send(make_post(), body="Look at my  channel, friends", name=f"N{number}", email=f"n{number}@example.org")

    first, second, third = Comment.objects.order_by("pk")
    assert (first.status, second.status, third.status) == ("approved", "pending", "pending")
    assert "2 more times" in third.why_it_waits()[0]["why"]


def test_the_same_text_long_ago_or_on_the_same_post_is_no_wave(discussion, send):
    discussion(moderation="none")
    post = make_post()
    make_comment(post=post, body="Well said.")
    make_comment(body="Well said.", submitted_at=timezone.now() - timedelta(hours=2))

    send(post, body="Well said.", name="Cy", email="cy@example.org")

    assert Comment.objects.latest("pk").status == "approved"


def own_check(comment, circumstances):
    from comments.checks import Finding, Verdict

    return Finding("own", Verdict.HOLD, "Mentions drains.") if "drain" in comment.body else None


def test_a_check_of_ones_own_is_added_by_its_dotted_path(discussion, send, settings):
    discussion(moderation="none")
    settings.EXTRA_CHECKS = ["tests.test_shape_and_repetition.own_check"]

    send(make_post(), body="About the drain.")

    assert Comment.objects.get().why_it_waits()[0]["why"] == "Mentions drains."


def test_a_check_that_is_not_there_holds_and_says_so(discussion, send, settings, caplog):
    discussion(moderation="none")
    settings.EXTRA_CHECKS = ["nowhere.check"]

    send(make_post())

    assert "could not run" in Comment.objects.get().why_it_waits()[0]["why"]
    assert "nowhere" in caplog.text
