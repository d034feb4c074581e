"""A reader looks for something: by the form of any page, with the keyboard, in every look; and axe finds no fault."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import Tag
from tests.browser.test_access import violations
from tests.factories import make_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_a_reader_searches_from_any_page_and_reads_what_was_found(reader, library):
    reader.goto("/")
    field = reader.get_by_role("searchbox", name="Search")
    field.fill("grating")
    field.press("Enter")

    expect(reader.get_by_role("heading", level=2)).to_have_text(re.compile("result"))
    expect(reader.locator("mark").first).to_have_text("grating")
    reader.get_by_role("link", name="What was in the drain", exact=True).first.click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("What was in the drain")


def test_a_reader_narrows_a_search_and_is_forgiven_a_mistake(reader, library):
    reader.goto("/search/?q=graitng")
    expect(reader.get_by_text("Did you mean")).to_be_visible()

    reader.get_by_label("Category").select_option(label="— Drains")
    reader.get_by_role("button", name="Search").click()

    expect(reader.get_by_label("Category")).to_have_value("the-town/drains")
    expect(reader.get_by_role("link", name="What was in the drain", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    "address",
    [
        *("/search/", "/search/?q=grating", "/search/?q=report&page=2", "/search/?q=graitng", "/search/?q=xyzzy"),
        *("/search/?q=grating+report", "/archives/", "/no/such/page/", "/"),
    ],
)
def test_nothing_keeps_anybody_out(page, library, address):
    library.pinned = True
    library.save()
    other = make_post(title="Another", related=[library.pk])
    other.tags.add(Tag.objects.get(name="boots"))

    page.goto(address)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("part", ["", "/month", "/day"])
def test_nor_from_a_part_of_the_archive(page, library, part):
    day = library.published_at
    page.goto({"": f"/{day:%Y}/", "/month": f"/{day:%Y/%m}/", "/day": f"/{day:%Y/%m/%d}/"}[part])

    assert violations(page) == []
