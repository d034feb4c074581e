"""An author's words in a browser: kept while they are typed, and found again whatever ends the page."""

import re

import pytest
from playwright.sync_api import expect

from posts.models import Autosave, Post
from tests.factories import make_editor, make_post, make_staff_author

from .conftest import log_in
from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

TEXT = "We lifted the grating on Mill Lane.\n\nIt was a boot."


@pytest.fixture
def ann(live_server):
    return make_staff_author(username="ann", first_name="Ann", last_name="Writer")[0]


@pytest.fixture
def post(ann):
    return make_post(author=ann.author, title="What was in the drain", body=TEXT)


@pytest.fixture
def page(open_browser, ann):
    """Ann's browser, whose clock the test moves."""
    page = open_browser()
    page.clock.install()
    log_in(page, ann)
    return page


def lines(body):
    return body.splitlines()


def address(post):
    return f"/admin/posts/post/{post.pk}/change/"


def text(page):
    return page.locator("#id_body")


def state(page):
    return page.locator("#autosave-state [data-shown]")


def type_and_wait(page, words):
    text(page).press("ControlOrMeta+End")
    page.keyboard.type(words)
    page.clock.run_for(3000)
    expect(state(page)).to_contain_text("Saved")


def kept(page):
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('unsaved'))")


def another_window(page):
    window = page.context.new_page()
    window.watch = page.watch
    return window


def save(page):
    page.locator(".editor-bar [data-press=save]").click()


def test_an_author_writes_loses_the_window_restores_compares_and_publishes(page, post):
    page.goto(address(post))
    type_and_wait(page, " A heavy one.")
    page.close(run_before_unload=False)

    again = another_window(page)
    again.goto(address(post))
    expect(text(again)).to_have_value(TEXT)
    again.get_by_role("link", name="Compare").click()
    expect(again.locator("ins")).to_contain_text("A heavy one.")
    again.get_by_role("link", name="Restore").click()
    expect(text(again)).to_have_value(f"{TEXT} A heavy one.")
    text(again).press("ControlOrMeta+End")
    again.keyboard.type(" Size nine.")
    save(again)
    again.goto(address(post))

    expect(text(again)).to_have_value(f"{TEXT} A heavy one. Size nine.")
    expect(again.get_by_text("You have unsaved changes")).to_have_count(0)
    assert lines(Post.objects.get().body) == lines(f"{TEXT} A heavy one. Size nine.")
    assert kept(again) == []


def test_without_a_connection_the_browser_keeps_the_words_for_this_account_and_sends_them_later(page, post, ann):
    page.goto(address(post))
    page.context.set_offline(True)
    text(page).press("ControlOrMeta+End")
    page.keyboard.type(" Offline.")
    page.clock.run_for(3000)
    expect(state(page)).to_have_text("Not saved: no connection. Your text is kept in this browser.")
    expect(page.locator("#autosave-state [role=status]")).to_have_text(state(page).text_content())
    assert len(kept(page)) == 1
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    page.watch.faults.clear()  # the requests that were cut off

    other = another_window(page)
    editor = make_editor(username="ed")
    log_out(other)
    log_in(other, editor)
    other.goto(address(post))
    expect(text(other)).to_have_value(TEXT)
    assert len(kept(other)) == 1
    # Of Ann's page, what it sent while it closed may have come through.
    assert not Autosave.objects.of(editor).exists()

    log_out(other)
    log_in(other, ann)
    other.goto("/admin/posts/post/add/")
    other.wait_for_function("() => !Object.keys(localStorage).some((name) => name.startsWith('unsaved'))")
    other.goto(address(post))
    other.get_by_role("link", name="Restore").click()
    expect(text(other)).to_have_value(f"{TEXT} Offline.")


def log_out(page):
    page.goto("/admin/")
    page.locator("#logout-form button").click()


def test_what_was_kept_in_the_browser_is_offered_on_the_very_page(page, post, ann):
    page.goto(address(post))
    words = {"url": f"/admin/posts/post/{post.pk}/autosave/", "from": "", "seen": "", "time": 10**13}
    page.evaluate(
        "([name, words]) => localStorage.setItem(name, JSON.stringify(words))",
        [f"unsaved {ann.pk} {'a' * 32}", words | {"fields": [["title", "Kept here"], ["body", "Words."]]}],
    )
    # The server that the browser comes back to is not there yet.
    page.route("**/autosave/", lambda route: route.abort(), times=1)

    with page.expect_event("requestfailed"):
        page.reload()
    assert len(kept(page)) == 1
    page.clock.run_for(3000)

    expect(page.get_by_text("You have unsaved changes from")).to_be_visible()
    assert kept(page) == []
    page.watch.faults.clear()  # the request that was cut off


def test_a_session_that_ends_costs_nothing_once_one_has_logged_in_again_elsewhere(page, post, ann):
    page.goto(address(post))
    page.context.clear_cookies(name="sessionid")
    text(page).press("ControlOrMeta+End")
    page.keyboard.type(" Later.")
    page.clock.run_for(3000)
    expect(state(page)).to_contain_text("you have been logged out")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Log in in a new window").click()
    window = opened.value
    window.get_by_label("Username").fill("ann")
    window.get_by_label("Password").fill("a long password")
    window.get_by_role("button", name="Log in", exact=True).click()
    expect(text(window)).to_be_visible()
    window.close()

    page.clock.run_for(6000)
    expect(state(page)).to_contain_text("Saved")
    save(page)

    expect(page.get_by_text("Updated.")).to_be_visible()
    assert lines(Post.objects.get().body) == lines(f"{TEXT} Later.")
    page.watch.faults.clear()  # the refusals of a session that was over


def test_what_is_in_the_form_again_after_the_log_in_is_not_offered_once_more(page, post, ann):
    page.goto(address(post))
    page.context.clear_cookies(name="sessionid")
    text(page).press("ControlOrMeta+End")
    page.keyboard.type(" Later.")
    page.clock.run_for(3000)
    expect(state(page)).to_contain_text("you have been logged out")
    save(page)
    page.get_by_label("Username").fill("ann")
    page.get_by_label("Password").fill("a long password")
    with page.expect_response(lambda answer: "restore=" in answer.url and answer.request.resource_type == "fetch"):
        page.get_by_role("button", name="Log in", exact=True).click()

    expect(page.get_by_text("These are your unsaved changes from")).to_be_visible()
    expect(text(page)).to_have_value(re.compile(r" Later\.$"))
    expect(page.get_by_text("You have unsaved changes from")).to_have_count(0)
    page.watch.faults.clear()  # the refusals of a session that was over


def test_leaving_asks_only_while_something_is_not_on_the_server(page, post):
    asked = []
    page.context.remove_listener("dialog", page.watch._on_dialog)
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(address(post))
    type_and_wait(page, " Kept.")
    page.goto("/admin/")
    assert asked == []

    page.goto(address(post))
    text(page).press("ControlOrMeta+End")
    page.keyboard.type(" Not yet.")
    page.goto("/admin/")

    assert asked == ["beforeunload"]
    # And what was typed is sent as the page is left.
    page.goto(address(post))
    page.get_by_role("link", name="Compare").first.click()
    expect(page.locator("ins").last).to_contain_text("Not yet.")


@pytest.mark.parametrize("look", [("light", 320), ("dark", 1280)], ids=str)
def test_two_people_see_each_other_and_the_later_sees_both_versions(open_browser, ann, post, look):
    scheme, width = look
    mine, theirs = open_browser(scheme=scheme, width=width), open_browser()
    for page, account in ((mine, ann), (theirs, make_editor(first_name="Ed", last_name="Itor"))):
        page.clock.install()
        log_in(page, account)
        page.goto(address(post))
    type_and_wait(theirs, " Of Ed's.")
    type_and_wait(mine, " Of Ann's.")
    expect(mine.get_by_text("Ed Itor has been editing this since")).to_be_visible()
    save(theirs)
    expect(theirs.get_by_text("Updated.")).to_be_visible()
    text(mine).press("End")
    type_and_wait(mine, " More.")
    expect(mine.get_by_text("A newer version has been saved")).to_be_visible()
    assert not violations(mine)

    save(mine)

    expect(mine.get_by_role("heading", name="There are two versions now")).to_be_visible()
    assert not violations(mine)
    mine.get_by_role("button", name="Keep mine").click()
    expect(mine.get_by_text("Updated.")).to_be_visible()
    assert lines(Post.objects.get().body) == lines(f"{TEXT} Of Ann's. More.")


@pytest.mark.parametrize("look", [("light", 320), ("dark", 1280)], ids=str)
def test_a_form_that_was_sent_too_late_comes_back_with_the_words_without_javascript(open_browser, ann, post, look):
    scheme, width = look
    page = open_browser(scheme=scheme, width=width, javascript=False)
    log_in(page, ann)
    page.goto(address(post))
    text(page).fill("A thousand words.")
    page.context.clear_cookies(name="csrftoken")
    save(page)
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("A thousand words.")
    page.watch.look()

    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("You have been logged out")).to_be_visible()
    page.watch.look()
    page.get_by_label("Username").fill("ann")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in", exact=True).click()

    expect(text(page)).to_have_value("A thousand words.")
    save(page)
    assert Post.objects.get().body == "A thousand words."
