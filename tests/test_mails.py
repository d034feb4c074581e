"""Mails to commenters: asked for, once, after the commit, and ended by a button."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django_tasks_db.models import DBTaskResult
from pytest_django.asserts import assertContains

from comments.checks import Finding, Verdict
from comments.mails import tell_author
from comments.models import Comment, MailAddress, Notification
from comments.models.notification import MOST_ALONE
from tests.factories import make_asker, make_author, make_comment, make_editor, make_post, make_user, post_comment

pytestmark = pytest.mark.django_db


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


def ask_for_everything(post):
    """One comment whose writer wants another text, and one whose writer wants a second look."""
    changed, refused = (make_comment(post=post, name=name, body="The old text.") for name in ("Ed", "Lou"))
    found = [Finding("links", Verdict.HOLD, "More than 2 links", "it has many links")]
    for body in ("A draft.", "The *new* text."):
        changed.rewrite(body, findings=found, is_held=True, seen=changed.last_decision.pk)
    refused.trash(by=make_editor())
    refused.ask_again("I was\n> quoting him.")


@pytest.mark.parametrize("notify_on", ["held", "all"])
def test_the_author_hears_once_what_a_commenter_asks_for(author, discussion, mailoutbox, notify_on):
    discussion(notify_on=notify_on)

    ask_for_everything(make_post(author=author, title="Drains"))

    edit, look = mailoutbox
    assert edit.subject == "[Right of Reply] Changed text: Ed on “Drains”"
    assert "> The new text." in edit.body
    assert "- More than 2 links" in edit.body
    assert look.subject == "[Right of Reply] Second look: Lou on “Drains”"
    assert "> The old text." in look.body
    assert "> I was\n> > quoting him." in look.body
    assert Notification.objects.exclude(told_at=None).count() == 2


def test_a_change_that_was_dropped_before_the_mail_left_does_not_hide_the_next_one(author, discussion, mailoutbox):
    discussion(notify_on="held")
    comment = make_comment(post=make_post(author=author), body="The old text.")
    for body in ("A draft.", "The old text.", "The new text.", "The newest text."):
        comment.rewrite(body, findings=[], is_held=True, seen=comment.last_decision.pk)
        tell_author.call(comment.pk, "edit")

    (mail,) = mailoutbox
    assert "> The newest text." in mail.body


@pytest.mark.parametrize("notify_on", ["none", "digest"])
def test_the_author_who_wants_no_mail_of_each_gets_it_in_the_digest_or_not_at_all(
    author, discussion, mailoutbox, notify_on
):
    discussion(notify_on=notify_on)
    ask_for_everything(make_post(author=author))
    assert not mailoutbox

    call_command("send_digest")

    assert len(mailoutbox) == (notify_on == "digest")
    for mail in mailoutbox:
        assert mail.subject == "[Right of Reply] 2 comments are waiting"
        assert "wants to change this comment to:\n\n> The new text." in mail.body
        assert "asks for a second look:\n\n> The old text." in mail.body


def test_what_is_asked_for_in_a_flood_comes_with_the_others(author, discussion, mailoutbox):
    discussion(notify_on="held", flood_seconds=1)
    post = make_post(author=author)
    for _comment in range(MOST_ALONE):
        tell_author.enqueue(make_comment(post=post, status="pending").pk)
    assert len(mailoutbox) == MOST_ALONE

    ask_for_everything(post)
    assert len(mailoutbox) == MOST_ALONE
    DBTaskResult.objects.filter(run_after__year__lt=9000).update(run_after=F("run_after") - timedelta(hours=2))

    gathered = mailoutbox[MOST_ALONE]
    assert "wants to change this comment to:\n\n> The new text." in gathered.body
    assert "asks for a second look:\n\n> The old text." in gathered.body


def test_what_was_decided_before_the_mail_left_is_not_told(author, discussion, mailoutbox):
    discussion(notify_on="held")
    ask_for_everything(make_post(author=author))
    editor = make_editor(username="quick")
    Comment.objects.get(name="Ed").accept_edit(by=editor)
    Comment.objects.get(name="Lou").trash(by=editor)

    assert not mailoutbox


def test_no_line_of_a_commenter_passes_for_the_blogs_own(open_blog, mailoutbox):
    body = "Well.\n\nYour account is closed:\nhttps://a.example\n\n> Old"
    post_comment(parent=make_asker(), email="x@example.org", body=body)

    lines = mailoutbox[0].body.splitlines()
    assert [line for line in lines if line.startswith(">")] == [
        *("> Well.", ">", "> Your account is closed:", "> https://a.example", ">", "> > Old")
    ]
    assert "Your account is closed:" not in lines


def test_two_addresses_that_fold_alike_are_two_people(open_blog, mailoutbox):
    parent = make_asker(email="Straße@example.org")

    post_comment(parent=parent, email="strasse@example.org")
    post_comment(parent=make_asker(email="ς@example.org"), email="σ@example.org")
    post_comment(parent=parent, email="STRAßE@example.org")

    assert [mail.to for mail in mailoutbox] == [["Straße@example.org"], ["ς@example.org"]]
    assert not MailAddress.objects.of("strasse@example.org")


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
