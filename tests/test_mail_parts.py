"""How every mail is made: two parts with the same words, headers that mail programs go by, and one door out."""

import re
from email import message_from_bytes, policy

import pytest

from posts.email_addresses import token_in
from posts.mail import compose, send
from posts.models import Blog, MailCount, Undeliverable
from tests.factories import make_asker, make_post, post_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(discussion, mailoutbox, settings):
    """(the comment, the answer, the mail about it as it travels)"""
    settings.SITE_URL = "https://blog.example"
    discussion(moderation="none", notify_on="none")
    parent = make_asker(post=make_post(title="Fish & <chips>"))
    answer = post_comment(parent=parent, name="Bo <b>", body="See *this* & https://other.example/x")
    (mail,) = mailoutbox
    return parent, answer, message_from_bytes(mail.message().as_bytes(), policy=policy.default)


def test_both_parts_say_the_same_and_the_links_lead_to_the_same_places(reply):
    _parent, answer, mail = reply
    text, html = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()

    assert "Bo <b> replied to your comment on “Fish & <chips>”:" in text
    # A name that is written in the other direction turns nothing of the sentence.
    assert "<p><bdi>Bo &lt;b&gt;</bdi> replied to your comment on “<bdi>Fish &amp; &lt;chips&gt;</bdi>”:</p>" in html
    assert "<em>this</em> &amp;" in html
    assert f"See the reply on the page:\nhttps://blog.example{answer.get_absolute_url()}" in text
    assert f'<a href="https://blog.example{answer.get_absolute_url()}">See the reply on the page</a>' in html
    assert set(re.findall(r"https://[^\s\"<)]+", text)) == set(re.findall(r'href="([^"]+)"', html))
    assert not re.search(r"<img|<script|<link|src=|url\(", html)


def test_a_mail_program_makes_a_thread_of_it_and_has_a_button_to_end_it(reply):
    parent, answer, mail = reply

    assert mail["Message-ID"] == f"<comment-{answer.pk}@blog.example>"
    assert mail["In-Reply-To"] == f"<comment-{parent.pk}@blog.example>"
    assert mail["References"].split() == [f"<post-{parent.post_id}@blog.example>", mail["In-Reply-To"]]
    assert mail["List-Id"] == "<comments.blog.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Subject"].strip() == "[Right of Reply] Comments on “Fish & <chips>”"


def test_one_post_by_the_mail_program_ends_the_mails(reply, client):
    parent, _answer, mail = reply
    address = mail["List-Unsubscribe"].strip(" <>")

    client.post(address.removeprefix("https://blog.example"), {"List-Unsubscribe": "One-Click"})

    parent.refresh_from_db()
    assert not parent.notify


def test_it_is_in_the_language_of_the_blog(discussion, mailoutbox):
    Blog.objects.update(language="ar")
    discussion(moderation="none", notify_on="none")

    post_comment(parent=make_asker())

    ((html, _type),) = mailoutbox[0].alternatives
    assert '<html lang="ar" dir="rtl">' in html


def test_nothing_is_sent_to_an_address_that_mail_came_back_from(discussion, mailoutbox):
    discussion(moderation="none", notify_on="none")
    parent = make_asker(email="gone@example.org")
    Undeliverable.objects.bounce("Gone@Example.org", said="550 5.1.1 no such user gone@example.org")

    post_comment(parent=parent)

    assert not len(mailoutbox)
    assert Undeliverable.objects.get().said == "550 5.1.1 no such user …@…"


def test_a_mailbox_that_is_full_for_a_day_is_not_given_up():
    bounce = Undeliverable.objects.bounce
    assert [bounce("full@example.org", is_passing=True) for _ in range(3)] == [False, False, True]


def test_mail_is_stopped_by_what_stood_in_it_and_a_complaint_outlives_its_owners_words(mailoutbox):
    token = token_in(mail_to("angry@example.org").extra_headers["X-Bounce-Token"])

    Undeliverable.objects.complain(token=token)
    Undeliverable.objects.bounce("angry@example.org")
    Undeliverable.objects.forget(["angry@example.org"])

    assert not send(mail_to("ANGRY@example.org"))
    assert Undeliverable.objects.get().kind == "complaint"


def test_forms_that_anyone_can_send_have_one_limit_an_hour_together(mailoutbox):
    sent = [send(mail_to(f"stran.ger+{n}@example.org"), anyone_can_cause=True) for n in range(MailCount.MOST + 2)]

    assert sent == [True] * MailCount.MOST + [False] * 2
    assert send(mail_to("stranger@example.org")), "what its owner asked for is no part of it"


def mail_to(address):
    return compose("A subject", "accounts/reset_mail.txt", {}, to=address)
