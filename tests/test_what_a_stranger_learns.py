"""Whatever a stranger tries and compares, they learn nothing about another person, nor what a check took for spam."""

import re
from datetime import timedelta
from itertools import product, zip_longest

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments.checks import Finding, Verdict
from comments.models import ClaimedName, Comment, MailAddress, RememberedBrowser
from posts.models import Post
from tests.factories import make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db

STRANGER = {"REMOTE_ADDR": "198.51.100.7"}
VICTIM = {"REMOTE_ADDR": "203.0.113.9"}
RUTH = {"name": "Pseudonym", "email": "ruth@example.org"}
WORDS = "I saw it happen."


def told(client, answer):
    """All that whoever sent the form can see of the answer and of the page that it leads to, but for numbers that
    every comment has of its own."""
    seen = [answer]
    if answer.status_code == 303:
        seen.append(client.get(answer["Location"]))
    return [without_numbers(part) for page in seen for part in (page.status_code, page.headers, page.content)] + [
        sorted((name, cookie["max-age"], cookie["path"]) for name, cookie in answer.cookies.items())
    ]


def difference(one, other):
    pairs = zip_longest(re.split("(?<=>)", str(one)), re.split("(?<=>)", str(other)))
    return [pair for pair in pairs if pair[0] != pair[1]][:3]


def without_numbers(part):
    text = part.decode() if isinstance(part, bytes) else str(part)
    text = re.sub(r"awaiting=[\w:%.-]+", "awaiting=TOKEN", text)
    text = re.sub(r"(comment-|replytocom=|on/|mine/|thread=|comment=)\d+", r"\1N", text)
    # The form repeats all that was typed, in the honeypot too.
    text = text.replace(' value="trapped"', ' value=""')
    # The time that it is, and what is made of all the rest.
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+|\d?\d:\d\d( [ap]\.m\.)?|'(Content-Length|ETag)': '[^']*'", "", text)


# What is true of the other person before the stranger comes. None of it is public on the page that is tried.
SECRETS = {
    "she never wrote": lambda post: None,
    "hers waits": lambda post: of_ruth(post, status="pending"),
    "hers is spam": lambda post: of_ruth(post, status="spam"),
    "hers is in the trash": lambda post: of_ruth(post, status="trash"),
    "hers is public elsewhere": lambda post: of_ruth(Post.objects.exclude(pk=post.pk).get(), body="Something else."),
    "hers was removed elsewhere": lambda post: of_ruth(
        Post.objects.exclude(pk=post.pk).get(), body="Something else.", status="trash"
    ),
    "she has an account": lambda post: make_user(username="ruth", email="ruth@example.org"),
    "hers waits, with an account": lambda post: of_ruth(
        post, status="pending", user=make_user(username="ruth", email="ruth@example.org")
    ),
    "hers waits, of a remembered browser": lambda post: of_ruth(post, status="pending", browser="b" * 32),
    "she has confirmed her address and name": lambda post: confirmed_by_ruth(post),
    "she wants no mails": lambda post: MailAddress.objects.answer("ruth@example.org", wanted=False),
    "she hears of answers": lambda post: of_ruth(post, status="pending", notify=True),
}
# What the stranger sends.
ATTEMPTS = {
    "her words with her name and address": {**RUTH, "body": WORDS},
    "her words with her address": {**RUTH, "name": "Mallory", "body": WORDS},
    "her words with her name": {**RUTH, "email": "mallory@example.org", "body": WORDS},
    "her words as oneself": {"name": "Mallory", "email": "mallory@example.org", "body": WORDS},
    "other words with her name and address": {**RUTH, "body": "Who are you?"},
    "wants to be remembered as her": {**RUTH, "body": "Who are you?", "remember": "on"},
    "wants to hear of answers as her": {**RUTH, "body": "Who are you?", "notify": "on"},
    "in the honeypot": {**RUTH, "body": WORDS, "subject": "trapped"},
    "an invalid form": {**RUTH, "body": ""},
}


@pytest.fixture
def post():
    return make_post()


@pytest.fixture
def elsewhere(post):
    return make_post()


def forget_everybody():
    Comment.objects.all().take_out()
    MailAddress.objects.all().delete()
    User.objects.all().delete()
    Post.objects.update(comment_count=0)


def confirmed_by_ruth(post):
    """She is known and trusted: comments of hers are published unread where she can show who she is."""
    address = MailAddress.objects.prove("ruth@example.org")
    ClaimedName.objects.claim("Pseudonym", address)
    RememberedBrowser.objects.create(name="b" * 32, address=address)
    for here in Post.objects.all():
        of_ruth(here, address=address, browser="b" * 32, status="pending" if here == post else "approved", body="Mine.")


def of_ruth(post, **fields):
    seconds = timedelta(seconds=3)
    row = {"ip_address": VICTIM["REMOTE_ADDR"], "body": WORDS, "submitted_at": timezone.now() - seconds, **RUTH}
    return make_comment(post=post, **row | fields)


@pytest.mark.parametrize("mode", ["first", "none"])
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_about_another_person_can_be_told_from_the_answer(discussion, post, elsewhere, attempt, mode):
    discussion(moderation=mode, flood_seconds=15)
    answers = {}
    for secret, make_true in SECRETS.items():
        forget_everybody()
        make_true(post)
        stranger = Client()
        answer = stranger.post(f"/comments/on/{post.pk}/", ATTEMPTS[attempt], **STRANGER)
        answers[secret] = told(stranger, answer)

    same = answers.pop("she never wrote")
    assert {secret: difference(same, answer) for secret, answer in answers.items() if answer != same} == {}


@pytest.mark.parametrize("mode", ["first", "none"])
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_that_a_stranger_sends_changes_the_answer_to_somebody_else(discussion, post, attempt, mode):
    discussion(moderation=mode, flood_seconds=15)
    answers = []
    for somebody_was_first in (False, True):
        forget_everybody()
        if somebody_was_first:
            Client().post(f"/comments/on/{post.pk}/", ATTEMPTS[attempt], **STRANGER)
            Comment.objects.approved().update(status="pending")  # her page would show it
            Post.objects.update(comment_count=0)
        ruth = Client()
        answers.append(told(ruth, ruth.post(f"/comments/on/{post.pk}/", {**RUTH, "body": WORDS}, **VICTIM)))

    assert difference(*answers) == []


@pytest.mark.parametrize("boxes", [{}, {"remember": "on"}, {"notify": "on"}], ids=str)
def test_the_work_for_an_answer_is_the_same_whatever_is_known_of_the_address(discussion, post, elsewhere, boxes):
    discussion(moderation="first", flood_seconds=15)
    work = {}
    known = (
        "she never wrote",
        "she wants no mails",
        "she has confirmed her address and name",
    )
    for secret in known:
        forget_everybody()
        DBTaskResult.objects.all().delete()
        SECRETS[secret](post)
        with CaptureQueriesContext(connection) as queries:
            Client().post(f"/comments/on/{post.pk}/", {**RUTH, "body": "Who are you?", **boxes}, **STRANGER)
        queued = DBTaskResult.objects.order_by("task_path").values_list("task_path", flat=True)
        work[secret] = len(queries), list(queued)

    assert len({str(done) for done in work.values()}) == 1, work
    assert "comments.confirming_mails.ask_to_confirm" in work["she never wrote"][1]


@pytest.mark.parametrize("query", ["comment", "thread", "replytocom", "awaiting", "a form's parent"])
def test_a_number_does_not_tell_whether_a_comment_is_hidden_or_never_was(client, discussion, post, elsewhere, query):
    discussion(moderation="none")
    top = make_comment(post=post)
    hidden = [make_comment(post=post, status=status, body=f"{status}.") for status in ("pending", "spam", "trash")]
    replies = [make_comment(parent=top, status=status) for status in ("pending", "spam", "trash")]

    def asked_for(number):
        if query == "a form's parent":
            return told(client, client.post(f"/comments/on/{post.pk}/", {**RUTH, "body": WORDS, "parent": number}))
        answer = client.get(f"{post.get_absolute_url()}?{query}={number}")
        return [answer.status_code, answer.headers.get("Location"), without_numbers(answer.content)]

    nothing = asked_for(top.pk + 99)
    assert [difference(nothing, asked_for(comment.pk)) for comment in hidden + replies] == [[]] * 6


def hold(comment, context):
    return Finding("own", Verdict.HOLD, "A secret reason.") if "drains" in comment.body else None


def spam(comment, context):
    return Finding("own", Verdict.SPAM, "A secret reason.") if "drains" in comment.body else None


# (settings and form of a comment that is held, those of one that is spam), told apart by nothing that one can see.
ALIKE = {
    "a word of either list": (
        ({"hold_words": "drains"}, {}, []),
        ({"block_words": "drains"}, {}, []),
    ),
    "a word of one list or of both": (
        ({"hold_words": "drains"}, {}, []),
        ({"hold_words": "drains", "block_words": "drains"}, {}, []),
    ),
    "a check of one's own that tells nothing": (
        ({}, {}, ["tests.test_what_a_stranger_learns.hold"]),
        ({}, {}, ["tests.test_what_a_stranger_learns.spam"]),
    ),
    "a check that tells nothing, or the honeypot": (
        ({}, {}, ["tests.test_what_a_stranger_learns.hold"]),
        ({}, {"subject": "trapped"}, []),
    ),
}
# Where the mode holds it anyway.
HELD_ANYWAY = {
    "nothing, or the honeypot": (({}, {}, []), ({}, {"subject": "trapped"}, [])),
    "nothing, or a check that tells nothing": (({}, {}, []), ({}, {}, ["tests.test_what_a_stranger_learns.spam"])),
    "links, and the honeypot with them": (({"max_links": 0}, {}, []), ({"max_links": 0}, {"subject": "trapped"}, [])),
}
CASES = [*product(["none", "first", "all"], ALIKE.items()), *product(["first", "all"], HELD_ANYWAY.items())]


@pytest.mark.parametrize(("mode", "pair"), CASES, ids=lambda part: part if isinstance(part, str) else part[0])
def test_spam_and_what_waits_are_answered_alike(discussion, settings, post, mode, pair):
    typed = {**RUTH, "body": "About the drains, see http://drains.example"}
    seen, statuses = [], []
    for fields, form, checks in pair[1]:
        forget_everybody()
        discussion(**{"moderation": mode, "hold_words": "", "block_words": "", "flood_seconds": 15} | fields)
        settings.EXTRA_CHECKS = checks
        answers = []
        for minutes_later in (0, 0, 5):  # once more is a double click; and once more a while later
            Comment.objects.update(submitted_at=timezone.now() - timedelta(minutes=minutes_later))
            client = Client()
            answers.append(told(client, client.post(f"/comments/on/{post.pk}/", typed | form)))
        seen.append(answers)
        statuses.append(Comment.objects.get().status)

    assert statuses == ["pending", "spam"]
    assert "awaiting moderation" in seen[1][0][5]
    assert ("It is waiting because:" in seen[1][0][5]) == (mode != "none" or "word" in pair[0])
    assert difference(*seen) == []


def test_what_a_moderator_marks_as_spam_looks_to_its_writer_as_if_it_waited_on(client, discussion, send):
    discussion(moderation="first")
    answer = send(make_post())
    before = client.get(answer["Location"]).content

    Comment.objects.get().spam(by=make_editor())

    assert client.get(answer["Location"]).content == before
