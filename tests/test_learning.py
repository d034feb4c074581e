"""The spam classifier at work: it learns from people's decisions, says why, and unlearns."""

import pytest
from django.core.management import call_command

from comments.checks.classifier import SURE_FROM
from comments.models import Comment, SpamModel
from tests.factories import make_comment, make_editor, make_post

pytestmark = pytest.mark.django_db

SPAM = "Visit my channel number {} for cheap golden watches and subscribe"
GENUINE = "The drain in street {} was cleaned on Tuesday, and the smell has gone since"
TYPICAL = "Cheap golden watches on my channel, subscribe and visit"


def decide(number, text, verb, editor):
    for n in range(number):
        getattr(make_comment(status="pending", body=text.format(n)), verb)(by=editor)


@pytest.fixture
def editor():
    return make_editor()


@pytest.fixture
def taught(editor):
    decide(25, SPAM, "spam", editor)
    decide(25, GENUINE, "approve", editor)
    SpamModel.learn_if_due()


def learned_findings(comment):
    return [finding for finding in comment.decisions.order_by("pk").first().findings if finding["check"] == "learned"]


def test_it_holds_what_looks_like_this_blogs_spam_and_says_by_which_words(taught, discussion, send):
    discussion(moderation="none")

    send(make_post(), body=TYPICAL)

    comment = Comment.objects.latest("pk")
    (finding,) = learned_findings(comment)
    assert comment.status == "pending"
    assert "watches" in finding["why"]
    assert finding["plain"] == ""


def test_it_lets_pass_what_looks_like_this_blogs_comments(taught, discussion, send):
    discussion(moderation="none")

    send(make_post(), body="They cleaned the drain in our street too, on Wednesday")

    comment = Comment.objects.latest("pk")
    assert comment.status == "approved"
    assert learned_findings(comment) == []


def test_it_marks_as_spam_once_it_knows_enough_and_only_above_the_threshold(editor, discussion, send):
    decide(25, SPAM, "spam", editor)
    decide(SURE_FROM, GENUINE, "approve", editor)
    SpamModel.learn()

    discussion(moderation="none", spam_threshold=0.6)
    send(make_post(), body=TYPICAL)
    discussion(moderation="none", spam_threshold=1)
    send(make_post(), body=TYPICAL.upper().replace("CHEAP", "cheap and"))

    marked, held = Comment.objects.order_by("-pk")[:2][::-1]
    assert marked.status == "spam"
    assert held.status == "pending"


@pytest.mark.parametrize(("spam", "genuine"), [(19, 40), (40, 19), (0, 0)])
def test_it_says_nothing_before_it_has_seen_twenty_of_each(editor, discussion, send, spam, genuine):
    decide(spam, SPAM, "spam", editor)
    decide(genuine, GENUINE, "approve", editor)
    SpamModel.learn()
    discussion(moderation="none")

    send(make_post(), body=TYPICAL)

    assert learned_findings(Comment.objects.latest("pk")) == []


def test_it_learns_from_people_and_not_from_the_checks_alone(editor):
    decide(2, SPAM, "spam", editor)
    make_comment(status="spam", body="Marked by a check alone.")
    make_comment(body="Published by the checks alone.")

    assert {text for text, _is_spam in SpamModel.lessons_from_log()} == {SPAM.format(0), SPAM.format(1)}


def test_a_decision_that_is_taken_back_is_unlearned(editor):
    comment = make_comment(status="pending", body="Was it spam?")
    decision = comment.spam(by=editor)
    assert list(SpamModel.lessons_from_log()) == [("Was it spam?", True)]

    comment.take_back(decision, by=editor)

    assert list(SpamModel.lessons_from_log()) == []


def test_taking_back_a_decision_on_what_the_checks_decided_teaches_nothing(editor):
    caught, passed = make_comment(status="spam", body="Caught."), make_comment(body="Let through.")
    for comment in (caught, passed):
        comment.take_back(comment.trash(by=editor), by=editor)
    caught.trash(by=editor)
    caught.restore(by=editor)

    assert [comment.status for comment in (caught, passed)] == ["spam", "approved"]
    assert list(SpamModel.lessons_from_log()) == []


def test_what_was_written_teaches_and_not_what_was_made_of_it(editor):
    comment = make_comment(status="pending", body="As written.")
    comment.edit("As edited.", by=editor)
    comment.approve(by=editor)

    assert list(SpamModel.lessons_from_log()) == [("As written.", False)]


def test_it_learns_again_when_enough_was_decided(taught, editor):
    first = SpamModel.objects.get().learned_at
    decide(9, SPAM + " again", "spam", editor)
    SpamModel.learn_if_due()
    assert SpamModel.objects.get().learned_at == first

    decide(1, SPAM + " more", "spam", editor)
    SpamModel.learn_if_due()

    assert SpamModel.objects.get().lessons == 60


def test_a_damaged_state_is_learned_afresh_from_the_log_and_said(taught, discussion, send, caplog):
    SpamModel.objects.update(state=b"damaged", learned_at="2026-01-01T00:00:00Z")
    discussion(moderation="none")

    send(make_post(), body=TYPICAL)

    assert "damaged" in caplog.text
    assert learned_findings(Comment.objects.latest("pk"))


def test_decisions_at_the_desk_teach(client, editor):
    client.force_login(editor)
    waiting = [make_comment(status="pending", body=SPAM.format(n)) for n in range(12)]

    client.post("/admin/comments/comment/", {"action": "spam", "_selected_action": [comment.pk for comment in waiting]})
    call_command("worker", until_idle=True)

    assert SpamModel.objects.get().lessons == 12
