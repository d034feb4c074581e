"""No mail goes to an address that nobody has confirmed, but the one that asks: three a day at the most."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments import tokens
from comments.confirming_mails import ask_to_confirm
from comments.models import AskingMail, Comment, MailAddress, MailedLink
from posts import outbox
from posts.models import Blog
from tests.factories import make_asker, make_comment, make_editor, make_post, make_user, post_comment
from tests.test_moving import together

pytestmark = pytest.mark.django_db

ATTACK = {
    "name": "Your Bank",
    "email": "victim@example.org",
    "body": "Call +44 999 now, or see http://evil.example",
    "url": "https://evil.example",
    "notify": "on",
}


@pytest.fixture
def open_blog(discussion):
    return discussion(moderation="none", notify_on="none", max_links=None)


def asks(mails):
    return [mail for mail in mails if "Please confirm" in mail.subject]


def link_in(mail):
    return re.search(r"http://127\.0\.0\.1:8000(/comments/confirm/\S+)", mail.body)[1]


def answer_to(comment, **fields):
    return post_comment(parent=comment, name="Answerer", **fields)


def test_who_asks_to_hear_of_answers_is_asked_to_confirm_and_then_hears_of_them(client, open_blog, send, mailoutbox):
    post = make_post(title="Forty-one buckets")
    send(post, email="bo@example.org", notify="on")
    (mail,) = mailoutbox
    assert mail.to == ["bo@example.org"]
    assert "Forty-one buckets" in mail.body

    assertContains(client.get(link_in(mail)), "Yes, confirm my address")
    assertContains(client.post(link_in(mail)), "Your email address is confirmed")

    answer_to(Comment.objects.get(), body="My answer.")
    assert len(mailoutbox) == 2
    assert "My answer." in mailoutbox[1].body


def test_the_mail_that_asks_has_nothing_of_what_was_typed(open_blog, send, mailoutbox):
    Blog(title="The Drain Report").save()
    send(make_post(title="One\r\nBcc: two@example.org"), **ATTACK)

    (mail,) = mailoutbox
    sent = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
    whole = f"{sent['Subject']} {sent['From']} {sent['Reply-To']} {sent['List-Unsubscribe']} {mail.body}"
    for typed in ("Bank", "evil", "Call", "999"):
        assert typed not in whole
    assert sent["To"] == "victim@example.org"
    assert sent["Bcc"] is None
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Subject"].startswith("[The Drain Report] ")


def test_without_a_confirmation_no_answer_is_mailed(client, open_blog, send, mailoutbox):
    send(make_post(), **ATTACK)
    asked = Comment.objects.get()

    for number in range(3):
        send(asked.post, parent=asked.pk, name="Your Bank", email=f"bank{number}@example.org", body=f"Pay {number}!")

    assert [mail.subject for mail in mailoutbox] == ["[Right of Reply] Please confirm your email address"]


def test_a_link_that_was_only_looked_at_confirms_nothing(client, open_blog, send, mailoutbox):
    send(make_post(), notify="on")

    for _n in range(2):
        client.get(link_in(mailoutbox[0]))
        client.head(link_in(mailoutbox[0]))
    answer_to(Comment.objects.get())

    assert len(mailoutbox) == 1
    assert not MailAddress.objects.exists()


def test_answers_that_came_before_the_confirmation_are_told_after_it_once(client, open_blog, send, mailoutbox):
    send(make_post(), notify="on")
    answer_to(Comment.objects.get(), body="Already here.")
    assert len(mailoutbox) == 1

    for _n in range(3):
        client.post(link_in(mailoutbox[0]))

    assert ["Already here." in mail.body for mail in mailoutbox] == [False, True]


def test_an_address_is_asked_three_times_a_day_however_it_is_written_and_wherever(open_blog, send, mailoutbox):
    written = [
        *("vic@bücher.example", "VIC@Bücher.example", "v.ic+1@bücher.example", "vic@xn--bcher-kva.example"),
        *("vic@bücher.example", "vic+two@BÜCHER.example"),
    ]
    for number, email in enumerate(written):
        send(make_post(), using=Client(), email=email, name=f"Bo {number}", body=f"Number {number}.", notify="on")

    assert len(asks(mailoutbox)) == 3

    yesterday = timezone.now() - timedelta(hours=25)
    AskingMail.objects.update(asked_at=yesterday, sent_at=yesterday, day=yesterday - timedelta(days=1))
    send(make_post(), email="vic@bücher.example", body="The next day.", notify="on")
    send(make_post(), email="w@example.org", body="Somebody else.", notify="on")

    assert [mail.to for mail in asks(mailoutbox)][3:] == [["vic@bücher.example"], ["w@example.org"]]


def test_one_comment_is_asked_about_once_however_often_it_is_answered(open_blog, send, mailoutbox):
    send(make_post(), notify="on")

    for _n in range(4):
        answer_to(Comment.objects.get(name="Bo Reader"))

    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_ask_no_more_than_that(open_blog):
    comments = [(make_comment(email="v@example.org", notify=True),) for _n in range(8)]
    due = []

    def work(comment):
        due.append(AskingMail.due_for(comment))

    if connection.vendor == "postgresql":
        together(work, comments)
    else:
        # The tests' own SQLite, in memory, lets no other connection in; the constraints hold there as well.
        for (comment,) in comments:
            work(comment)

    assert sum(row is not None for row in due) == AskingMail.objects.count() == 3


def test_mails_that_the_server_did_not_take_yesterday_do_not_come_beside_todays(mailoutbox):
    late, *todays = [make_comment(email="v@example.org", notify=True) for _n in range(4)]
    yesterday = timezone.now() - timedelta(hours=30)
    AskingMail.due_for(late)
    AskingMail.objects.update(asked_at=yesterday, day=yesterday.date())

    for comment in (*todays, late):
        outbox.put(ask_to_confirm, comment.pk)

    assert len(mailoutbox) == 3
    assert AskingMail.due_for(late) is None


def test_a_confirmed_address_is_not_asked_again_whoever_types_it_and_in_whatever_case(open_blog, send, mailoutbox):
    MailAddress.objects.answer("bo@example.org", wanted=True)

    send(make_post(), email="BO@example.org", notify="on")
    assert not mailoutbox
    answer_to(Comment.objects.get())

    assert [mail.to for mail in mailoutbox] == [["BO@example.org"]]


@pytest.mark.parametrize(("is_active", "subjects"), [(True, ["Comments on"]), (False, ["Please confirm"])])
def test_an_accounts_own_address_needs_no_confirmation_while_it_is_active(
    client, open_blog, send, mailoutbox, is_active, subjects
):
    user = make_user(email="member@example.org")
    client.force_login(user)
    post = make_post()
    assertNotContains(client.get(post.get_absolute_url()), "asked to confirm your address")
    send(post, notify="on")
    comment = Comment.objects.get()
    assert not mailoutbox
    type(user).objects.update(is_active=is_active)

    answer_to(comment)

    assert [subject in mail.subject for mail, subject in zip(mailoutbox, subjects, strict=True)] == [True]


def test_who_types_an_accounts_address_is_not_that_account(open_blog, send, mailoutbox):
    make_user(email="member@example.org")

    send(make_post(), email="member@example.org", notify="on")
    answer_to(Comment.objects.get())

    assert len(asks(mailoutbox)) == len(mailoutbox) == 1


def test_who_asked_before_there_was_a_question_is_asked_at_the_next_answer(client, open_blog, mailoutbox):
    comment = make_comment(email="old@example.org", notify=True)

    answer_to(comment, body="After years.")

    (mail,) = mailoutbox
    assert "Please confirm" in mail.subject
    client.post(link_in(mail))
    assert "After years." in mailoutbox[1].body


@pytest.mark.parametrize("pressed", [{"refuse": ""}, {"List-Unsubscribe": "One-Click"}])
def test_the_owner_can_refuse_all_mails_and_is_not_asked_again(client, open_blog, send, mailoutbox, pressed):
    send(make_post(), notify="on")

    assertContains(
        client.post(link_in(mailoutbox[0]), pressed), "will not send any more emails about replies to your address"
    )
    send(make_post(), body="Once more.", notify="on")
    answer_to(Comment.objects.latest("pk"))

    assert len(mailoutbox) == 1


def test_spam_asks_nobody_and_what_waits_does(discussion, send, mailoutbox):
    discussion(moderation="all", notify_on="none")
    send(make_post(), subject="trapped", **{**ATTACK, "email": "spam@example.org"})
    send(make_post(), email="bo@example.org", notify="on")

    assert [mail.to for mail in mailoutbox] == [["bo@example.org"]]


def test_a_post_that_is_not_public_any_more_is_not_named_to_strangers(open_blog, send, mailoutbox):
    post = make_post()
    send(post, notify="on")
    type(post).objects.update(status="draft")

    assert not mailoutbox


def test_an_imported_address_that_is_none_gets_no_mail(open_blog, mailoutbox):
    answer_to(make_comment(email="a@example.org, b@example.org", notify=True))

    assert not mailoutbox


def test_the_link_is_for_this_one_purpose_and_for_seven_days(client, open_blog, send, mailoutbox):
    send(make_post(), notify="on")
    path, comment = link_in(mailoutbox[0]), Comment.objects.get()
    for token in (tokens.stop(comment), tokens.awaiting(comment), "x", "1:x:y", "a" * 500):
        assert client.post(f"/comments/confirm/{token}/").status_code == 404
    assert client.post(path.replace("confirm", "stop")).status_code == 404
    assert client.post(path[:-2] + "/").status_code == 404

    MailedLink.objects.update(expires_at=timezone.now())

    for asked_by in (client.get, client.post):
        assertContains(asked_by(path), "This link has expired", status_code=410)
    assert not MailAddress.objects.exists()


def test_the_page_is_kept_by_nobody_and_found_by_no_search(client, open_blog, send, mailoutbox):
    send(make_post(), **ATTACK)

    page = client.get(link_in(mailoutbox[0]))

    assert "no-store" in page["Cache-Control"]
    assertContains(page, '<meta name="robots" content="noindex">')
    # The comment is there to be read: nothing of it can be clicked.
    assertContains(page, "http://evil.example")
    assertNotContains(page, 'href="http://evil.example')
    assertNotContains(page, "https://evil.example")


def test_the_answer_to_the_form_is_the_same_for_a_confirmed_address_and_costs_the_same(open_blog, send):
    MailAddress.objects.answer("known@example.org", wanted=True)
    MailAddress.objects.answer("no@example.org", wanted=False)
    seen = []
    for email in ("first@example.org", "known@example.org", "unknown@example.org", "no@example.org"):
        post = make_post(slug=f"of-{email.partition('@')[0]}")
        with CaptureQueriesContext(connection) as queries:
            answer = send(post, using=Client(), email=email, body=f"To {email}.", notify="on")
        headers = {name: value for name, value in answer.headers.items() if name != "Location"}
        seen.append((answer.status_code, answer.content, headers, len(queries)))

    assert seen[1] == seen[2] == seen[3]


def test_what_is_deleted_for_ever_takes_the_confirmation_with_it_and_leaves_a_refusal(
    client, open_blog, send, mailoutbox
):
    editor = make_editor()
    kept, gone = make_asker(email="kept@example.org"), make_asker(email="gone@example.org")
    make_comment(email="kept@example.org")
    MailAddress.objects.answer("never@example.org", wanted=False)
    refused = make_comment(email="never@example.org")
    send(make_post(), email="asked@example.org", notify="on")
    path = link_in(mailoutbox[0])

    for comment in (kept, gone, refused, Comment.objects.latest("pk")):
        comment.trash(by=editor)
        comment.erase(by=editor)

    assert set(MailAddress.objects.values_list("address", flat=True)) == {"kept@example.org", "never@example.org"}
    assert client.post(path).status_code == 404
    assert not AskingMail.objects.exclude(address="").exists()
