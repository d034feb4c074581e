"""The preview of a comment, with and without JavaScript, as somebody meets it who writes."""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_comment

from .test_commenter import IN_FULL, fill, send
from .unsent import kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def preview(page):
    return page.locator(".preview")


def test_it_is_live_below_the_field_and_the_text_is_kept_until_it_is_sent(open_browser, live_server, discussion):
    page = open_browser(scheme="dark", width=375)
    discussion(moderation="none")
    comment = make_comment(name="Ann")
    page.goto(comment.post.get_absolute_url())
    expect(preview(page)).to_be_hidden()
    page.get_by_role("link", name="Reply to Ann").click()

    page.get_by_label("Your comment").fill("I *was* there.")

    expect(preview(page).locator("em")).to_have_text("was")
    expect(preview(page).get_by_role("status")).to_have_text("Preview")
    page.watch.look()
    page.get_by_label("Your comment").fill("I was `there`.")
    page.get_by_role("button", name="Preview").click()
    expect(preview(page)).to_be_focused()
    expect(preview(page).locator("code")).to_have_text("there")
    assert [draft["text"] for draft in kept(page).values()] == ["I was `there`."]
    page.get_by_label("Your comment").fill("")
    expect(preview(page)).to_be_hidden()
    fill(page, **IN_FULL | {"Your comment": "I was there."})
    send(page)
    assert Comment.objects.latest("pk").parent == comment
    assert kept(page) == {}


def test_without_javascript_a_button_shows_it_and_the_next_sends_it(open_browser, live_server, discussion):
    discussion(moderation="none")
    page, comment = open_browser(javascript=False), make_comment(name="Ann")
    page.goto(f"{comment.post.get_absolute_url()}?replytocom={comment.pk}#respond")
    fill(page, **IN_FULL | {"Your comment": "I *was* there."})

    page.get_by_role("button", name="Preview").click()

    expect(preview(page).locator("em")).to_have_text("was")
    expect(preview(page)).to_be_in_viewport()
    page.watch.look()
    assert Comment.objects.count() == 1
    send(page)
    assert Comment.objects.latest("pk").parent == comment
