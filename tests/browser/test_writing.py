"""All that authors can write, in the browser: nothing shuts people out, and nothing of others is fetched."""

import pytest

from tests.audit.pages import EVERYTHING
from tests.factories import make_post

from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def post(live_server):
    return make_post(title="All of it", body=EVERYTHING)


@pytest.mark.parametrize("look", [("light", 320), ("dark", 320), ("light", 1280), ("dark", 1280)], ids=str)
@pytest.mark.parametrize("place", ["post", "list"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(open_browser, live_server, post, look, place):
    scheme, width = look
    page = open_browser(scheme=scheme, width=width)

    page.goto(live_server.url + (post.get_absolute_url() if place == "post" else "/"))

    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_contents_are_folded_in_a_small_window_and_stand_in_the_margin_of_a_wide_one(open_browser, live_server, post):
    narrow, wide = open_browser(width=375), open_browser(width=1280)
    for page in (narrow, wide):
        page.goto(live_server.url + post.get_absolute_url())

    assert not narrow.get_by_role("link", name="Second", exact=True).is_visible()
    narrow.get_by_text("Contents").click()
    narrow.get_by_role("link", name="Second", exact=True).click()
    assert narrow.url.endswith("#section-second")
    contents, text = wide.locator(".contents").bounding_box(), wide.locator(".prose").bounding_box()
    assert wide.get_by_role("link", name="Second", exact=True).is_visible()
    assert contents["x"] + contents["width"] < text["x"]


@pytest.mark.parametrize("name", ["Code 1: Python", "Table 1", "Formula 2"])
def test_what_is_wide_scrolls_with_the_keyboard(open_browser, live_server, post, name):
    page = open_browser(width=320)
    page.goto(live_server.url + post.get_absolute_url())
    box = page.get_by_role("region", name=name)

    box.focus()
    page.keyboard.press("ArrowRight")

    page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())


def test_the_link_to_a_section_shows_when_the_keyboard_comes_to_it(open_browser, live_server, post):
    page = open_browser()
    page.goto(live_server.url + post.get_absolute_url())
    link = page.get_by_role("link", name="Link to this section: Third")

    assert link.evaluate("link => getComputedStyle(link).opacity") == "0"
    page.keyboard.press("Tab")
    link.focus()

    assert link.evaluate("link => getComputedStyle(link).opacity") == "1"


def test_a_card_is_drawn_without_a_request(open_browser, live_server, post):
    page = open_browser()
    requests = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(live_server.url + post.get_absolute_url())

    card = page.locator(".video a").bounding_box()
    assert card["width"] / card["height"] == pytest.approx(16 / 9, rel=0.02)
    assert all(url.startswith(live_server.url) for url in requests)
