"""What waits, on the post's own page: a moderator decides there, and is told there; a writer sees where they stand."""

import pytest
from playwright.sync_api import expect

from comments.checks import Finding, Verdict
from tests.factories import make_comment, make_editor

from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def waiting(live_server):
    """Wanda's comment, which waits below Ann's."""
    make_editor(username="eve")
    return make_comment(
        parent=make_comment(name="Ann"),
        name="Wanda",
        email="",
        body="Three links and a question.",
        status="pending",
        findings=[Finding("links", Verdict.HOLD, "3 links, and 2 are allowed.", "it has many links")],
    )


def log_in(page):
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("eve")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in", exact=True).click()


def test_a_moderator_decides_on_the_page_is_told_there_and_takes_it_back(page_without_javascript, waiting):
    page = page_without_javascript
    log_in(page)
    page.goto(waiting.post.get_absolute_url())
    letter = page.locator(f"#comment-{waiting.pk} > .letter")
    expect(letter).to_contain_text("3 links, and 2 are allowed.")
    page.get_by_role("link", name="Go to the first on this page").click()
    expect(page.locator(f"#comment-{waiting.pk}")).to_be_focused()
    page.watch.look()

    letter.get_by_role("button", name="Approve Wanda’s comment").click()

    told = page.locator("#told")
    expect(told).to_contain_text("Wanda’s comment was approved.")
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport()
    expect(page.get_by_role("heading", name="2 Responses to")).to_be_visible()
    page.watch.look()
    told.get_by_role("button", name="Undo").click()
    expect(told).to_contain_text("the decision was undone")
    expect(letter.get_by_role("button", name="Trash Wanda’s comment")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_it_keeps_a_moderator_out(open_browser, waiting, scheme):
    page = open_browser(scheme=scheme, width=320)
    log_in(page)
    page.goto(waiting.post.get_absolute_url())
    assert violations(page) == []

    page.get_by_role("button", name="Trash Wanda’s comment").click()

    expect(page.locator("#told")).to_be_visible()
    assert violations(page) == []
