"""When many comments come, their author gets a few mails, then one an hour: nothing is lost, nothing is told twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connections
from django.db.models import F
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog_site import upkeep
from comments.mail_parts import MOST_GATHERED
from comments.mails import tell_author, tell_of_answer
from comments.models import Comment, DiscussionSettings, Notification
from comments.models.notification import MOST_ALONE
from posts import outbox
from tests.factories import make_asker, make_author, make_comment, make_editor, make_post, make_user
from tests.test_many_writers import database  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

WATCHED = {"moderation": "all", "notify_on": "held", "flood_seconds": 1}


@pytest.fixture
def post():
    return make_post(author=make_author(user=make_user(email="author@example.org")))


@pytest.fixture
def come(send, discussion):
    """Readers write so many comments below the post, each under another name and from another network."""
    numbers = iter(range(1000))

    def write(number, post, **fields):
        texts = []
        for _one, n in zip(range(number), numbers, strict=False):
            texts.append(f"Letter {n:03} of many.")
            form = {"name": f"N{n}", "email": f"n{n}@example.org", "body": texts[-1], **fields}
            assert send(post, **form).status_code == 303
            # Nobody's clock runs in a test: each network has its own turn.
            Comment.objects.filter(pk=Comment.objects.latest("pk").pk).update(
                submitted_at=F("submitted_at") - timedelta(seconds=2)
            )
        return texts

    return write


@pytest.fixture
def after(mailoutbox):
    """The mails that have left since, after so much time has passed."""

    def pass_time(hours=1, minutes=1):
        before = len(mail.outbox)
        time = timedelta(hours=hours, minutes=minutes)
        DBTaskResult.objects.filter(run_after__year__lt=9000).update(run_after=F("run_after") - time)
        Notification.objects.update(made_at=F("made_at") - time)
        call_command("worker", until_idle=True)
        return mail.outbox[before:]

    return pass_time


def told(mails, texts):
    """How often each text has come."""
    return Counter({text: sum(text in mail.body for mail in mails) for text in texts})


def test_of_many_comments_the_author_gets_a_few_mails_and_then_one_with_the_rest(discussion, post, come, after):
    discussion(**WATCHED)
    texts = come(20, post)
    call_command("worker", until_idle=True)
    assert len(mail.outbox) == MOST_ALONE

    (digest,) = after(hours=1)

    assert told(mail.outbox, texts) == Counter(texts)
    assert digest.to == ["author@example.org"]
    assert digest.subject.endswith("15 new comments")
    assert "you get one email an hour" in digest.body
    assert "20 comments are waiting for you" in digest.body
    for comment in Comment.objects.order_by("pk")[5:]:
        assert f"/admin/comments/comment/{comment.pk}/change/" in digest.body
    assert after(hours=5) == []


def test_while_they_go_on_coming_there_is_one_mail_an_hour(discussion, post, come, after):
    discussion(**WATCHED)
    texts, mails = [], []

    for _third_of_an_hour in range(12):
        texts += come(7, post)
        mails += after(hours=0, minutes=20)
    mails += after(hours=1)

    assert told(mails, texts) == Counter(texts)
    assert len(mails) == MOST_ALONE + 4


def test_once_it_is_quiet_each_comment_has_a_mail_of_its_own_again(discussion, post, come, after):
    discussion(**WATCHED)
    come(9, post)
    after(hours=0, minutes=1)
    after(hours=1)

    (text,) = come(1, post)
    (own,) = after(hours=0, minutes=0)

    assert own.subject.endswith("Waiting: N9 on “A post”")
    assert text in own.body


def test_a_few_an_evening_come_each_in_their_own_mail(discussion, post, come, after):
    discussion(**WATCHED)
    mails = []

    for _hour in range(6):
        come(4, post)
        mails += after(hours=1)

    assert len(mails) == 24


def test_what_was_decided_meanwhile_is_not_in_the_mail_and_an_empty_one_is_not_sent(discussion, post, come, after):
    discussion(**WATCHED)
    texts = come(8, post)
    call_command("worker", until_idle=True)
    editor = make_editor()
    Comment.objects.get(body=texts[6]).spam(by=editor)

    (digest,) = after(hours=1)

    assert told([digest], texts[5:]) == Counter([texts[5], texts[7]])
    for comment in Comment.objects.filter(body__in=come(1, post)):
        comment.approve(by=editor)
    assert after(hours=1) == []


def test_of_very_many_the_mail_says_how_many_more_there_are(discussion, post, come, after):
    discussion(**WATCHED)
    texts = come(MOST_GATHERED + MOST_ALONE + 3, post)
    call_command("worker", until_idle=True)

    (digest,) = after(hours=1)

    assert sum(told([digest], texts).values()) == MOST_GATHERED
    assert "And 3 more comments in the list." in digest.body
    assert "/admin/comments/comment/\n" in digest.body


def test_each_of_those_who_stand_in_gets_a_few_mails_and_then_one(discussion, come, after):
    discussion(**WATCHED)
    editors = [make_editor(email=f"editor{n}@example.org") for n in range(2)]
    texts = come(12, make_post(author=make_author(name="Nobody")))
    call_command("worker", until_idle=True)
    after(hours=1)

    for editor in editors:
        mails = [each for each in mail.outbox if each.to == [editor.email]]
        assert len(mails) == MOST_ALONE + 1
        assert told(mails, texts) == Counter(texts)


def test_a_task_that_is_run_again_tells_nobody_twice(discussion, post, come, after):
    discussion(**WATCHED)
    texts = come(10, post)
    call_command("worker", until_idle=True)
    for comment in Comment.objects.all():
        outbox.put(tell_author, comment.pk)
    call_command("worker", until_idle=True)

    after(hours=1)
    for comment in Comment.objects.all():
        outbox.put(tell_author, comment.pk)
    after(hours=2)

    assert told(mail.outbox, texts) == Counter(texts)


def test_without_limits_each_comment_has_a_mail_of_its_own(discussion, post, come, after):
    discussion(**WATCHED | {"flood_seconds": 0})

    come(12, post)
    call_command("worker", until_idle=True)

    assert len(mail.outbox) == 12


def test_what_was_told_is_forgotten_after_a_week_and_what_was_not_is_kept(discussion, post, come, after):
    discussion(**WATCHED)
    come(7, post)
    call_command("worker", until_idle=True)
    Notification.objects.update(made_at=timezone.now() - timedelta(days=8))

    upkeep.run()

    assert set(Notification.objects.values_list("gathered", "told_at")) == {(True, None)}


# --- To whoever wants to hear of answers


def answer(parent, number, **fields):
    texts = [f"Answer {parent.pk}-{n:03}." for n in range(number)]
    for text in texts:
        make_comment(parent=parent, body=text, email="troll@example.org", **fields)
    return texts


@pytest.fixture
def quick(discussion):
    return discussion(flood_seconds=1)


def test_of_many_answers_their_reader_gets_a_few_mails_and_then_one(quick, after):
    parent = make_asker()
    texts = answer(parent, 14)
    call_command("worker", until_idle=True)
    assert len(mail.outbox) == MOST_ALONE

    (digest,) = after(hours=1)

    assert told(mail.outbox, texts) == Counter(texts)
    assert digest.to == ["asker@example.org"]
    assert digest.subject.endswith("9 replies to you on “A post”")
    assert "/comments/stop/" in digest.extra_headers["List-Unsubscribe"]
    assert "troll@example.org" not in digest.body
    assert set(Comment.objects.filter(parent=parent).values_list("announced_at", flat=True)) - {None}
    assert after(hours=5) == []


def test_whoever_is_plagued_below_all_their_comments_gets_a_few_mails_in_all_and_one_for_each(quick, after):
    parents = [make_asker() for _ in range(3)]
    texts = [text for _round in range(1) for parent in parents for text in answer(parent, 6)]
    call_command("worker", until_idle=True)
    assert len(mail.outbox) == MOST_ALONE

    after(hours=1)

    assert len(mail.outbox) == MOST_ALONE + 3
    assert told(mail.outbox, texts) == Counter(texts)


def test_who_has_ended_the_mails_meanwhile_gets_none(quick, after):
    parent = make_asker()
    answer(parent, 8)
    call_command("worker", until_idle=True)
    parent.stop_mails()

    assert after(hours=1) == []


def test_answers_that_were_hidden_meanwhile_are_told_when_they_are_shown_again(quick, after):
    parent = make_asker()
    texts = answer(parent, 8)
    call_command("worker", until_idle=True)
    hidden, editor = Comment.objects.get(body=texts[7]), make_editor()
    hidden.trash(by=editor)
    (digest,) = after(hours=1)
    assert told([digest], texts[5:]) == Counter(texts[5:7])

    hidden.restore(by=editor)
    after(hours=1)

    assert told(mail.outbox, texts) == Counter(texts)


def test_an_answer_that_was_told_is_not_told_again(quick, after):
    parent = make_asker()
    texts = answer(parent, 8)
    call_command("worker", until_idle=True)
    for comment in Comment.objects.filter(parent=parent):
        outbox.put(tell_of_answer, comment.pk)

    after(hours=1)
    for comment in Comment.objects.filter(parent=parent):
        outbox.put(tell_of_answer, comment.pk)
    after(hours=1)

    assert told(mail.outbox, texts) == Counter(texts)


def test_several_workers_at_the_same_time_send_no_more_of_them_alone(database, post):  # noqa: F811
    DiscussionSettings(**WATCHED).save()
    comments = [make_comment(post=post, status="pending") for _n in range(12)]
    DBTaskResult.objects.all().delete()

    def work(comment):
        connections["default"] = database.copy()
        try:
            tell_author.call(comment.pk)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(12) as workers:
        list(workers.map(work, comments))

    queued = Counter(DBTaskResult.objects.values_list("task_path", flat=True))
    assert queued == {"comments.mails.tell_of_comment": MOST_ALONE, "comments.mails.tell_of_comments": 1}
    assert Counter(Notification.objects.values_list("gathered", flat=True)) == {False: MOST_ALONE, True: 7}
