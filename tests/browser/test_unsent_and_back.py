"""After Back, what was typed is there again and answers the same comment."""

import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_editor

from .test_commenter import IN_FULL, fill, send
from .unsent import NO_CACHE, below, reply_to, text, to_the_archives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def page(open_browser):
    return open_browser()


@pytest.mark.parametrize("storage", [True, False], ids=["kept", "nothing kept"])
@pytest.mark.parametrize("cache", [True, False], ids=["as it was", "loaded anew"])
def test_after_reply_another_page_and_back_the_text_answers_the_same_comment(page, thread, storage, cache):
    first, _second = thread
    if not cache:
        page.add_init_script(NO_CACHE)
    if not storage:
        page.add_init_script(
            "delete Storage.prototype.setItem; Storage.prototype.setItem = () => { throw new Error() }"
        )
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    fill(page, **IN_FULL)
    to_the_archives(page)
    expect(page).to_have_url(re.compile("/archives/"))

    page.go_back()

    expect(below(page, first)).to_be_visible()
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    expect(page.locator("[name=parent]")).to_have_value(str(first.pk))
    fill(page, **IN_FULL)
    send(page)
    assert Comment.objects.latest("pk").parent == first


def test_after_reply_another_page_and_back_it_does_so_without_a_script(open_browser, thread):
    page = open_browser(javascript=False)
    first, _second = thread
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    fill(page, **IN_FULL)
    to_the_archives(page)

    page.go_back()

    expect(page.get_by_role("heading", name="Leave a Reply to Ann")).to_be_visible()
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    send(page)
    assert Comment.objects.latest("pk").parent == first


@pytest.mark.parametrize("cache", [True, False], ids=["as it was", "loaded anew"])
def test_after_a_reply_that_was_called_off_and_back_the_text_answers_nobody(page, thread, cache):
    first, _second = thread
    if not cache:
        page.add_init_script(NO_CACHE)
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    text(page).fill("To all.")
    page.get_by_role("link", name="Cancel reply").click()
    to_the_archives(page)

    page.go_back()

    expect(page.locator("section#comments > #respond")).to_be_visible()
    expect(text(page)).to_have_value("To all.")
    expect(page.locator("[name=parent]")).to_have_value("")


def test_a_logged_in_writers_page_which_no_cache_keeps_has_the_text_after_back(page, thread, live_server):
    editor = make_editor(username="eve")
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(editor.username)
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.goto(thread[0].post.get_absolute_url())
    reply_to(page, "Bea")
    text(page).fill("To Bea.")
    to_the_archives(page)

    page.go_back()

    expect(below(page, thread[1])).to_be_visible()
    expect(text(page)).to_have_value("To Bea.")


@pytest.mark.parametrize("with_script", [True, False])
def test_too_large_a_request_says_that_back_has_the_text_and_it_has(open_browser, thread, with_script):
    page = open_browser(javascript=with_script)
    page.goto(thread[0].post.get_absolute_url())
    page.set_default_timeout(30_000)
    # On the way each sign takes nine bytes.
    much = "文字文字文字文字\n" * 15_000
    text(page).evaluate("(field, much) => field.value = much", much)
    assert send(page).status == 413

    page.go_back()

    assert text(page).input_value() == much
