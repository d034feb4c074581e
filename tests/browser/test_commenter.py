"""Somebody comments without JavaScript: nothing typed is lost, and the page says where they stand."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

IN_FULL = {"Name": "Bo Reader", "Email": "bo@example.org", "Your comment": "The boot is *mine*."}


def fill(page, **typed):
    for label, words in typed.items():
        page.get_by_label(label, exact=True).fill(words)


def send(page):
    """Presses the button; returns the last answer, after redirects."""
    with page.expect_navigation() as navigation:
        page.get_by_role("button", name="Post comment").click()
    return navigation.value


def test_a_form_sent_wrong_comes_back_with_the_focus_on_a_summary_of_what_is_wrong(page_without_javascript):
    page = page_without_javascript
    page.goto(make_post().get_absolute_url())

    fill(page, **{"Email": "not an address", "Your comment": "Words worth keeping."})
    response = send(page)

    assert response.status == 422
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("There is a problem")
    expect(summary.get_by_role("link")).to_have_count(2)
    expect(summary).to_be_in_viewport()
    expect(summary).to_be_focused()


def test_the_summary_leads_to_the_fields_and_the_fields_say_the_same(page_without_javascript):
    page = page_without_javascript
    page.goto(make_post().get_absolute_url())
    fill(page, **{"Email": "not an address", "Your comment": "Words worth keeping."})
    send(page)

    for link, label in zip(page.get_by_role("alert").get_by_role("link").all(), ("Name", "Email"), strict=True):
        link.click()

        field = page.get_by_label(label, exact=True)
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(link.inner_text())))


def test_what_was_typed_is_still_there_and_can_be_sent_again(page_without_javascript):
    page = page_without_javascript
    page.goto(make_post().get_absolute_url())
    fill(page, **IN_FULL | {"Email": "not an address"})
    page.get_by_label("Email me whether this is published, and when someone replies").check()
    send(page)

    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("Name", exact=True)).to_have_value("Bo Reader")
    expect(page.get_by_label("Email", exact=True)).to_have_value("not an address")
    expect(page.get_by_label("Your comment")).to_have_value("The boot is *mine*.")
    expect(page.get_by_label("Email me whether this is published, and when someone replies")).to_be_checked()
    fill(page, Email="bo@example.org")
    send(page)
    expect(page.get_by_text("awaiting moderation")).to_be_visible()
    assert Comment.objects.get().notify


def test_who_sent_a_comment_sees_it_wait_and_why(page_without_javascript):
    page = page_without_javascript
    post = make_post()
    page.goto(post.get_absolute_url())

    fill(page, **IN_FULL)
    send(page)

    comment = Comment.objects.get()
    assert urlsplit(page.url).query.startswith("awaiting=")
    assert urlsplit(page.url).fragment == f"comment-{comment.pk}"
    held = page.locator(f"#comment-{comment.pk}")
    expect(held).to_be_in_viewport()
    expect(held.locator(".stamp")).to_have_text("awaiting moderation")
    expect(held.get_by_role("status")).to_contain_text("this is your first comment here")
    expect(held.locator(".e-content em")).to_have_text("mine")
    assert page.context.cookies() == []


def test_nobody_else_sees_a_comment_that_waits(open_browser):
    page, other = open_browser(javascript=False), open_browser()
    post = make_post()
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL)
    send(page)

    other.goto(post.get_absolute_url())

    expect(other.get_by_role("heading", level=1)).to_be_visible()
    expect(other.locator("body")).not_to_contain_text("The boot is")


def test_the_address_of_a_comment_that_waited_shows_it_public_once_it_was_approved(page_without_javascript):
    page = page_without_javascript
    page.goto(make_post().get_absolute_url())
    fill(page, **IN_FULL)
    send(page)

    Comment.objects.get().approve(by=make_editor())
    page.reload()

    expect(page.locator(".e-content em")).to_have_text("mine")
    expect(page.get_by_text("awaiting moderation")).to_have_count(0)
    expect(page.get_by_role("heading", name="One Response to")).to_be_visible()


def test_the_reply_link_sets_the_form_up_for_that_comment(page_without_javascript, discussion):
    discussion(moderation="none")
    page = page_without_javascript
    first = make_comment(name="Catherine", body="Where did the boot go?")
    other = make_comment(post=first.post, name="Somebody else")
    page.goto(first.post.get_absolute_url())

    page.get_by_role("link", name="Reply to Catherine").click()
    expect(page).to_have_url(re.compile(rf"\?replytocom={first.pk}#respond$"))
    expect(page.get_by_role("heading", name="Leave a Reply to Catherine")).to_be_in_viewport()
    expect(page.locator("#answering")).to_contain_text("Where did the boot go?")
    page.watch.look()
    fill(page, **IN_FULL)
    send(page)

    answer = Comment.objects.get(name="Bo Reader")
    assert answer.parent == first
    expect(page.locator(f"#comment-{first.pk} > ol > #comment-{answer.pk}")).to_be_in_viewport()
    expect(page.locator(f"#comment-{other.pk} ol")).to_have_count(0)


def test_a_reply_that_was_sent_wrong_is_still_a_reply(page_without_javascript, discussion):
    discussion(moderation="none")
    page = page_without_javascript
    first = make_comment(name="Catherine")
    page.goto(first.post.get_absolute_url())
    page.get_by_role("link", name="Reply to Catherine").click()

    fill(page, **IN_FULL | {"Name": ""})
    send(page)
    expect(page.get_by_role("heading", name="Leave a Reply to Catherine")).to_be_visible()
    fill(page, Name="Bo Reader")
    send(page)

    assert Comment.objects.get(name="Bo Reader").parent == first


def test_a_reply_is_called_off_by_a_link(page_without_javascript):
    page = page_without_javascript
    comment = make_comment(name="Catherine")
    page.goto(f"{comment.post.get_absolute_url()}?replytocom={comment.pk}#respond")

    page.get_by_role("link", name="Cancel reply").click()

    expect(page.get_by_role("heading", name="Leave a Reply", exact=True)).to_be_visible()
    expect(page.locator("[name=parent]")).to_have_value("")


def test_who_is_too_quick_keeps_their_words(page_without_javascript, discussion):
    discussion(moderation="none", flood_seconds=600)
    page = page_without_javascript
    post = make_post()
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL)
    send(page)

    fill(page, **IN_FULL | {"Your comment": "And another thing."})
    response = send(page)

    assert response.status == 429
    expect(page.get_by_role("alert")).to_contain_text("You’ve just posted a comment")
    expect(page.get_by_label("Your comment")).to_have_value("And another thing.")


def test_closed_comments_say_so_and_offer_no_form(page_without_javascript):
    page = page_without_javascript
    comment = make_comment(post=make_post(comments_open=False))

    page.goto(comment.post.get_absolute_url())

    expect(page.locator("#respond")).to_have_text("Comments are closed.")
    expect(page.locator("main form")).to_have_count(0)
    expect(page.get_by_role("link", name="Reply to")).to_have_count(0)


def test_a_form_that_was_open_while_comments_were_closed_gives_the_words_back(page_without_javascript):
    page = page_without_javascript
    post = make_post()
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL)
    post.comments_open = False
    post.save()

    response = send(page)

    assert response.status == 403
    expect(page.get_by_label("Your text", exact=True)).to_have_value("The boot is *mine*.")
    expect(page.get_by_text("Comments are closed.")).to_be_in_viewport()
