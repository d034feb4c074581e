"""After a decision the focus is on what was said of it, in sight, where the comment stood, with JavaScript or not."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.browser.test_moderator import QUEUE, make_waiting, row_of, status_of
from tests.factories import make_post, make_staff_author

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def waiting(live_server):
    _user, author = make_staff_author(username="ann")
    post = make_post(author=author)
    names = ("Ada", "Bea", "Ruth", "Dora", "Eva")
    return [
        make_waiting(post=post, name=f"{name} {n}", body=f"Waiting number {n:02}.", minutes_ago=60 - n)
        for n, name in enumerate(names * 4)
    ]


@pytest.fixture(params=[(375, True), (1280, True), (375, False), (1280, False)], ids=str)
def desk(request, open_browser, waiting):
    width, javascript = request.param
    page = open_browser(width=width, javascript=javascript)
    log_in(page, waiting[0].post.author.user)
    page.goto(QUEUE)
    return page


def assert_told(page, message, *, in_row_of=None):
    told = page.get_by_role("status")
    expect(told).to_contain_text(message)
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport()
    if in_row_of:
        expect(row_of(page, in_row_of).get_by_role("status")).to_have_count(1)
        expect(row_of(page, in_row_of).get_by_role("heading", name=in_row_of.name)).to_be_in_viewport()


@pytest.mark.parametrize(("place", "following"), [(0, 1), (10, 11), (19, 18)])
def test_the_focus_is_on_the_message_in_the_list_and_undo_is_the_next_stop(desk, waiting, place, following):
    row_of(desk, waiting[place]).get_by_role("button", name=f"Approve {waiting[place].name}’s comment").click()

    assert_told(desk, f"{waiting[place].name}’s comment was approved.", in_row_of=waiting[following])
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("button", name="Undo the last decision")).to_be_focused()
    desk.keyboard.press("Enter")

    assert_told(desk, f"{waiting[place].name}’s comment is as it was before", in_row_of=waiting[place])
    assert status_of(waiting[place]) == "pending"


def test_on_a_comments_own_page_the_focus_is_on_the_message_and_undo_leads_back(desk, waiting):
    row_of(desk, waiting[10]).get_by_role("link", name="Details").click()
    desk.get_by_role("button", name="Trash Ada 10’s comment").click()

    assert_told(desk, "Ada 10’s comment was moved to the trash.")
    expect(desk.get_by_role("heading", name="Bea 11’s comment")).to_be_visible()
    desk.get_by_role("button", name="Undo the last decision").click()

    assert_told(desk, "Ada 10’s comment is as it was before")
    expect(desk.get_by_role("heading", name="Ada 10’s comment")).to_be_visible()


def test_after_the_last_one_the_focus_is_on_the_message_at_the_top(desk, waiting):
    for comment in waiting[1:]:
        comment.approve(by=None)
    desk.goto(QUEUE)

    row_of(desk, waiting[0]).get_by_role("button", name="Approve").click()

    assert_told(desk, "Ada 0’s comment was approved.")


LAST_LINE = """e => {
  const {bottom} = e.getBoundingClientRect(), range = document.createRange();
  range.selectNodeContents(e);
  const shown = [...range.getClientRects()].filter((line) => line.top < bottom - 1);
  return Math.max(...shown.map((line) => line.bottom)) - bottom;
}"""


@pytest.mark.parametrize("body", ["word " * 900, "\n\n".join(f"Line {n}." for n in range(60)), "- a\n" * 40])
def test_a_long_text_is_cut_at_a_lines_edge_and_shown_whole_without_a_script(desk, waiting, body):
    long = make_waiting(post=waiting[0].post, name="Longina", body=f"{body}The end.", minutes_ago=90)
    desk.goto(QUEUE)
    row = desk.locator(f"tr:has(#letter-{long.pk})")

    expect(row.locator(".cut")).to_be_visible()
    assert row.locator(".cut").evaluate(LAST_LINE) <= 1
    row.locator("summary").click()

    expect(row.locator(".more")).to_contain_text("The end.")
    expect(row.locator(".cut")).to_be_hidden()
    assert row.locator(".words").last.evaluate("e => e.scrollHeight - e.clientHeight") <= 1
