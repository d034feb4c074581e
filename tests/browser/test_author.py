"""An author writes: text in Markdown, a look at it, a picture with its description, publication."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from posts.models import Category, Picture, Post, Tag
from tests.factories import make_post, make_staff_author

from .conftest import log_in, picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

BODY = "We lifted the *grating*.\n\n## What we found\n\n- a boot"


@pytest.fixture
def at_desk(page, live_server):
    user, _author = make_staff_author(username="ann")
    log_in(page, user)
    return page


def write(page, *, title="What was in the drain", body=BODY):
    page.goto("/admin/posts/post/add/")
    page.get_by_label("Title:", exact=True).fill(title)
    page.get_by_label("Text:", exact=True).fill(body)


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def press(page, name):
    """A button of the bar above the text."""
    page.get_by_role("group", name="Save and publish").get_by_role("button", name=name, exact=True).click()


def open_section(page, name):
    """Open already beside the text of a wide window."""
    section = page.locator("details", has=page.get_by_role("heading", name=name))
    if not section.evaluate("section => section.open"):
        section.locator("summary").click()


def said(page, words):
    expect(page.locator("#told")).to_contain_text(words)


def test_a_preview_opens_in_a_new_tab_and_saves_nothing(at_desk):
    write(at_desk)

    with at_desk.expect_popup() as opened:
        press(at_desk, "Preview")

    preview = opened.value
    expect(preview.get_by_role("heading", level=1)).to_have_text("What was in the drain")
    expect(preview.get_by_role("status")).to_contain_text("not saved")
    expect(preview.get_by_role("heading", name="What we found")).to_be_visible()
    expect(preview.locator(".e-content em")).to_have_text("grating")
    assert Post.objects.count() == 0
    expect(at_desk.get_by_label("Title:", exact=True)).to_have_value("What was in the drain")


def test_a_preview_of_a_public_post_leaves_it_as_it_is(at_desk):
    post = make_post(body="Before.")
    at_desk.goto(f"/admin/posts/post/{post.pk}/change/")
    at_desk.get_by_label("Text:", exact=True).fill("After.")

    with at_desk.expect_popup() as opened:
        press(at_desk, "Preview")

    expect(opened.value.locator(".e-content")).to_have_text("After.")
    expect(opened.value.get_by_role("status")).to_contain_text("not saved")
    assert Post.objects.get().body == "Before."


def test_a_post_is_published_with_category_tags_and_picture(at_desk, open_browser):
    for name in ("Drains", "The town"):
        Category.objects.create(name=name)
    Tag.objects.create(name="boots")
    write(at_desk)

    for section in ("Categories and tags", "Picture and excerpt"):
        open_section(at_desk, section)
    at_desk.get_by_role("button", name="Choose a picture").click()
    at_desk.get_by_role("dialog", name="Picture library").get_by_label("Upload").set_input_files(
        {"name": "grating.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes()}
    )
    upload = at_desk.get_by_role("dialog", name="Add pictures")
    use = upload.get_by_role("button", name="Use this picture")
    use.click()
    expect(upload.locator(".picture-error")).to_contain_text("Describe what the picture shows")
    upload.get_by_label("Alternative text").fill("A grating, half lifted")
    upload.get_by_label("Caption").fill("The grating on Mill Lane.")
    use.click()
    expect(upload).to_be_hidden()
    expect(at_desk.locator("#id_picture option:checked")).to_have_text("A grating, half lifted")

    at_desk.get_by_label("Drains").check()
    at_desk.get_by_label("Tags:").fill("boots")
    press(at_desk, "Publish")
    said(at_desk, "Published.")

    reader = open_browser()
    reader.goto("/")
    reader.get_by_role("link", name="What was in the drain").click()
    expect(reader.locator(".filed")).to_contain_text("Posted in Drains and tagged boots")
    expect(reader.locator("figcaption")).to_have_text("The grating on Mill Lane.")
    expect(reader.get_by_role("img", name="A grating, half lifted")).to_have_js_property("naturalWidth", 1200)
    expect(reader.locator(".e-content li")).to_have_text("a boot")


def test_a_draft_is_seen_by_its_author_alone_with_a_bar_that_says_so(at_desk, open_browser):
    write(at_desk)
    press(at_desk, "Save draft")
    said(at_desk, "Draft saved.")
    address = Post.objects.get().get_absolute_url()

    at_desk.goto(address)
    expect(at_desk.get_by_role("status")).to_contain_text("Draft.")
    at_desk.get_by_role("status").get_by_role("link", name="Edit").click()
    expect(at_desk.get_by_label("Title:", exact=True)).to_have_value("What was in the drain")

    reader = open_browser()
    assert reader.goto(address).status == 404


def test_a_post_for_later_waits_for_its_time(at_desk, open_browser):
    write(at_desk)
    tomorrow = timezone.now() + timedelta(days=1)
    press(at_desk, "Schedule")
    at_desk.get_by_label("Date", exact=True).fill(f"{tomorrow:%Y-%m-%d}")
    at_desk.get_by_label("Time", exact=True).fill("09:00")
    press(at_desk, "Schedule")
    said(at_desk, "Scheduled for")
    post = Post.objects.get()

    assert post.is_scheduled
    assert open_browser().goto(post.get_absolute_url()).status == 404
    at_desk.goto(post.get_absolute_url())
    expect(at_desk.get_by_role("status")).to_contain_text("Scheduled for")


def test_a_file_that_is_no_picture_is_refused_in_plain_words(at_desk):
    at_desk.goto("/admin/posts/picture/add/")
    at_desk.get_by_label("File").set_input_files(
        {"name": "virus.jpg", "mimeType": "image/jpeg", "buffer": b"<script>alert(1)</script>"}
    )
    at_desk.get_by_label("Alternative text").fill("None")

    save(at_desk)

    expect(at_desk.locator(".errorlist").first).to_be_visible()
    assert not Picture.objects.exists()


def test_an_author_logs_out_from_the_page_they_read(at_desk):
    at_desk.goto("/")

    expect(at_desk.get_by_role("link", name="Administration")).to_be_visible()
    at_desk.get_by_role("button", name="Log out").click()

    expect(at_desk.get_by_role("link", name="Administration")).to_have_count(0)
    assert at_desk.goto("/admin/").url.endswith("/admin/login/?next=/admin/")
