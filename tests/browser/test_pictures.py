"""Which size of a picture a browser fetches, and when."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories import make_post
from tests.pictures import encoded, make_picture, photograph

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def post():
    """A photograph on top, and another one far below it."""
    lead, below = (make_picture(encoded(photograph(2000, 1300), quality=90), alt=alt) for alt in ("On top", "Below"))
    call_command("make_renditions", stdout=StringIO())
    words = "\n\n".join(["The council met, and nobody asked. " * 12] * 40)
    return make_post(picture=lead, body=f"{words}\n\n![]({below.file.url})\n\nThe end.")


@pytest.mark.parametrize(
    ("width", "density", "on_top", "below"),
    [(360, 1, 360, 360), (360, 2, 720, 720), (360, 3, 1080, 1080), (1280, 1, 1080, 720), (1280, 2, 1920, 1440)],
)
def test_a_screen_gets_the_size_that_fits_it_and_what_is_below_when_it_comes_into_sight(
    open_browser, post, width, density, on_top, below
):
    fetched = []
    page = open_browser(width=width, density=density)
    page.on("response", lambda answer: fetched.append(answer) if "/media/" in answer.url else None)

    page.goto(post.get_absolute_url(), wait_until="networkidle")

    assert [f"-{on_top}w-" in answer.url for answer in fetched] == [True]
    height = page.evaluate("document.documentElement.scrollHeight")
    with page.expect_response(lambda answer: "/media/" in answer.url):
        page.get_by_role("img", name="Below").scroll_into_view_if_needed()
    assert [f"-{below}w-" in answer.url for answer in fetched[1:]] == [True]
    # Its room was kept.
    assert page.evaluate("document.documentElement.scrollHeight") == height
    if width == 360:
        assert all(len(answer.body()) <= 60_000 for answer in fetched)
