"""From the mail to being known: the link, the button, and the next comment, which nobody has to read first."""

import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_editor, make_post

from .test_commenter import fill, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.mark.parametrize(
    "look", [{"javascript": False, "width": 320}, {"scheme": "dark"}], ids=["without script", "dark"]
)
def test_who_confirms_their_comment_is_known_in_this_browser_and_can_end_that(
    open_browser, discussion, mailoutbox, look
):
    discussion(moderation="first", notify_on="none")
    page, post = open_browser(**look), make_post(title="Forty-one buckets")
    page.goto(post.get_absolute_url())
    fill(page, **{"Name": "Bo Reader", "Email": "bo@example.org", "Your comment": "The boot is mine."})
    send(page)
    expect(page.locator("#comments")).to_contain_text("awaiting moderation")

    (mail,) = mailoutbox
    page.goto(re.search(r"/comments/confirm/\S+", mail.body)[0])
    expect(page.get_by_role("blockquote")).to_contain_text("The boot is mine.")
    page.get_by_label("Remember this browser").check()
    page.get_by_role("button", name="Yes, confirm my address").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your email address is confirmed")
    expect(page.locator("main")).to_contain_text("This browser is remembered.")

    Comment.objects.get().approve(by=make_editor())
    page.goto(post.get_absolute_url())
    fill(page, **{"Name": "Bo Reader", "Email": "bo@example.org", "Your comment": "And so is the bucket."})
    page.get_by_label("Remember me in this browser").check()
    send(page)

    expect(page.locator("#comments")).to_contain_text("And so is the bucket.")
    expect(page.locator("#comments")).not_to_contain_text("awaiting moderation")
    assert [comment.address.address for comment in Comment.objects.all()] == ["bo@example.org"] * 2
