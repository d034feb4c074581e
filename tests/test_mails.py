"""Mails to commenters: asked for, once, after the commit, and ended by a button."""

import re

import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains

from comments.models import Comment
from tests.factories import make_asker, make_author, make_comment, make_editor, make_post, make_user, post_comment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_blog(discussion):
    discussion(moderation="none", notify_on="none")


def test_who_asked_for_it_hears_of_an_answer_by_mail(open_blog, mailoutbox, settings):
    settings.SITE_URL = "https://blog.example"
    parent = make_asker()

    reply = post_comment(parent=parent, name="Answerer", email="other@example.org", body="My *answer*.")

    (mail,) = mailoutbox
    assert mail.to == ["asker@example.org"]
    assert "Answerer replied to your comment" in mail.body
    assert "My answer." in mail.body
    assert f"https://blog.example{reply.get_absolute_url()}" in mail.body
    assert "other@example.org" not in mail.body


def test_nobody_else_gets_a_mail(open_blog, discussion, mailoutbox):
    post_comment(parent=make_comment(email="silent@example.org"))
    post_comment(parent=make_asker(), email="ASKER@example.org")
    make_comment(parent=make_asker(status="pending"))
    discussion(moderation="all")
    post_comment(parent=make_asker())

    assert not mailoutbox


def test_an_answer_that_waits_is_told_when_it_is_approved_and_never_twice(discussion, admin_client, mailoutbox):
    discussion(moderation="all", notify_on="none")
    reply = post_comment(parent=make_asker())

    for verb in ("approve", "hold", "approve", "trash", "restore"):
        admin_client.post("/admin/comments/comment/", {"action": verb, "_selected_action": [reply.pk]})

    reply.refresh_from_db()
    assert (reply.status, reply.decisions.count()) == ("approved", 6)
    assert len(mailoutbox) == 1


def test_the_link_in_the_mail_changes_nothing_and_its_button_ends_the_mails(open_blog, client, mailoutbox):
    parent = make_asker()
    post_comment(parent=parent)
    path = re.search(r"http://127\.0\.0\.1:8000(/comments/stop/\S+)", mailoutbox[0].body)[1]

    assertContains(client.get(path), "Stop these emails")
    parent.refresh_from_db()
    assert parent.notify
    assertContains(client.post(path), "You will not get any more emails")
    parent.refresh_from_db()
    assert not parent.notify


@pytest.mark.parametrize("token", ["x", "1:x", "%F0%9F", "a" * 500])
def test_a_wrong_token_ends_nothing(client, token):
    assert client.post(f"/comments/stop/{token}/").status_code == 404


def test_a_title_of_two_lines_makes_no_second_header(open_blog, mailoutbox):
    post_comment(parent=make_asker(post=make_post(title="One\nBcc: two@example.org")))

    assert "\n" not in mailoutbox[0].subject


def test_the_box_needs_an_address(discussion, send):
    discussion(moderation="none", require_name_email=False)

    assertContains(
        send(make_post(), email="", notify="on"), "Enter your email address, or untick", status_code=422, count=2
    )


# --- To the author


@pytest.fixture
def author():
    return make_author(user=make_user(email="author@example.org"))


@pytest.mark.parametrize(
    ("notify_on", "moderation", "mails"),
    [("held", "all", 1), ("held", "none", 0), ("all", "none", 1), ("none", "all", 0), ("digest", "all", 0)],
)
def test_the_author_hears_of_what_the_settings_say(author, discussion, send, mailoutbox, notify_on, moderation, mails):
    discussion(notify_on=notify_on, moderation=moderation)

    send(make_post(author=author), body="Please *read* me.")

    assert [mail.to for mail in mailoutbox] == [["author@example.org"]] * mails
    for mail in mailoutbox:
        comment = Comment.objects.get()
        assert "Please read me." in mail.body
        assert f"/admin/comments/comment/{comment.pk}/change/" in mail.body


def test_spam_and_a_double_click_send_no_mail_of_their_own(author, discussion, send, mailoutbox):
    discussion(notify_on="all", moderation="none")
    post = make_post(author=author)

    send(post)
    send(post)
    send(post, body="Buy.", subject="x")

    assert len(mailoutbox) == 1


def test_the_digest_says_what_waits_and_nothing_where_nothing_does(author, discussion, mailoutbox, capsys):
    discussion(notify_on="digest")
    post = make_post(author=author)
    make_comment(post=post, status="pending", body="The first that waits.")
    make_comment(post=post, status="pending", body="The second.")
    make_comment(post=make_post(author=make_author(name="Idle", user=make_user(email="idle@example.org"))))

    call_command("send_digest")

    (mail,) = mailoutbox
    assert mail.subject == "[Right of Reply] 2 comments are waiting"
    assert mail.body.index("The first that waits.") < mail.body.index("The second.")


def test_the_digest_is_sent_only_where_it_was_chosen(author, discussion, mailoutbox):
    discussion(notify_on="held")
    make_comment(post=make_post(author=author), status="pending")

    call_command("send_digest")

    assert not mailoutbox


def test_an_approval_that_was_taken_back_before_the_mail_left_does_not_lose_it(mailoutbox):
    reply = make_comment(parent=make_asker(), email="x@example.org", status="pending")
    editor = make_editor()
    reply.take_back(reply.approve(by=editor), by=editor)
    assert not mailoutbox

    reply.approve(by=editor)

    assert len(mailoutbox) == 1
