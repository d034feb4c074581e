"""The form of a post in a browser: how many clicks a post costs, the toolbar and its keys, the time and the tags."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Category, Post, Tag
from tests.factories import make_post

from .conftest import NARROW_AND_WIDE, log_in, picture_bytes
from .test_access import violations
from .test_author import open_section, press, said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
ADD = "/admin/posts/post/add/"
TITLE, TEXT = "Title:", "Text:"


class Counter:
    """Counts what a person does with the mouse, and the pages that are loaded for it."""

    def __init__(self, page):
        self.page, self.clicks, self.loads = page, 0, 0
        page.wait_for_load_state()
        page.on("load", self._loaded)

    def _loaded(self, _page):
        self.loads += 1

    def click(self, target):
        self.clicks += 1
        target.click()


def tool(page, name):
    return page.get_by_role("toolbar", name="Formatting").get_by_role("button", name=name, exact=True)


def text_of(page):
    return page.get_by_label(TEXT, exact=True).input_value()


def test_a_post_with_all_that_the_issue_names_takes_twelve_clicks_and_two_pages(desk):
    Category.objects.create(name="The town")
    count = Counter(desk)
    desk.goto(ADD)
    desk.keyboard.type("What was in the drain")
    desk.keyboard.press("Enter")
    keys = desk.keyboard.type

    keys("What we found")
    count.click(tool(desk, "Heading"))
    keys("\n\nSee the report")
    desk.keyboard.press("Control+Shift+ArrowLeft")
    desk.keyboard.press("Control+k")
    keys("https://example.org/report")
    desk.keyboard.press("Control+End")
    keys(".\n\nIt is only a boot.")
    count.click(tool(desk, "Quotation"))
    keys("\n\n")
    count.click(tool(desk, "Table"))
    keys("Street")
    desk.keyboard.press("Control+End")
    count.click(tool(desk, "Picture"))
    dialog = desk.get_by_role("dialog", name="Add pictures")
    with desk.expect_file_chooser() as chooser:
        count.click(dialog.locator("label", has_text="Choose files"))
    chooser.value.set_files(
        [{"name": f"{each}.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes(width=each)} for each in (300, 400)]
    )
    expect(dialog.locator(".picture-lines").get_by_text("Uploaded")).to_have_count(2)
    for number in (0, 1):
        dialog.get_by_label("Alternative text").nth(number).fill(f"Grating {number}")
    count.click(dialog.get_by_role("button", name="Insert into the text"))
    expect(dialog).to_be_hidden()
    count.click(desk.get_by_label("The town"))
    count.click(desk.get_by_label("Tags:"))
    keys("boots")
    count.click(desk.get_by_role("button", name="Schedule", exact=True))
    desk.get_by_label("Time", exact=True).fill("09:00")
    count.click(desk.get_by_role("button", name="Schedule", exact=True))
    said(desk, "Scheduled for")

    post = Post.objects.get()
    assert (post.is_scheduled, post.tags.count(), post.categories.count()) == (True, 1, 1)
    wanted = [
        "<h2",
        '<a href="https://example.org/report"',
        "<blockquote>",
        "<table>",
        'alt="Grating 0"',
        'alt="Grating 1"',
    ]
    assert [each for each in wanted if each not in post.body_html] == []
    assert (count.clicks <= 12, count.loads <= 2) == (True, True), (count.clicks, count.loads)


def test_a_typo_in_a_public_post_is_mended_and_looked_at_with_three_clicks_and_two_pages(desk, ann):
    post = make_post(author=ann[1], title="What was in the drain", body="We lifted the graeting.")
    desk.goto(post.get_absolute_url())
    count = Counter(desk)

    count.click(desk.get_by_role("link", name="Edit this post", exact=True))
    desk.get_by_label(TEXT, exact=True).fill("We lifted the grating.")
    count.click(desk.get_by_role("button", name="Update", exact=True))
    said(desk, "Updated.")

    assert Post.objects.get().body == "We lifted the grating."
    assert (count.clicks <= 3, count.loads <= 2) == (True, True), (count.clicks, count.loads)


def test_the_toolbar_and_its_keys_change_the_text_and_undo_takes_it_back(desk):
    desk.goto(ADD)
    text = desk.get_by_label(TEXT, exact=True)
    desk.get_by_label(TITLE, exact=True).fill("Drains")
    desk.keyboard.press("Enter")
    expect(text).to_be_focused()

    desk.keyboard.type("one two")
    desk.keyboard.press("Control+Shift+ArrowLeft")
    desk.keyboard.press("Control+b")
    expect(text).to_have_value("one **two**")
    desk.keyboard.press("Control+z")
    expect(text).to_have_value("one two")
    text.fill("")
    for word in ("bold", " and not"):
        desk.keyboard.press("Control+b")
        desk.keyboard.type(word)
    expect(text).to_have_value("**bold** and not")
    text.fill("one two")
    desk.keyboard.press("Control+Shift+ArrowLeft")

    # By keyboard alone: one stop for the whole toolbar, arrows within it.
    text.focus()
    desk.keyboard.press("Shift+Tab")
    expect(tool(desk, "Bold")).to_be_focused()
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowRight")
    expect(tool(desk, "Heading")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(text).to_have_value("## one two")
    expect(text).to_be_focused()

    text.fill("a\n\nb")
    tool(desk, "Quotation").click()
    expect(text).to_have_value("a\n\n> b")
    text.fill("A claim")
    tool(desk, "Footnote").click()
    expect(text).to_have_value("A claim[^1]\n\n[^1]: The note.")
    text.fill("")
    tool(desk, "Table").click()
    assert text_of(desk).startswith("| Column | Column |\n| --- | --- |\n")
    text.fill("Above\n\nBelow")
    tool(desk, "“More” break").click()
    assert "\n\n<!--more-->" in text_of(desk)
    expect(desk.locator("#editor-count")).to_have_text("Word count: 2 · Reading time: 1 min")

    text.fill("")
    text.press_sequentially("- one\ntwo\n\n1. first\nsecond\n\n> said\nso\n\nend")
    expect(text).to_have_value("- one\n- two\n\n1. first\n2. second\n\n> said\n> so\n\nend")

    desk.keyboard.press("Control+s")
    said(desk, "Draft saved.")
    assert Post.objects.get().body.replace("\r\n", "\n").startswith("- one\n- two\n")


def test_schedule_asks_for_the_time_first_and_tags_are_suggested_while_they_are_typed(desk):
    Tag.objects.create(name="Child protection")
    desk.goto(ADD)
    desk.get_by_label(TITLE, exact=True).fill("hello world!")
    expect(desk.locator(".address")).to_contain_text("/hello-world/")

    press(desk, "Schedule")
    date = desk.get_by_label("Date", exact=True)
    expect(date).to_be_focused()
    expect(date).to_have_value(f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}")
    expect(desk.get_by_role("group", name="Save and publish").get_by_role("button", name="Publish")).to_be_hidden()

    tags = desk.get_by_label("Tags:")
    tags.press_sequentially("drains, chi")
    expect(desk.get_by_role("option", name="Child protection")).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(tags).to_have_value("drains, Child protection, ")
    press(desk, "Schedule")
    said(desk, "Scheduled for")

    post = Post.objects.get()
    assert post.is_scheduled
    assert sorted(post.tags.values_list("name", flat=True)) == ["Child protection", "drains"]


def test_without_javascript_a_post_is_written_refused_mended_and_scheduled(page_without_javascript, ann):
    page, town = page_without_javascript, Category.objects.create(name="The town")
    log_in(page, ann[0])
    page.goto(ADD)
    page.get_by_label(TITLE, exact=True).fill("Drains")
    page.get_by_label(TEXT, exact=True).fill("Some *words*.")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    open_section(page, "Categories and tags")
    page.get_by_label("The town").check()
    page.get_by_label("Tags:").fill("boots, Mill Lane")

    press(page, "Schedule")
    expect(page.get_by_role("alert")).to_contain_text("Enter the date and time")
    page.get_by_role("alert").get_by_role("link").click()
    page.get_by_label("Date", exact=True).fill("2099-01-02")
    page.get_by_label("Time", exact=True).fill("09:30")
    press(page, "Schedule")

    said(page, "Scheduled for")
    post = Post.objects.get()
    assert (post.is_scheduled, post.body, post.tags.count()) == (True, "Some *words*.", 2)
    assert list(post.categories.all()) == [town]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_nothing_keeps_anybody_out_of_the_editor_in_any_of_its_states(desk, ann):
    post = make_post(author=ann[1], body="Some words.")
    desk.goto(f"/admin/posts/post/{post.pk}/change/")
    found = {}

    def look(state):
        for scheme, width in NARROW_AND_WIDE:
            desk.set_viewport_size({"width": width, "height": 800})
            desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found[f"{state}, {scheme}, {width}"] = violations(desk)
            box = desk.locator(".editor-bar").bounding_box()
            assert box["width"] <= width
            desk.mouse.wheel(0, 600)
            expect(desk.get_by_role("button", name="Update", exact=True)).to_be_in_viewport()

    for section in desk.locator("details.editor-section").all():
        section.evaluate("section => (section.open = true)")
    look("all open")
    desk.get_by_role("button", name="Focus mode").click()
    expect(desk.get_by_label("Slug:")).to_be_hidden()
    look("focus mode")
    desk.keyboard.press("Escape")
    desk.get_by_label("Slug:").fill("!!!")
    desk.get_by_role("button", name="Update", exact=True).click()
    expect(desk.get_by_role("alert")).to_be_focused()
    look("refused")

    assert {state: faults for state, faults in found.items() if faults} == {}, json.dumps(found, indent=1)
