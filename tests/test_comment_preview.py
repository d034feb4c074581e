"""A comment can be read as it will stand before it is sent: nothing is stored, and no word is lost."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from comments import preview
from comments.models import Comment, Decision
from tests.factories import make_comment, make_editor, make_post

pytestmark = pytest.mark.django_db

WORDS = "I *was* there. <b>Really</b> & truly: https://example.org"


def show(send, post, **fields):
    return send(post, preview="/comments/preview/", **{"body": WORDS, **fields})


def test_the_page_shows_the_comment_as_it_will_stand_and_the_form_with_every_word(send, mailoutbox):
    post = make_post()
    answered = make_comment(post=post, name="Ann")

    page = show(send, post, parent=answered.pk, url="bo.example", notify="on", name="Bo & Co")

    assertContains(page, "It has not been sent yet.")
    assertContains(page, "<bdi>Bo &amp; Co</bdi></a>")
    assertContains(page, 'href="https://bo.example"')
    assertContains(page, WORDS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "</textarea>")
    assertContains(page, f'name="parent" value="{answered.pk}"')
    assertContains(page, "Leave a Reply to Ann")
    assertContains(page, 'id="comment-form-notify" aria-describedby="comment-form-notify_helptext" checked')
    assert "no-store" in page["Cache-Control"]
    assert not page.cookies
    assert (Comment.objects.count(), Decision.objects.count(), len(mailoutbox)) == (1, 1, 0)


def test_what_is_previewed_is_what_is_then_stored(send, discussion):
    discussion(moderation="none")
    post = make_post()
    page = show(send, post)

    send(post, body=WORDS)

    assertContains(page, Comment.objects.get().body_html)


@pytest.mark.parametrize(
    ("rules", "typed", "status", "words"),
    [
        ({}, {"body": " "}, 422, "Enter a comment"),
        ({}, {"email": "nobody"}, 422, "like name@example.org"),
        ({"comments_open": False}, {}, 403, "Comments are closed."),
        ({"registration_required": True}, {}, 403, "Only people who are logged in can comment."),
        ({}, {"parent": "99999"}, 403, "no longer there"),
    ],
)
def test_it_is_refused_as_the_comment_itself_would_be(send, discussion, rules, typed, status, words):
    discussion(**rules)

    page = show(send, make_post(), **typed)

    assertContains(page, words, status_code=status)
    assertNotContains(page, "It has not been sent yet.", status_code=status)


def test_another_sites_page_gets_none(send, client):
    foreign = {"Sec-Fetch-Site": "cross-site"}

    assert show(send, make_post(), headers=foreign).status_code == 403
    assert client.post("/comments/preview/", {"body": "x"}, headers=foreign).status_code == 403


def test_who_asks_for_very_many_has_to_wait_and_keeps_the_words(client, send, monkeypatch):
    monkeypatch.setattr(preview, "MOST_A_MINUTE", 2)
    post = make_post()
    show(send, post)
    assert client.post("/comments/preview/", {"body": "x"}).status_code == 200

    page = show(send, post, body="Words to keep")

    assertContains(page, "Words to keep</textarea>", status_code=429)
    assert page["Retry-After"] == "60"
    assert client.post("/comments/preview/", {"body": "x"}).status_code == 429
    # Neighbours are not stopped, and the comment itself can be sent.
    assert client.post("/comments/preview/", {"body": "x"}, REMOTE_ADDR="198.51.100.1").status_code == 200
    assert send(post).status_code == 303


def test_the_checks_say_nothing_in_a_preview(send, discussion):
    discussion(moderation="all", block_words="boots")

    page = show(send, make_post(), body="Buy boots", subject="filled in by a machine")

    assertContains(page, "<p>Buy boots</p>")
    assertNotContains(page, "waiting")


def test_the_live_preview_is_the_text_alone_set_as_comments_are(client):
    answer = client.post("/comments/preview/", {"body": "*One*\r\n\x00\ud7ff<script>alert(1)</script>"})

    html = answer.content.decode()
    assert html.startswith("<p><em>One</em>")
    assert "<script" not in html
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/comments/preview/", {"body": " \n"}).content == b""
    assert client.post("/comments/preview/", {}).content == b""
    assert client.post("/comments/preview/", {"body": "x" * 50_000}).status_code == 422
    assert client.get("/comments/preview/").status_code == 405


def test_a_form_of_before_a_login_gives_its_words_back_instead(send):
    browser = Client()
    browser.force_login(make_editor())
    browser.handler.enforce_csrf_checks = True

    page = show(send, make_post(), using=browser)

    assertContains(page, "You have logged in or out", status_code=403)
