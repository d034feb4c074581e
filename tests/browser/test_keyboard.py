"""The queue cleared from the keyboard: a press a comment, undone by one more, and never by mistake."""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.browser.conftest import log_in
from tests.browser.test_moderator import QUEUE, make_waiting, row_of, status_of
from tests.factories import make_post, make_staff_author

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def waiting(live_server):
    _user, author = make_staff_author(username="ann")
    post = make_post(author=author)
    return [make_waiting(post=post, body=f"Waiting number {n:02}.", minutes_ago=60 - n) for n in range(20)]


@pytest.fixture
def desk(page, waiting):
    log_in(page, waiting[0].post.author.user)
    page.goto(QUEUE)
    return page


def press(page, key):
    """Presses a key and waits for the page that it leads to."""
    # A page can be read before its script has run.
    page.wait_for_load_state()
    with page.expect_navigation():
        page.keyboard.press(key)


def test_twenty_comments_are_decided_with_twenty_key_presses(desk, waiting):
    for key in "asdad" * 4:
        press(desk, key)

    expect(desk.get_by_text("0 comments", exact=True)).to_be_visible()
    wanted = {"a": "approved", "s": "spam", "d": "trash"}
    assert [status_of(comment) for comment in waiting] == [wanted[key] for key in "asdad" * 4]


def test_keys_move_to_the_row_that_is_meant_and_one_takes_the_decision_back(desk, waiting):
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    expect(row_of(desk, waiting[1])).to_have_class("current")

    press(desk, "a")
    assert status_of(waiting[1]) == "approved"
    press(desk, "u")

    assert [status_of(comment) for comment in waiting[:3]] == ["pending"] * 3


def test_what_is_decided_in_the_middle_leads_to_the_row_below(desk, waiting):
    for _ in range(4):
        desk.keyboard.press("j")

    press(desk, "a")

    expect(row_of(desk, waiting[5])).to_have_class("current")
    expect(row_of(desk, waiting[5])).to_be_in_viewport()
    expect(desk.get_by_role("button", name="Undo the last decision")).to_be_in_viewport()
    desk.keyboard.press("h")
    expect(row_of(desk, waiting[6])).to_have_class("current")
    assert [status_of(comment) for comment in waiting[4:7]] == ["approved", "pending", "pending"]


def test_on_a_comments_own_page_the_keys_press_its_buttons_and_the_next_one_comes(desk, waiting):
    desk.get_by_role("link", name="Details").first.click()
    expect(desk.locator(".letter .words")).to_have_text("Waiting number 00.")

    press(desk, "s")

    expect(desk.locator(".letter .words")).to_have_text("Waiting number 01.")
    assert status_of(waiting[0]) == "spam"
    desk.keyboard.press("r")
    expect(desk.get_by_label("Your reply")).to_be_focused()
    desk.keyboard.type("as hard as it was")
    assert not Comment.objects.filter(pk=waiting[1].pk).exclude(status="pending").exists()


def test_answering_is_one_key_and_the_answer(desk, waiting):
    press(desk, "r")
    expect(desk.get_by_label("Your reply")).to_be_focused()

    desk.keyboard.type("as it happens")

    expect(desk.get_by_label("Your reply")).to_have_value("as it happens")
    assert {status_of(comment) for comment in waiting} == {"pending"}


def test_behind_the_open_help_and_while_a_key_is_held_down_nothing_is_decided(desk, waiting):
    desk.keyboard.press("?")
    desk.keyboard.press("d")
    desk.get_by_role("button", name="Close").click()
    desk.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', repeat: true, bubbles: true}))")

    expect(desk.get_by_role("button", name="Approve").first).to_be_visible()
    assert {status_of(comment) for comment in waiting} == {"pending"}


def test_in_a_field_keys_are_letters(desk, waiting):
    desk.locator("#searchbar").focus()

    desk.keyboard.type("asdh")

    expect(desk.locator("#searchbar")).to_have_value("asdh")
    assert {status_of(comment) for comment in waiting} == {"pending"}


def test_the_help_shows_the_keys_and_switches_them_off_for_good(desk, waiting):
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.get_by_label("Turn off shortcuts").check()
    desk.get_by_role("button", name="Close").click()

    desk.keyboard.press("a")
    desk.reload()
    desk.keyboard.press("a")

    expect(desk.get_by_role("button", name="Approve").first).to_be_visible()
    assert status_of(waiting[0]) == "pending"
