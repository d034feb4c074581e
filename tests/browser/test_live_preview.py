"""The preview beside the text, or in its place on a phone: it follows what is typed, and no word is lost with it."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from posts.models import Post
from tests.factories import make_staff_author

from .conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

LONG = "\n\n".join(f"## Part {n}\n\n{'The council met on Tuesday. ' * 30}" for n in range(12))
SCROLLED = "frames[0].document.scrollingElement.scrollTop"


def test_a_preview_follows_the_text_and_outlives_the_session(page):
    user, _author = make_staff_author(username="ann")
    log_in(page, user)
    page.goto("/admin/posts/post/add/")
    body = page.locator("#id_body")
    page.locator("#id_title").fill("What was in the drain")
    body.fill("We lifted the *grating*. <img src=x onerror=\"document.title='run'\">")

    page.locator("#live-show").click()

    preview = page.frame_locator("#live-preview iframe")
    expect(preview.get_by_role("heading", level=1)).to_have_text("What was in the drain")
    expect(preview.locator(".e-content em")).to_have_text("grating")
    assert page.title() != "run"

    # Beside the text it follows each key; in its place one goes back to write.
    is_beside = body.is_visible()
    if not is_beside:
        page.locator("#live-write").click()
    body.fill(LONG)
    body.evaluate("field => field.scrollTop = field.scrollHeight / 2")
    if not is_beside:
        page.locator("#live-show").click()
    expect(preview.get_by_role("heading", name="Part 11")).to_be_attached()
    if is_beside:
        page.wait_for_function(f"{SCROLLED} > 500")

    Session.objects.all().delete()
    if not is_beside:
        page.locator("#live-write").click()
    body.press("End")
    body.press_sequentially("A last word.")
    if not is_beside:
        page.locator("#live-show").click()

    expect(page.locator(".live-state")).to_contain_text("you are logged out")
    expect(body).to_have_value(f"{LONG}A last word.")
    assert Post.objects.count() == 0
