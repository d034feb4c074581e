"""The admin's navigation: a menu on a phone, without JavaScript and by keyboard; in a wide window beside the page."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import make_comment, make_editor, make_post

from .conftest import log_in
from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def editor(live_server):
    make_comment(post=make_post(title="The drain"), status="pending", body="A long word: " + "drain" * 40)
    make_post(title="A draft with a title" + " that goes on" * 15, status="draft", published_at=None)
    return make_editor()


def test_on_a_phone_without_javascript_the_menu_is_opened_and_used_by_keyboard(open_browser, editor):
    page = open_browser(width=320, javascript=False)
    log_in(page, editor)
    page.goto("/admin/")
    menu = page.locator(".desk-menu")
    expect(page.locator("#desk-sidebar")).to_be_hidden()

    menu.locator("> summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Comments")).to_be_visible()
    menu.get_by_role("link", name="Comments").focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/admin/comments/comment/$"))
    menu.locator("> summary").click()
    expect(menu.get_by_role("link", name="Comments")).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_nothing_keeps_anybody_out_of_it(open_browser, editor, scheme, width):
    page = open_browser(scheme=scheme, width=width)
    log_in(page, editor)
    page.goto("/admin/")
    if width == 320:
        page.locator(".desk-menu > summary").click()
    else:
        expect(page.locator("#desk-sidebar")).to_be_visible()
        expect(page.locator(".desk-menu")).to_be_hidden()

    assert violations(page) == []
