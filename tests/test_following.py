"""A post is followed by mail: only by who confirms it, without anybody finding out who does, and ended by a button."""

import re
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains

from comments import follow_mails
from comments.models import Announcement, Follow, MailAddress, MailedLink
from comments.models.notification import MOST_ALONE
from posts.models import Undeliverable
from tests.factories import make_asker, make_comment, make_editor, make_post, post_comment

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def open_blog(discussion):
    discussion(moderation="none", notify_on="none")


def follower(post, email="reader@example.org"):
    return Follow.objects.begin(post, MailAddress.objects.prove(email))


def path_in(mail, name):
    return re.search(rf"{SITE}(/comments/{name}/\S+)", mail.body)[1]


def ask(client, post, email):
    return client.post(f"/comments/follow/{post.pk}/", {"email": email, "subject": ""})


def test_a_reader_follows_with_one_mail_and_one_click_and_stops_with_one(open_blog, client, mailoutbox):
    post = make_post(title="Drains")
    assertContains(client.get(post.get_absolute_url()), f'href="/comments/follow/{post.pk}/"')
    assertContains(client.get(f"/comments/follow/{post.pk}/"), "Get an email about each new comment")

    assertContains(ask(client, post, "Reader@Example.org"), "Look in your inbox")
    (question,) = mailoutbox
    page = path_in(question, "follow/confirm")
    assertContains(client.get(page), "Yes, email me new comments")
    assert not Follow.objects.exists()
    assertContains(client.post(page, {"confirm": ""}), "You follow this post")

    mailoutbox.clear()
    comment = post_comment(post=post, name="Ruth", body="Mind the *drain*.", email="ruth@example.org")
    (news,) = mailoutbox
    assert news.to == ["reader@example.org"]
    assert "Ruth commented on “Drains”:\n\n> Mind the drain." in news.body
    assert f"{SITE}{comment.get_absolute_url()}" in news.body
    assert "ruth@" not in news.message().as_string() + news.alternatives[0].content
    assert news.extra_headers["List-Unsubscribe"] == f"<{SITE}{path_in(news, 'follow/stop')}>"

    end = path_in(news, "follow/stop")
    assertContains(client.get(end), "Stop these emails")
    assertContains(client.post(end, {"List-Unsubscribe": "One-Click"}), "You no longer follow this post")
    assertContains(client.get(end), "You no longer follow this post")
    mailoutbox.clear()
    post_comment(post=post)
    assert not len(mailoutbox)


def test_an_address_gets_one_mail_that_asks_and_nobody_learns_which_are_known(open_blog, client, mailoutbox):
    post = make_post()
    follower(post, "known@example.org")
    MailAddress.objects.answer("refused@example.org", wanted=False)
    Undeliverable.objects.bounce("gone@example.org")

    answers = [
        ask(client, post, email).content.decode().replace(email, "")
        for email in ("new@example.org", "known@example.org", "refused@example.org", "gone@example.org")
    ]
    ask(client, post, "new@example.org")
    ask(client, make_post(), "NEW@example.org")

    assert len(set(answers)) == 1
    assert [mail.to for mail in mailoutbox] == [["new@example.org"]]


def test_a_mail_scanner_that_opens_links_and_a_second_press_change_nothing(open_blog, client, mailoutbox):
    post = make_post()
    ask(client, post, "reader@example.org")
    page = path_in(mailoutbox[0], "follow/confirm")

    client.post(page, {"confirm": ""})
    Follow.objects.all().delete()
    assertContains(client.post(page, {"confirm": ""}), "This link has been used")
    assert not Follow.objects.exists()

    MailedLink.objects.update(used_at=None, expires_at=timezone.now())
    assert client.post(page, {"confirm": ""}).status_code == 410
    assert client.post("/comments/follow/confirm/forged/", {"confirm": ""}).status_code == 404
    assert client.post("/comments/follow/stop/forged/").status_code == 404
    post.delete()
    assert client.get(page).status_code == 404
    assert not Follow.objects.exists()


def test_who_presses_no_gets_no_mail_ever(open_blog, client, mailoutbox):
    post = make_post()
    ask(client, post, "reader@example.org")

    assertContains(client.post(path_in(mailoutbox[0], "follow/confirm"), {"refuse": ""}), "No more emails")
    ask(client, make_post(), "reader@example.org")

    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    "email", ["", "no", "a@b\nBcc: c@example.org", f"{'x' * 250}@example.org", '"a b"@example.org']
)
def test_what_is_no_address_is_said_so(open_blog, client, email):
    post = make_post()

    answer = ask(client, post, email)

    assert answer.status_code == 422
    assertContains(answer, 'class="field wrong"', status_code=422)


def test_one_network_can_not_have_many_strangers_asked(open_blog, client, mailoutbox):
    post = make_post()

    answers = [ask(client, post, f"stranger{number}@example.org").status_code for number in range(12)]

    assert answers == [200] * 10 + [429] * 2
    assert len(mailoutbox) == 10


def test_a_form_of_another_site_asks_nobody(open_blog, mailoutbox):
    client = Client(headers={"Sec-Fetch-Site": "cross-site"})

    assert ask(client, make_post(), "reader@example.org").status_code == 403
    assert not len(mailoutbox)


def test_the_box_of_the_form_follows_once_the_address_is_confirmed(open_blog, client, send, mailoutbox):
    post = make_post()

    send(post, email="bo@example.org", follow="on")
    assert not Follow.objects.exists()
    (question,) = mailoutbox
    client.post(path_in(question, "confirm"), {"confirm": ""})

    assert Follow.objects.get().address.address == "bo@example.org"


def test_nobody_is_told_of_their_own_comment_nor_twice_of_an_answer(open_blog, mailoutbox):
    parent = make_asker(email="asker@example.org")
    follower(parent.post, "asker@example.org")
    follower(parent.post, "bo@example.org")

    post_comment(parent=parent, email="Bo@example.org", name="Bo")

    (mail,) = mailoutbox
    assert mail.to == ["asker@example.org"]
    assert "Bo replied to your comment" in mail.body


def test_what_waits_is_told_when_it_is_published_and_never_twice(discussion, admin_client, mailoutbox):
    discussion(moderation="all", notify_on="none")
    post = make_post()
    follower(post)
    comment = post_comment(post=post)
    assert not [mail for mail in mailoutbox if mail.to == ["reader@example.org"]]

    for verb in ("approve", "hold", "approve", "trash", "restore"):
        admin_client.post("/admin/comments/comment/", {"action": verb, "_selected_action": [comment.pk]})
        call_command("worker", until_idle=True)

    assert len([mail for mail in mailoutbox if mail.to == ["reader@example.org"]]) == 1


def test_of_many_comments_those_who_follow_get_a_few_mails_and_then_one(discussion, mailoutbox, monkeypatch):
    discussion(moderation="none", notify_on="none", flood_seconds=1)
    post = make_post()
    follower(post)
    comments = [make_comment(post=post, email="bo@example.org") for _ in range(MOST_ALONE + 3)]
    assert len(mailoutbox) == MOST_ALONE

    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)

    (gathered,) = list(mailoutbox)[MOST_ALONE:]
    assert gathered.subject.endswith("3 new comments on “A post”")
    assert all(comment.body in gathered.body for comment in comments[MOST_ALONE:])


def test_many_who_follow_cost_the_moderator_nothing_and_each_is_told_once(
    discussion, admin_client, mailoutbox, monkeypatch
):
    """In steps, the last of which is cut off: the next worker goes on with who comes after."""
    discussion(moderation="all", notify_on="none")
    monkeypatch.setattr(follow_mails, "STEP", 4)
    queries = []
    for number in (1, 10):
        post = make_post()
        for reader in range(number):
            follower(post, f"reader{reader}@example.org")
        comment = make_comment(post=post, status="pending", email="bo@example.org")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            admin_client.post("/admin/comments/comment/", {"action": "approve", "_selected_action": [comment.pk]})
        queries.append(len(captured))
    assert queries[0] == queries[1]

    follow_mails.announce.call([comment.pk])
    (announcement,) = Announcement.objects.filter(post=post)
    follow_mails.tell_followers.call(announcement.pk)
    assert len(django_mail.outbox) == 4

    assert sorted(mail.to[0] for mail in mailoutbox if mail.body.count(comment.body)) == sorted(
        f"reader{reader}@example.org" for reader in range(10)
    )


def test_all_mails_that_a_comment_can_cause_cost_its_writer_three_queries(open_blog, discussion, send, mailoutbox):
    discussion(moderation="none", notify_on="all")
    quiet, lively = make_comment(), make_asker()
    follower(lively.post)
    queries = []
    for parent, boxes in ((quiet, {}), (lively, {"notify": "on", "follow": "on"})):
        with CaptureQueriesContext(connection) as captured:
            assert (
                send(
                    parent.post, parent=parent.pk, email="new@example.org", body=f"Well, {parent}", **boxes
                ).status_code
                == 303
            )
        queries.append(len(captured))

    assert queries[1] - queries[0] <= 3
    assert {mail.to[0].partition("@")[0] for mail in mailoutbox} == {"asker", "new", "reader"}


def test_who_follows_loses_nothing_by_a_comment_in_which_another_typed_their_address(open_blog):
    post, by = make_post(), make_editor()
    follower(post, "reader@example.org")
    forged = make_comment(post=post, email="Reader@example.org", status="spam")

    forged.erase(by=by)
    assert Follow.objects.exists()
    make_comment(post=post, email="reader@example.org", status="spam", address=MailAddress.objects.get()).erase(by=by)

    assert not MailAddress.objects.exists()
