"""Whoever wrote a comment can change and withdraw it, right after sending it, without an account; nobody else can."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment, WaitingEdit
from tests.factories import make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db

KEY = "0123456789abcdef" * 2


def own(comment, query=""):
    return f"/comments/mine/{comment.pk}/{query}"


def seen_on(page):
    return re.search(rb'name="seen" value="(\d+)"', page.content)[1].decode()


def edit(client, comment, body, query=""):
    page = client.get(own(comment, query))
    return client.post(own(comment, query), {"body": body, "seen": seen_on(page)})


@pytest.fixture
def fresh(send, discussion):
    """A comment that is public at once, and the query that opens it in the tab that sent it."""
    discussion(moderation="none")
    send(make_post(), body="One.", key=KEY)
    return Comment.objects.get(), f"?key={KEY}"


@pytest.fixture
def waiting(send, discussion):
    discussion(moderation="all")
    location = send(make_post(), body="One.")["Location"]
    return Comment.objects.get(), "?" + location.partition("?")[2].partition("#")[0]


def test_a_fresh_comment_is_changed_by_the_key_that_came_with_it(client, fresh):
    comment, query = fresh

    answer = edit(client, comment, "*Two*.", query)

    assert answer.status_code == 303
    page = client.get(answer["Location"])
    assertContains(page, "Your change is published.")
    assertContains(client.get(comment.post.get_absolute_url()), "<em>Two</em>.")
    assert Comment.objects.get().last_decision.body_before == "One."
    assert not answer.cookies


@pytest.mark.parametrize("query", ["", "?key=", f"?key={KEY[:-1]}0", f"?key={KEY}0", "?awaiting=x", "?proof=x"])
def test_nobody_else_gets_in_and_their_words_come_back(client, fresh, query):
    comment, _query = fresh

    assert client.get(own(comment, query)).status_code == 404
    answer = client.post(own(comment, query), {"body": "Foreign words", "seen": "9"})
    assertContains(answer, "Foreign words</textarea>", status_code=404)
    assert client.post(f"{own(comment)}withdraw/{query}").status_code == 404
    assert Comment.objects.get().body == "One."
    assert Comment.objects.get().is_public


def test_the_key_of_one_comment_opens_no_other_and_the_page_stays_everybodys(client, fresh):
    comment, query = fresh
    other = make_comment(post=comment.post)

    assert client.get(own(other, query)).status_code == 404
    assert own(comment).encode() not in client.get(comment.post.get_absolute_url()).content


def test_the_answer_to_a_comment_with_a_key_is_what_it_is_without(client, send, discussion):
    discussion(moderation="none")
    post = make_post()

    for key in (KEY, "", "x", "<script>" * 20, None):
        answer = send(post, body=f"With {key}", key=key)
        comment = Comment.objects.latest("pk")
        assert answer["Location"] == f"{post.get_absolute_url()}?comment={comment.pk}#comment-{comment.pk}"
        assert not answer.cookies


def test_what_waits_is_changed_and_withdrawn_from_the_page_that_shows_it(client, waiting):
    comment, query = waiting
    page = client.get(comment.post.get_absolute_url() + query)
    assertContains(page, f'href="{own(comment, query)}"')

    answer = edit(client, comment, "Two.", query)

    assertContains(client.get(answer["Location"]), "Your comment is still waiting for a moderator.")
    assertContains(client.get(comment.post.get_absolute_url() + query), "<p>Two.</p>")
    asked = client.get(f"{own(comment)}withdraw/{query}")
    assertContains(asked, "Withdraw this comment?")
    assert Comment.objects.get().status == "pending"
    client.post(f"{own(comment)}withdraw/{query}")
    assert Comment.objects.get().withdrawn_at
    assertContains(client.get(comment.post.get_absolute_url() + query), "You withdrew this comment.")


def test_the_address_in_the_bar_loses_its_power_with_the_minutes_to_edit(client, waiting, discussion):
    comment, query = waiting
    discussion(moderation="none")
    shown = comment.post.get_absolute_url() + query
    comment.approve(by=make_editor())

    # Whoever has no script can still mend a slip in what a quick moderator has published.
    page = client.get(shown)
    assertContains(page, f'<a href="{comment.get_absolute_url()}">its own link</a>')
    assertContains(page, own(comment, query))
    assert edit(client, comment, "Two.", query).status_code == 303
    Comment.objects.update(submitted_at=timezone.now() - timedelta(minutes=16))

    for address in (shown, own(comment, query), f"{own(comment)}withdraw/{query}"):
        assert client.get(address)["Location"] == comment.get_absolute_url()
    answer = client.post(own(comment, query), {"body": "Three.", "seen": "9"})
    assertContains(answer, "has been published, and this address can", status_code=404)
    assertContains(answer, "Three.</textarea>", status_code=404)
    assert client.post(f"{own(comment)}withdraw/{query}").status_code == 404
    assert (Comment.objects.get().body, Comment.objects.get().is_public) == ("Two.", True)
    # What is taken down is its writer's alone again, who may ask why.
    Comment.objects.get().trash(by=make_editor(username="second"))
    assertContains(client.get(shown), "Ask for a second look")


def test_what_was_taken_for_spam_is_changed_like_what_waits(client, send, discussion):
    pages, post = [], make_post()
    for fields in ({}, {"subject": "a machine's word"}):
        discussion(moderation="all")
        location = send(post, body=f"Number {len(pages)}.", **fields)["Location"]
        comment = Comment.objects.latest("pk")
        query = "?" + location.partition("?")[2].partition("#")[0]
        answer = edit(client, comment, "Two.", query)
        page = client.get(answer["Location"]).content.decode()
        page = re.sub(r"awaiting=[^\"&]+|/mine/\d+|value=\"\d+\"|datetime=\"[^\"]+\">[^<]+", "", page)
        pages.append((answer.status_code, page))

    assert Comment.objects.latest("pk").status == "spam"
    assert pages[0] == pages[1]


def test_minutes_end_it_and_the_words_are_not_lost(client, fresh, discussion):
    comment, query = fresh
    page = client.get(own(comment, query))
    Comment.objects.update(submitted_at=timezone.now() - timedelta(minutes=16))

    answer = client.post(own(comment, query), {"body": "Too late", "seen": seen_on(page)})

    assertContains(answer, "The time to change this comment is over.", status_code=403)
    assertContains(answer, "Too late</textarea>", status_code=403)
    assertNotContains(client.get(own(comment, query)), "Save the change")
    discussion(edit_minutes=20)
    assertContains(client.get(own(comment, query)), "Save the change")
    discussion(edit_minutes=0)
    assertNotContains(client.get(own(comment, query)), "Save the change")


def test_of_two_tabs_the_second_is_told_and_keeps_its_words(client, fresh):
    comment, query = fresh
    seen = seen_on(client.get(own(comment, query)))
    client.post(own(comment, query), {"body": "First tab.", "seen": seen})

    answer = client.post(own(comment, query), {"body": "Second tab.", "seen": seen})

    assertContains(answer, "has changed since you opened this page", status_code=409)
    assertContains(answer, "Second tab.</textarea>", status_code=409)
    assertContains(answer, "<p>First tab.</p>", status_code=409)
    assert Comment.objects.get().body == "First tab."
    client.post(own(comment, query), {"body": "Second tab.", "seen": seen_on(answer)})
    assert Comment.objects.get().body == "Second tab."


@pytest.mark.parametrize(
    ("body", "words"), [("", "Enter a comment"), ("> ", "Enter a comment"), ("x" * 20_001, "too long")]
)
def test_what_could_not_be_sent_can_not_be_changed_to(client, fresh, body, words):
    answer = edit(client, fresh[0], body, fresh[1])

    assertContains(answer, words, status_code=422)
    assert Comment.objects.get().body == "One."


def test_a_change_that_would_be_held_waits_while_the_old_text_stays_up(client, fresh, discussion):
    comment, query = fresh
    discussion(moderation="none", max_links=0)

    answer = edit(client, comment, "See https://a.example", query)

    page = client.get(answer["Location"])
    assertContains(page, "Until a moderator has read it, your old text stays up.")
    assertContains(page, "It is waiting because:")
    assertContains(page, "https://a.example")
    public = client.get(comment.post.get_absolute_url())
    assertContains(public, "<p>One.</p>")
    assertNotContains(public, "a.example")
    # Its writer goes on with the text that waits, or drops it.
    assertContains(page, "See https://a.example</textarea>")
    edit(client, comment, "One.", query)
    assert not WaitingEdit.objects.exists()


def test_the_same_text_again_is_no_repetition_of_itself_and_no_flood(client, fresh, discussion):
    comment, query = fresh
    discussion(moderation="none", flood_seconds=60, hourly_per_network=1)

    edit(client, comment, "ONE.", query)

    assert Comment.objects.get().body == "ONE."


def test_there_is_an_end_to_changing(client, fresh, monkeypatch):
    monkeypatch.setattr("comments.models.writers_own.MOST_EDITS", 2)
    comment, query = fresh
    for body in ("Two.", "Three."):
        edit(client, comment, body, query)

    answer = edit(client, comment, "Four.", query)

    assertContains(answer, "too often", status_code=429)
    assertContains(answer, "Four.</textarea>", status_code=429)


def test_a_withdrawn_comment_with_replies_leaves_a_place_that_says_so(client, fresh):
    comment, query = fresh
    make_comment(parent=comment, body="A reply.")
    assertContains(client.get(f"{own(comment)}withdraw/{query}"), "The replies to it stay")

    client.post(f"{own(comment)}withdraw/{query}")

    page = client.get(comment.post.get_absolute_url())
    assertContains(page, "The writer withdrew this comment.")
    assertContains(page, "A reply.")
    assertNotContains(page, "<p>One.</p>")


def test_who_withdrew_a_comment_is_not_held_for_it(client, send, discussion):
    discussion(moderation="first")
    post = make_post()
    send(post, remember="on", body="One.")
    Comment.objects.get().approve(by=make_editor())
    send(post, remember="on", body="Two.")
    client.post(f"{own(Comment.objects.latest('pk'))}withdraw/")

    send(post, remember="on", body="Three.")

    assert Comment.objects.latest("pk").is_public


def test_an_account_finds_the_way_under_its_own_fresh_comment(client):
    user = make_user()
    comment = make_comment(user=user, submitted_at=timezone.now())
    old = make_comment(user=user, post=comment.post, submitted_at=timezone.now() - timedelta(days=1))
    foreign = make_comment(post=comment.post, submitted_at=timezone.now())
    client.force_login(user)

    page = client.get(comment.post.get_absolute_url())

    assertContains(page, f'href="{own(comment)}"')
    for other in (old, foreign):
        assertNotContains(page, f'href="{own(other)}"')
    assertNotContains(Client().get(comment.post.get_absolute_url()), own(comment))


def test_a_second_look_is_asked_for_once_and_stands_in_the_queue(client, waiting, discussion):
    comment, query = waiting
    editor, desk = make_editor(), Client()
    desk.force_login(editor)
    comment.trash(by=editor)
    assertContains(client.get(comment.post.get_absolute_url() + query), "Ask for a second look")

    too_long = client.post(own(comment, query), {"words": "x" * 2001})
    assertContains(too_long, "2000 characters or fewer", status_code=422)
    answer = client.post(own(comment, query), {"words": "I <b>quoted</b> him."})

    page = client.get(answer["Location"])
    assertContains(page, "you asked for a second look")
    queue = desk.get("/admin/comments/comment/")
    assertContains(queue, "asks for a second look")
    assertContains(queue, "I &lt;b&gt;quoted&lt;/b&gt; him.")
    Comment.objects.get().trash(by=editor)
    assertNotContains(client.get(own(comment, query)), "Ask for a second look")
    assert client.post(own(comment, query), {"words": "Please"}).status_code == 409
