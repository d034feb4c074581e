"""An author compares and restores versions, follows the checklist, and sends a preview link, all beside the text."""

import pytest
from playwright.sync_api import expect

from posts.models import Post, PreviewLink
from tests.factories import make_post, make_staff_author

from .conftest import log_in
from .test_admin_access import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def page(open_browser):
    return open_browser()


@pytest.fixture
def ann(page, live_server):
    user, author = make_staff_author(username="ann")
    log_in(page, user)
    return author


def faults(page):
    # What lies below the bar of the editor is no smaller for it.
    page.evaluate("scrollTo(0, 0)")
    return faults_of(page)


def test_an_earlier_version_is_compared_and_brought_back(page, ann):
    post = make_post(
        author=ann, body="The old bridge is closed.\n\n" + "\n\n".join(map(str, range(20))), status="draft"
    )
    post.body = post.body.replace("old bridge is closed", "new bridge is open")
    post.save()
    page.goto(f"/admin/posts/post/{post.pk}/change/")
    page.get_by_text("1 earlier version").click()
    assert faults(page) == []
    page.get_by_role("link", name="All versions").click()
    assert faults(page) == []
    page.locator("ol.versions a").nth(1).click()

    expect(page.locator(".diff del").first).to_contain_text("old")
    assert faults(page) == []
    page.get_by_label("Side by side").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("table.diff")).to_have_count(1)
    assert faults(page) == []

    page.get_by_role("button", name="Restore this version").click()
    expect(page.locator("#id_body")).to_have_value(post.body.replace("new bridge is open", "old bridge is closed"))
    expect(page.get_by_text("2 earlier versions")).to_be_visible()


def test_the_checklist_follows_what_is_typed_and_leads_to_the_place(page, ann):
    page.goto("/admin/posts/post/add/")
    expect(page.locator("#checklist")).to_be_hidden()
    page.get_by_label("Text:", exact=True).fill("Words.\n\n" * 60 + "See [there](/nowhere/).")

    page.get_by_text("Checklist: 4 points").click()
    page.get_by_role("link", name="Correct the link to /nowhere/").click()

    selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert page.locator("#id_body").evaluate(selected) == "/nowhere/"
    assert faults(page) == []
    page.keyboard.type("/")
    expect(page.get_by_text("Checklist: 3 points")).to_be_visible()
    page.get_by_role("link", name="Write an excerpt").click()
    expect(page.get_by_label("Excerpt:", exact=True)).to_be_focused()
    assert not Post.objects.exists()


def test_a_preview_link_is_made_and_revoked_while_what_was_typed_stays(page, ann, open_browser):
    post = make_post(author=ann, body="Stored words.", status="draft", published_at=None)
    page.goto(f"/admin/posts/post/{post.pk}/change/")
    page.get_by_label("Text:", exact=True).fill("Typed, and not saved.")
    page.get_by_role("heading", name="Preview link").click()

    page.get_by_label("Valid for").select_option("1")
    page.get_by_role("button", name="Make a preview link").click()

    field = page.locator(".preview-link input")
    expect(field).to_be_focused()
    assert faults(page) == []
    reader = open_browser(width=375)
    path = PreviewLink.objects.get().get_absolute_url()
    assert field.input_value().endswith(path)
    reader.goto(path)
    expect(reader.locator(".e-content")).to_have_text("Stored words.")
    assert reader.context.cookies() == []
    page.get_by_role("button", name="Revoke").click()
    expect(field).to_have_count(0)
    expect(page.locator("#id_body")).to_have_value("Typed, and not saved.")
    assert not PreviewLink.objects.exists()


def test_without_javascript_the_page_of_the_links_has_no_button_that_does_nothing(open_browser, ann):
    post = make_post(author=ann, status="draft", published_at=None)
    PreviewLink.make(post, by=ann.user, days=1)
    page = open_browser(javascript=False)
    log_in(page, ann.user)

    page.goto(f"/admin/posts/post/{post.pk}/preview-links/")

    expect(page.get_by_role("button", name="Revoke")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
