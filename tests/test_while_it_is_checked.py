"""Checks take their time, and meanwhile the blog goes on: what is stored fits what the blog is by then."""

import re
from html import unescape

import pytest

from comments.models import Comment, DiscussionSettings
from tests.factories import make_comment, make_editor, make_post

pytestmark = pytest.mark.django_db

WORDS = "Words that <must> not be lost."
_happenings = []


def check(comment, context):
    """A check of one's own, in `EXTRA_CHECKS`, while which something else happens, once."""
    if _happenings:
        _happenings.pop()()


@pytest.fixture
def meanwhile(settings, discussion):
    """`meanwhile(function)`: that happens while the next comment is checked."""
    settings.EXTRA_CHECKS = [f"{__name__}.check"]
    discussion(moderation="none")
    yield _happenings.append
    _happenings.clear()


def words_in(answer):
    return unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.DOTALL)[1]).strip()


def parent_in(answer):
    return re.search(r'name="parent" value="(\d*)"', answer.content.decode())[1]


def change(**fields):
    row = DiscussionSettings.load()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def test_a_post_that_is_closed_meanwhile_takes_no_comment_and_gives_the_words_back(meanwhile, send):
    post = make_post()
    meanwhile(lambda: type(post).objects.update(comments_open=False))

    answer = send(post, body=WORDS)

    assert answer.status_code == 403
    assert "Comments are closed." in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_blog_that_asks_for_accounts_meanwhile_takes_no_strangers_comment(meanwhile, send):
    meanwhile(lambda: change(registration_required=True))

    answer = send(make_post(), body=WORDS)

    assert answer.status_code == 403
    assert not Comment.objects.exists()


@pytest.mark.parametrize("status", ["draft", "trash", "private"])
def test_a_post_that_is_taken_away_meanwhile_takes_no_comment_and_gives_the_words_back(meanwhile, send, status):
    post = make_post()
    meanwhile(lambda: type(post).objects.update(status=status))

    answer = send(post, body=WORDS)

    assert answer.status_code == 404
    assert words_in(answer) == WORDS
    assert not Comment.objects.exists()


def test_a_post_that_is_deleted_meanwhile_gives_the_words_back(meanwhile, send):
    post = make_post()
    meanwhile(lambda: type(post).objects.get().delete())

    answer = send(post, body=WORDS)

    assert answer.status_code == 404
    assert words_in(answer) == WORDS


def test_a_comment_that_is_hidden_meanwhile_is_answered_by_nobody(meanwhile, send):
    parent = make_comment()
    meanwhile(lambda: parent.trash(by=make_editor()))

    answer = send(parent.post, body=WORDS, parent=parent.pk)

    assert answer.status_code == 403
    assert words_in(answer) == WORDS
    assert parent_in(answer) == ""
    assert Comment.objects.count() == 1


def test_the_same_form_sent_meanwhile_makes_one_comment_and_both_lead_to_it(meanwhile, send):
    post, answers = make_post(), []
    meanwhile(lambda: answers.append(send(post, body=WORDS)))

    answers.append(send(post, body=WORDS))

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Comment.objects.count() == 1


def test_the_same_words_in_capitals_sent_meanwhile_are_told_of(meanwhile, send):
    post = make_post()
    meanwhile(lambda: send(post, body=WORDS.upper()))

    answer = send(post, body=WORDS)

    assert answer.status_code == 409
    assert words_in(answer) == WORDS
    assert Comment.objects.count() == 1


def test_another_comment_of_the_same_writer_sent_meanwhile_was_faster(meanwhile, send):
    post = make_post()
    change(flood_seconds=15)
    meanwhile(lambda: send(post, body="Quick words."))

    answer = send(post, body=WORDS)

    assert answer.status_code == 429
    assert words_in(answer) == WORDS
    assert [comment.body for comment in Comment.objects.all()] == ["Quick words."]


def test_where_every_comment_waits_from_now_on_this_one_does_too(meanwhile, send):
    meanwhile(lambda: change(moderation="all"))

    answer = send(make_post(), body=WORDS)

    assert "awaiting=" in answer["Location"]
    assert Comment.objects.get().reasons_told == ["every comment here is read before it is published"]


def test_a_post_on_which_every_comment_waits_from_now_on_holds_this_one(meanwhile, send):
    post = make_post()
    meanwhile(lambda: type(post).objects.update(moderation="all"))

    send(post, body=WORDS)

    assert Comment.objects.get().status == "pending"


def test_who_has_lost_the_moderators_trust_meanwhile_waits(meanwhile, send, client):
    change(moderation="first")
    post = make_post()
    send(post, body="The first one of this browser.", remember="on")
    earlier = Comment.objects.get()
    earlier.approve(by=make_editor())
    meanwhile(lambda: earlier.trash(by=make_editor()))

    send(post, body=WORDS)

    assert Comment.objects.get(body=WORDS).status == "pending"


def test_the_same_text_that_came_on_another_post_meanwhile_is_seen(meanwhile, send):
    post, other = make_post(), make_post()
    meanwhile(lambda: send(other, body=WORDS, name="Somebody else", email="else@example.org"))

    send(post, body=WORDS)

    assert Comment.objects.get(post=post).reasons_told == ["the same text has been posted elsewhere on this blog"]


def test_reasons_come_in_the_same_order_whatever_took_longer(meanwhile, send):
    change(moderation="all", max_links=0)

    send(make_post(title="Drains"), body="Many words, and many more of them: https://example.org/a")

    checks = [finding["check"] for finding in Comment.objects.get().why_it_waits()]
    assert checks == ["moderation", "links"]


def test_what_comes_in_is_dated_when_it_is_stored(meanwhile, send):
    made = []
    meanwhile(lambda: made.append(make_comment(body="Came in between.")))

    send(make_post(), body=WORDS)

    assert Comment.objects.get(body=WORDS).submitted_at > made[0].submitted_at
