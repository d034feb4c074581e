"""Somebody comments with JavaScript: the form comes to the comment, and knows whom it was asked to remember."""

import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post

from .test_commenter import IN_FULL, fill, send
from .unsent import below, reply_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def write(page, post, *, remember=None, **typed):
    """Opens the post and sends a comment; `remember` ticks or unticks the box, None leaves it as it is."""
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL | typed)
    if remember is not None:
        page.get_by_label("Remember me in this browser").set_checked(remember)
    send(page)


def name_in(page):
    return page.get_by_label("Name", exact=True)


def test_reply_brings_the_form_below_the_comment_and_the_focus_into_it(page):
    first = make_comment(name="Catherine", body="Where did the boot go?")
    make_comment(parent=first, name="Ann Writer")
    page.goto(first.post.get_absolute_url())

    reply_to(page, "Catherine")

    expect(page).to_have_url(re.compile("/$"))
    expect(below(page, first)).to_be_visible()
    expect(page.get_by_label("Your comment")).to_be_focused()
    expect(page.get_by_role("heading", name="Reply to Catherine")).to_be_visible()
    expect(page.locator("#answering")).to_contain_text("Where did the boot go?")
    page.watch.look()


def test_cancel_brings_the_form_back_to_the_end_with_the_words_in_it(page):
    comment = make_comment(name="Catherine")
    page.goto(comment.post.get_absolute_url())
    reply_to(page, "Catherine")
    fill(page, **{"Your comment": "Half a thought"})

    page.get_by_role("link", name="Cancel reply").click()

    expect(page.locator("section#comments > #respond")).to_be_visible()
    expect(page.locator("ol.thread #respond")).to_have_count(0)
    expect(page.get_by_role("heading", name="Leave a Reply", exact=True)).to_be_visible()
    expect(page.locator("[name=parent]")).to_have_value("")
    expect(page.get_by_label("Your comment")).to_have_value("Half a thought")
    expect(page.locator("#answering")).to_be_hidden()


def test_a_reply_is_stored_below_the_comment_that_the_form_stood_under(page, discussion):
    discussion(moderation="none")
    first = make_comment(name="Catherine")
    answer = make_comment(parent=first, name="Ann Writer")
    page.goto(first.post.get_absolute_url())

    reply_to(page, "Catherine")
    reply_to(page, "Ann Writer")
    fill(page, **IN_FULL)
    send(page)

    mine = Comment.objects.get(name="Bo Reader")
    assert mine.parent == answer
    expect(page).to_have_url(re.compile(f"/#comment-{mine.pk}$"))
    expect(page.locator(f"#comment-{answer.pk} > ol > #comment-{mine.pk}")).to_be_in_viewport()


def test_the_keyboard_alone_is_enough_to_reply(page, discussion):
    discussion(moderation="none")
    comment = make_comment(name="Catherine")
    page.goto(comment.post.get_absolute_url())

    page.get_by_role("link", name="Reply to Catherine").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your comment")).to_be_focused()
    for words in ("Typed blind.", "Bo Reader", "bo@example.org", ""):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.get_by_label("Email", exact=True).press("Enter")

    mine = Comment.objects.get(body="Typed blind.")
    assert (mine.name, mine.email, mine.parent) == ("Bo Reader", "bo@example.org", comment)


def test_who_is_not_asked_to_be_remembered_leaves_nothing_behind(page):
    post = make_post()
    write(page, post)

    page.goto(post.get_absolute_url())

    expect(name_in(page)).to_have_value("")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0


def test_a_remembered_browser_fills_in_who_writes_and_publishes_at_once_after_the_first_approval(
    page, open_browser, discussion
):
    discussion(moderation="first")
    post = make_post()
    write(page, post, remember=True)
    expect(page.get_by_text("awaiting moderation")).to_be_visible()
    Comment.objects.get().approve(by=make_editor())

    page.goto(post.get_absolute_url())
    expect(name_in(page)).to_have_value("Bo Reader")
    expect(page.get_by_label("Email", exact=True)).to_have_value("bo@example.org")
    expect(page.get_by_label("Remember me in this browser")).to_be_checked()
    fill(page, **{"Your comment": "Now at once."})
    send(page)

    comment = Comment.objects.get(body="Now at once.")
    expect(page).to_have_url(re.compile(f"/#comment-{comment.pk}$"))
    expect(page.get_by_text("awaiting moderation")).to_have_count(0)
    other = open_browser()
    other.goto(post.get_absolute_url())
    expect(other.get_by_text("Now at once.")).to_be_visible()
    expect(name_in(other)).to_have_value("")


def test_somebody_with_the_same_name_in_another_browser_still_waits(page, open_browser, discussion):
    discussion(moderation="first")
    post = make_post()
    write(page, post, remember=True)
    Comment.objects.get().approve(by=make_editor())

    other = open_browser()
    write(other, post, **{"Your comment": "I say I am Bo."})

    expect(other.get_by_text("awaiting moderation")).to_be_visible()


def test_unticking_remember_me_forgets_the_name(page, discussion):
    discussion(moderation="none")
    post = make_post()
    write(page, post, remember=True)
    page.get_by_label("Remember me in this browser").uncheck()
    fill(page, **{"Your comment": "Forget me."})
    send(page)

    page.goto(post.get_absolute_url())

    expect(name_in(page)).to_have_value("")
    assert page.evaluate("localStorage.length") == 0
