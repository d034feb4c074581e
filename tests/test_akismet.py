"""Akismet, an example of a check of one's own: what it is told, what it says, and what happens when it doesn't."""

import logging
import threading
from functools import partial
from urllib.parse import parse_qsl

import httpx
import pytest
from pytest_django.asserts import assertContains, assertNotContains

from blog_site import env
from comments.checks import SubmissionContext, run_checks
from comments.models import Comment, Decision
from tests.factories import make_comment, make_editor, make_post

pytestmark = pytest.mark.django_db

CHECK = "comments.checks.akismet.check"
KEY = "abc123def456"


@pytest.fixture
def akismet(settings, monkeypatch):
    """Akismet as the tests want it, instead of the network: `akismet.answer` is its text, or does what it does.

    `akismet.requests` has those that reached it.
    """
    settings.EXTRA_CHECKS, settings.AKISMET_KEY = [CHECK], KEY
    settings.SITE_URL = "https://blog.example"
    service = Service()
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(service)))
    return service


class Service:
    def __init__(self):
        self.answer, self.headers, self.status, self.requests = "false", {}, 200, []

    def __call__(self, request):
        self.requests.append(request)
        text = self.answer(request) if callable(self.answer) else self.answer
        return httpx.Response(self.status, text=text, headers=self.headers)


def findings(**fields):
    """What the check finds on a comment on its way in."""
    fields = {"post": make_post(), "name": "Bo", "email": "bo@example.org", "body": "Words.", **fields}
    fields.setdefault("ip_address", "192.0.2.7")
    return run_checks(Comment(**fields), SubmissionContext(), checks=[CHECK])


def never(request):
    raise httpx.ConnectTimeout("192.0.2.7 bo@example.org Words.", request=request)


def test_it_is_off_until_a_key_is_set(akismet, settings):
    settings.AKISMET_KEY = ""
    akismet.answer = "true"

    assert findings() == []
    assert akismet.requests == []


def test_it_is_off_until_it_is_named(akismet, settings, discussion, send):
    settings.EXTRA_CHECKS = []
    discussion(moderation="none")

    send(make_post())

    assert akismet.requests == []
    assert Comment.objects.get().is_public


def test_it_says_nothing_of_what_akismet_takes_for_no_spam(akismet):
    assert findings() == []


@pytest.mark.parametrize(
    ("headers", "why"),
    [({}, "Akismet says this is spam."), ({"X-akismet-pro-tip": "discard"}, "Akismet says this is blatant spam.")],
)
def test_what_akismet_takes_for_spam_is_marked_as_spam_and_its_writer_told_nothing(akismet, headers, why):
    akismet.answer, akismet.headers = "true", headers

    (found,) = findings()

    assert (found.check, found.verdict, found.why, found.plain) == ("akismet", "spam", why, "")


def test_it_holds_when_akismet_takes_too_long(akismet):
    akismet.answer = never

    (found,) = findings()

    assert (found.verdict, found.why, found.plain) == ("hold", "Akismet did not respond.", "")


def test_it_holds_when_the_time_is_over_although_no_single_step_took_too_long(akismet, monkeypatch):
    monkeypatch.setattr("comments.checks.akismet.SECONDS", 0.05)
    over = threading.Event()
    akismet.answer = lambda request: "false" if over.wait(timeout=10) else "true"

    (found,) = findings()
    over.set()

    assert (found.verdict, found.why) == ("hold", "Akismet did not respond.")


@pytest.mark.parametrize(
    ("status", "answer", "why"),
    [
        (200, "invalid", "Akismet did not accept the blog's key."),
        (200, "<html>Log in to the hotel's network</html>", "Akismet's response could not be read."),
        (200, "", "Akismet's response could not be read."),
        (302, "", "Akismet did not respond."),
        (500, "true", "Akismet did not respond."),
    ],
)
def test_it_holds_when_akismet_refuses_the_key_or_answers_oddly(akismet, status, answer, why):
    akismet.status, akismet.answer = status, answer

    (found,) = findings()

    assert (found.verdict, found.why, found.plain) == ("hold", why, "")


def test_after_a_silence_akismet_is_left_in_peace_for_a_while_and_comments_wait(akismet):
    akismet.answer = never
    findings()
    akismet.answer = "false"

    (found,) = findings()

    assert len(akismet.requests) == 1
    assert (found.verdict, found.why) == ("hold", "Akismet is not responding at the moment.")


def test_one_request_a_comment_with_what_akismet_needs_and_no_more(akismet):
    post = make_post()

    findings(post=post, url="https://bo.example", user_agent="Browser/1.0", body="Some *words* & é.")

    (request,) = akismet.requests
    assert (request.method, request.url) == ("POST", "https://rest.akismet.com/1.1/comment-check")
    assert dict(parse_qsl(request.content.decode())) == {
        "api_key": KEY,
        "blog": "https://blog.example",
        "user_ip": "192.0.2.7",
        "user_agent": "Browser/1.0",
        "comment_type": "comment",
        "comment_author": "Bo",
        "comment_author_url": "https://bo.example",
        "comment_content": "Some *words* & é.",
        "permalink": f"https://blog.example{post.get_absolute_url()}",
        "blog_lang": "en_gb",
        "blog_charset": "UTF-8",
    }


def test_a_reply_is_called_one(akismet):
    parent = make_comment()

    findings(post=parent.post, parent=parent)

    assert dict(parse_qsl(akismet.requests[0].content.decode()))["comment_type"] == "reply"


def test_what_filled_in_the_honeypot_is_not_passed_on(akismet, discussion, send):
    discussion(moderation="none")

    send(make_post(), subject="Buy now")

    assert akismet.requests == []
    assert Comment.objects.get().status == "spam"


def test_a_moderators_comment_is_not_passed_on(akismet, client, discussion, send):
    client.force_login(make_editor())

    send(make_post())

    assert akismet.requests == []
    assert Comment.objects.get().is_public


@pytest.mark.parametrize("answer", [never, "invalid", "192.0.2.7 bo@example.org Words. abc123def456"])
def test_each_failure_is_logged_without_a_word_of_the_reader_or_the_key(akismet, caplog, answer):
    caplog.set_level(logging.INFO)
    akismet.answer = answer

    findings()

    assert CHECK.removesuffix(".check") in [line.name for line in caplog.records]
    for secret in ("192.0.2.7", "bo@example.org", "Words.", KEY):
        assert secret not in caplog.text


def test_when_akismet_does_not_answer_the_comment_waits_and_nothing_is_lost(akismet, client, discussion, send):
    discussion(moderation="none")
    akismet.answer = never

    answer = send(make_post(), body="All of *my* words.")

    comment = Comment.objects.get()
    assert (comment.status, comment.body, comment.email) == ("pending", "All of *my* words.", "bo@example.org")
    assert [found["why"] for found in Decision.objects.get().findings] == ["Akismet did not respond."]
    assert answer.status_code == 303
    page = client.get(answer["Location"])
    assertContains(page, "awaiting moderation")
    assertContains(page, "All of <em>my</em> words.")
    assertNotContains(page, "Akismet")
    assertNotContains(page, "It is waiting because:")


def test_a_comment_that_akismet_lets_pass_is_public_at_once(akismet, discussion, send):
    discussion(moderation="none")

    send(make_post())

    assert Comment.objects.get().is_public
    assert len(akismet.requests) == 1


def test_a_key_that_is_none_stops_the_start_and_is_not_printed(monkeypatch):
    monkeypatch.setenv("AKISMET_KEY", "abc 123")

    with pytest.raises(env.WrongSetting) as stopped:
        env.api_key("AKISMET_KEY")

    assert str(stopped.value) == "AKISMET_KEY is '…'; it may be empty, or the key: letters and digits"
