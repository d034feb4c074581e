"""A post from the login to the mended typo by keyboard alone: every stop is seen, and none holds anybody."""

import pytest
from playwright.sync_api import expect

from posts.models import Category, Post, Tag
from tests.factories import make_staff_author

from .conftest import picture_bytes
from .test_author import said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MOST_STOPS = 40
# What has the focus, by the name that it is announced with, and whether it can be seen that it has.
STOP = """() => {
  const stop = document.activeElement;
  const { left, right, top, bottom } = stop.getBoundingClientRect();
  const [x, y] = [Math.max(0, left) + Math.min(innerWidth, right), Math.max(0, top) + Math.min(innerHeight, bottom)];
  const hit = document.elementFromPoint(x / 2, y / 2);
  const marked = (node) => node && getComputedStyle(node).outlineStyle !== "none";
  // The button for the calendar in a field for a date is no element of the page's: the browser itself marks it.
  const isInside = stop.matches("input:focus-within:not(:focus)");
  const isMarked = marked(stop) || marked(stop.closest("label")) || isInside;
  const name = stop.getAttribute("aria-label") || stop.labels?.[0]?.textContent || stop.textContent || stop.value || "";
  return [name.trim(), Boolean(isMarked && hit && (stop.contains(hit) || hit.contains(stop)))];
}"""


def go_to(page, name, *, key="Tab"):
    passed = []
    while len(passed) < MOST_STOPS:
        page.keyboard.press(key)
        passed.append(page.evaluate(STOP))
        assert passed[-1][1], f"nobody sees the focus here: {passed}"
        if passed[-1][0] == name:
            return
    raise AssertionError(f"{name} was not reached: {passed}")


def enter(page, *keys):
    """Presses them, and waits for the page that they lead to."""
    with page.expect_navigation():
        for key in keys:
            page.keyboard.press(key)


def test_a_post_with_a_picture_is_written_published_and_mended_by_keyboard_alone(open_browser, live_server):
    make_staff_author(username="ann")
    Category.objects.create(name="The town")
    Tag.objects.create(name="boots")
    page = open_browser()
    keys = page.keyboard
    picture = {"name": "boot.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes(width=300)}
    page.on("filechooser", lambda chooser: chooser.set_files(picture))

    page.goto("/admin/")
    go_to(page, "Skip to content")
    keys.press("Enter")
    go_to(page, "Username or email address")
    keys.type("ann")
    go_to(page, "Password")
    keys.type("a long password")
    enter(page, "Enter")
    go_to(page, "New post")
    enter(page, "Enter")

    keys.type("What was in the drain")
    keys.press("Enter")
    keys.type("## What we found\n\nA boooot, says the report")
    keys.press("Control+Shift+ArrowLeft")
    keys.press("Control+k")
    keys.type("https://example.org/report")
    keys.press("Control+End")
    go_to(page, "Bold", key="Shift+Tab")
    go_to(page, "Picture", key="ArrowRight")
    keys.press("Enter")
    assert page.evaluate(STOP) == ["Choose files", True]
    keys.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Alternative text")).to_be_focused()
    keys.type("A boot")
    go_to(page, "Insert into the text")
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    go_to(page, "Draft")
    go_to(page, "Publish now", key="ArrowDown")
    go_to(page, "The town")
    keys.press("Space")
    go_to(page, "Tags:")
    keys.type("boo")
    expect(page.get_by_role("option", name="boots")).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    enter(page, "Enter")
    said(page, "Published.")

    go_to(page, "Skip to main content")
    keys.press("Enter")
    go_to(page, "Text:")
    keys.press("Control+Home")
    for _press in range(2):
        keys.press("ArrowDown")
    keys.press("Control+ArrowRight")
    for _press in range(4):
        keys.press("ArrowRight")
    for _press in range(2):
        keys.press("Delete")
    enter(page, "Control+s")
    said(page, "Updated.")

    post = Post.objects.published().get()
    assert "<p>A boot, says the <a href=" in post.body_html.replace("\n", "")
    assert 'alt="A boot"' in post.body_html
    assert [row.name for row in (*post.categories.all(), *post.tags.all())] == ["The town", "boots"]


def test_a_post_is_scheduled_by_keyboard_alone(desk):
    keys = desk.keyboard
    desk.goto("/admin/posts/post/add/")

    keys.type("What will be in the drain")
    keys.press("Enter")
    keys.type("Nobody knows.")
    go_to(desk, "Draft")
    go_to(desk, "Schedule for…", key="ArrowDown")
    go_to(desk, "Date")
    keys.type("02022099")  # the same day in every order
    go_to(desk, "Time")
    keys.type("0930")
    go_to(desk, "Save")
    enter(desk, "Enter")

    said(desk, "Scheduled for 2 Feb 2099, 9:30 a.m.")
    assert Post.objects.get().is_scheduled
