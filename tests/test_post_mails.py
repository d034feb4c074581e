"""Posts that go out to subscribers: once, when they become public, to whom they are for, and readable."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.worker import Worker
from posts import outbox
from posts.models import Blog, Category, Mailing, Post, Subscriber, Undeliverable
from posts.subscriptions import announcing, sending
from tests.factories import make_picture, make_post, make_subscriber
from tests.wxr import import_, make_export, make_item

pytestmark = pytest.mark.django_db
ADD = "/admin/posts/post/add/"


@pytest.fixture
def at(monkeypatch):
    """Sets the clock that everything here goes by: `at(minutes=5)` from now."""
    begun = timezone.now()

    def set_clock(**later):
        now = begun + timedelta(**later)
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        return now

    return set_clock


def typed(**fields):
    """What the form of a post sends."""
    return {
        "title": "The ford is closed",
        "body": "Water *everywhere*.",
        "body_format": "markdown",
        "kind": "post",
        "status": "draft",
        "menu_order": "0",
        "corrections": "[]",
        "mail_to_subscribers_shown": "1",
        "mail_to_subscribers": "on",
        "_save_as": "publish",
        **fields,
    }


def publish(client, address=ADD, **fields):
    """Presses the button of the form; returns the post as it is stored then."""
    data = {name: value for name, value in typed(**fields).items() if value}
    answer = client.post(address, data, follow=True)
    assert not answer.context.get("errors"), answer.context["errors"]
    return Post.objects.latest("pk")


def change(post):
    return reverse("admin:posts_post_change", args=[post.pk])


# --- When


def test_a_post_goes_out_some_minutes_after_it_is_published_with_what_was_corrected_meanwhile(
    client, editor, mailoutbox, at
):
    make_subscriber(email="bo@example.org")
    post = publish(client)
    assert not mailoutbox

    at(minutes=2)
    client.post(change(post), typed(body="Water everywhere, corrected.", status="published", _save_as="chosen"))
    at(minutes=announcing.GRACE.seconds // 60, seconds=1)

    (sent,) = mailoutbox
    assert sent.to == ["bo@example.org"]
    assert sent.subject == "[Right of Reply] The ford is closed"
    assert "corrected" in sent.body
    page = client.get(change(post))
    assertContains(page, "Sent by email to 1 subscriber")
    assertNotContains(page, 'name="mail_to_subscribers"')


def test_a_scheduled_post_goes_out_in_its_time_without_anybody_doing_anything(client, editor, mailoutbox, at):
    make_subscriber()
    time = timezone.localtime() + timedelta(days=2)
    publish(
        client,
        _save_as="schedule",
        status="scheduled",
        published_at_0=f"{time:%Y-%m-%d}",
        published_at_1=f"{time:%H:%M:%S}",
    )
    at(days=1)
    assert not mailoutbox

    at(days=2, seconds=1)

    assert [sent.subject for sent in mailoutbox] == ["[Right of Reply] The ford is closed"]


def test_no_post_goes_out_twice_however_often_it_is_published(client, editor, mailoutbox, at):
    make_subscriber()
    post = publish(client)
    at(minutes=6)
    assert len(mailoutbox) == 1

    for status, pressed in (("draft", "draft"), ("published", "publish"), ("private", "chosen"), ("now", "publish")):
        client.post(change(post), typed(status=status, _save_as=pressed))
    at(minutes=30)
    make_subscriber(since=timezone.now())

    assert len(mailoutbox) == 1
    assert Mailing.objects.get().sent == 1


def test_an_author_can_leave_the_mail_out_and_take_a_post_back_in_time(client, editor, mailoutbox, at):
    make_subscriber()
    publish(client, mail_to_subscribers=None)
    taken_back = publish(client, title="Taken back")
    assert taken_back.mail_to_subscribers
    client.post(change(taken_back), typed(title="Taken back", status="draft", _save_as="draft"))

    at(hours=1)

    assert not mailoutbox
    assert not Mailing.objects.exists()


def test_what_is_old_when_it_is_published_or_imported_or_a_page_goes_to_nobody(
    client, editor, mailoutbox, at, tmp_path
):
    make_subscriber()
    import_(make_export(tmp_path, make_item()))
    Post.objects.update(published_at=timezone.now())
    imported = Post.objects.get()
    box = {"mail_to_subscribers": "on"} if imported.mail_to_subscribers else {}
    sent = {name: value for name, value in typed(status="published", _save_as="x").items() if "mail_to" not in name}
    client.post(change(imported), {**sent, **box, "title": "Imported", "mail_to_subscribers_shown": "1"})
    assert Post.objects.get().title == "Imported"
    publish(client, kind="page")
    old = timezone.localtime() - timedelta(days=30)
    publish(
        client,
        status="published",
        _save_as="chosen",
        published_at_0=f"{old:%Y-%m-%d}",
        published_at_1="12:00:00",
    )

    at(hours=1)

    assert not mailoutbox


def test_many_that_are_published_at_once_are_told_of_before_they_go_out(client, editor, mailoutbox, at):
    make_subscriber()
    drafts = [make_post(title=title, status="draft", published_at=None) for title in ("One", "Two", "Three")]
    data = {"action": "publish", "_selected_action": [post.pk for post in drafts]}

    page = client.post("/admin/posts/post/", data, follow=True)
    client.post(
        change(drafts[1]),
        {
            name: value
            for name, value in typed(title="Two", status="published").items()
            if name != "mail_to_subscribers"
        },
    )
    at(minutes=6)

    assertContains(page, "3 posts go to subscribers by email in 5 minutes")
    assert sorted(sent.subject for sent in mailoutbox) == ["[Right of Reply] One", "[Right of Reply] Three"]


def test_a_form_without_the_box_leaves_it_ticked(client, editor):
    post = publish(client, mail_to_subscribers=None, mail_to_subscribers_shown=None)

    assert post.mail_to_subscribers


def test_the_form_says_how_many_will_get_it(client, editor):
    news = Category.objects.create(name="News")
    make_subscriber()
    make_subscriber(frequency="weekly")
    make_subscriber(categories=[news])
    make_subscriber().stop()
    bounced = make_subscriber()
    Undeliverable.objects.bounce(bounced.email)

    page = client.get(ADD)

    assertContains(page, "1 subscriber gets it.")
    assertContains(page, "1 more gets it in the weekly email.")
    assertContains(page, "5 minutes after you publish it")
    Blog.objects.update_or_create(pk=1, defaults={"posts_by_mail": False})
    assertNotContains(client.get(ADD), "gets it")


# --- To whom


def begin(post):
    """Has a public post mailed now."""
    outbox.put(announcing.mail_post, post.pk)


def test_only_those_hear_of_a_post_whom_it_is_for(mailoutbox):
    above = Category.objects.create(name="News")
    below = Category.objects.create(name="Local", parent=above)
    other = Category.objects.create(name="Sport")
    post = make_post()
    post.categories.add(below)
    make_subscriber(email="all@example.org")
    make_subscriber(email="above@example.org", categories=[above])
    make_subscriber(email="below@example.org", categories=[below, other])
    make_subscriber(email="sport@example.org", categories=[other])
    make_subscriber(email="weekly@example.org", frequency="weekly")
    make_subscriber(email="later@example.org", since=post.published_at)
    make_subscriber(email="gone@example.org").stop()
    Undeliverable.objects.bounce(make_subscriber(email="bounced@example.org").email)

    begin(post)

    assert {sent.to[0] for sent in mailoutbox} == {"all@example.org", "above@example.org", "below@example.org"}
    assert Mailing.objects.get().sent == 3
    other.delete()
    assert Subscriber.objects.of("sport@example.org") not in Subscriber.objects.wanting(post)


def test_the_weekly_mail_has_what_was_published_since_the_last_and_comes_on_monday(mailoutbox, monkeypatch):
    monday = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
    news = Category.objects.create(name="News")
    make_subscriber(email="bo@example.org", frequency="weekly")
    make_subscriber(email="cy@example.org", frequency="weekly", categories=[news])
    make_subscriber(email="di@example.org", frequency="weekly", since=monday - timedelta(days=1))
    make_subscriber(email="each@example.org")
    make_post(title="Before", published_at=monday - timedelta(days=8))
    make_post(title="First", published_at=monday - timedelta(days=6)).categories.add(news)
    make_post(title="Second", published_at=monday - timedelta(days=3), excerpt="What it is about.")
    make_post(title="Not for mail", published_at=monday - timedelta(days=3), mail_to_subscribers=False)
    make_post(title="Next week's", published_at=monday + timedelta(minutes=1))

    def on(time):
        monkeypatch.setattr("django.utils.timezone.now", lambda: time)
        announcing.mail_week()
        found = {sent.to[0]: sent for sent in mailoutbox}
        mailoutbox.clear()
        return found

    assert not on(monday - timedelta(minutes=1))
    sent = on(monday + timedelta(hours=3))
    assert not on(monday + timedelta(days=2))
    following = on(monday + timedelta(days=7))
    assert not on(monday + timedelta(days=14))

    assert set(sent) == {"bo@example.org", "cy@example.org"}
    assert sent["bo@example.org"].subject == "[Right of Reply] 2 new posts: First and more"
    assert sent["cy@example.org"].subject == "[Right of Reply] 1 new post: First"
    body = sent["bo@example.org"].body
    assert body.index("First") < body.index("Second") < body.index("What it is about.")
    assert {"Before", "Not for mail", "Next week's"}.isdisjoint(body.splitlines())
    assert set(following) == {"bo@example.org", "di@example.org"}


def test_who_changes_to_the_weekly_mail_does_not_get_there_what_came_by_itself(mailoutbox):
    subscriber = make_subscriber()
    post = make_post(published_at=timezone.now())
    subscriber.choose(frequency="weekly", categories=None)

    assert subscriber not in Subscriber.objects.wanting(post)


# --- What it says


BODY = """
## Why

It *rains* [here](/2026/01/01/rain/ "Rain"), & <b>there</b>.[^1]

![The ford](/media/{name})

https://www.youtube.com/watch?v=dQw4w9WgXcQ

- one
- two

> Quoted.

| Day | Rain |
|---|---|
| Mon | 3 |

[^1]: Says the council.
"""


def test_the_mail_has_the_whole_post_absolute_and_sized_in_html_and_in_text(mailoutbox):
    subscriber = make_subscriber(email="bo@example.org")
    picture = make_picture(size=(1200, 800), caption="Mud", credit="Ann")
    stored = picture.file.name
    lead = make_picture(size=(1600, 800), name="lead.png", alt="The lead")
    post = make_post(title="Mud & <rain>", body=BODY.format(name=stored), picture=lead)

    begin(post)

    (sent,) = mailoutbox
    (html, kind) = sent.alternatives[0]
    site = "http://127.0.0.1:8000"
    assert kind == "text/html"
    assert "Mud &amp; &lt;rain&gt;" in html
    assert f'href="{site}/2026/01/01/rain/"' in html
    assert f'src="{site}/media/' in html
    assert 'width="600" height="400"' in html
    assert 'width="600" height="300"' in html
    assert "<script" not in html
    assert "srcset" not in html
    assert 'href="/' not in html
    assert 'src="/' not in html
    assert "Watch on YouTube" in html
    for words in (
        "Why\n===",
        "It rains here",
        "[The ford]",
        "- one\n- two",
        "there.[1]",
        "> Quoted.",
        "1. Says the council.",
        "Day | Rain\nMon | 3",
    ):
        assert words in sent.body, words
    assert "Mud & <rain>" in sent.body
    for part in (html, sent.body):
        assert subscriber.stop_url in part
        assert subscriber.manage_url in part
        assert "Nobody is told whether you open this email" in part
        assert f"{site}{post.get_absolute_url()}" in part
    # The same words for everybody: no picture and no link tells them apart.
    make_subscriber(email="cy@example.org")
    others = html.replace(subscriber.stop_url, "").replace(subscriber.manage_url, "")
    assert subscriber.key not in others
    assert sent.extra_headers["List-Unsubscribe"] == f"<{subscriber.stop_url}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["List-Id"]


# --- How


class Moody(EmailBackend):
    """Refuses some addresses, for now or for good."""

    refused: dict[str, Exception] = {}

    def send_messages(self, messages):
        for message in messages:
            if error := self.refused.get(message.to[0]):
                raise error
        return super().send_messages(messages)


def test_ten_thousand_would_be_sent_in_parts_between_which_other_mails_go(mailoutbox, monkeypatch):
    for number in range(7):
        make_subscriber(email=f"r{number}@example.org")
    monkeypatch.setattr(sending, "READ_AT_A_TIME", 2)
    monkeypatch.setattr(sending, "MOST_SECONDS", -1)
    begin(make_post())
    worker = Worker()
    worker.run_one()

    # A part without any time sends nothing, and queues the next.
    for _part in range(3):
        assert worker.run_one()
    assert not mail.outbox
    assert Mailing.objects.get().reached == 0
    monkeypatch.setattr(sending, "MOST_SECONDS", 20)

    assert [sent.to[0] for sent in mailoutbox] == [f"r{number}@example.org" for number in range(7)]
    mailing = Mailing.objects.get()
    assert (mailing.sent, bool(mailing.ended_at)) == (7, True)


def test_one_address_that_has_to_wait_or_is_refused_holds_up_no_other(mailoutbox, settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    refused = {
        "r1@example.org": smtplib.SMTPRecipientsRefused({"r1@example.org": (451, b"later")}),
        "r2@example.org": smtplib.SMTPRecipientsRefused({"r2@example.org": (550, b"5.1.1 unknown")}),
    }
    monkeypatch.setattr(Moody, "refused", refused)
    for number in range(4):
        make_subscriber(email=f"r{number}@example.org")
    begin(make_post())
    assert [sent.to[0] for sent in mailoutbox] == ["r0@example.org", "r3@example.org"]

    refused.clear()
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now() - timedelta(seconds=1))

    assert [sent.to[0] for sent in mailoutbox] == ["r0@example.org", "r3@example.org", "r1@example.org"]
    mailing = Mailing.objects.get()
    assert (mailing.sent, bool(mailing.ended_at)) == (3, True)


def test_a_server_that_puts_everything_off_is_left_alone_and_the_mailing_goes_on_from_there(
    mailoutbox, settings, monkeypatch
):
    settings.EMAIL_BACKEND = f"{__name__}.Moody"
    refused = {}
    for number in range(8):
        email = make_subscriber(email=f"r{number}@example.org").email
        if number > 0:
            refused[email] = smtplib.SMTPRecipientsRefused({email: (452, b"too many mails")})
    monkeypatch.setattr(Moody, "refused", refused)
    begin(make_post())
    assert len(mailoutbox) == 1
    assert Mailing.objects.get().reached == Subscriber.objects.of("r2@example.org").pk

    refused.clear()
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now() - timedelta(seconds=1))

    assert sorted(sent.to[0] for sent in mailoutbox) == [f"r{number}@example.org" for number in range(8)]


def test_a_post_that_is_taken_back_while_it_goes_out_goes_to_nobody_else(mailoutbox):
    for number in range(3):
        make_subscriber(email=f"r{number}@example.org")
    post = make_post()
    mailing = Mailing.objects.create(post=post, reached=Subscriber.objects.of("r0@example.org").pk, sent=1)
    Post.objects.filter(pk=post.pk).update(status="draft")
    outbox.put(sending.send_mailing, mailing.pk)
    assert not mailoutbox

    Post.objects.filter(pk=post.pk).update(status="published")
    begin(post)

    assert [sent.to[0] for sent in mailoutbox] == ["r1@example.org", "r2@example.org"]
    assert Mailing.objects.get().sent == 3
