"""Scripts in every field, in the page and at the desk: they are shown as words, and nothing runs."""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_editor, make_post

from .conftest import log_in
from .test_commenter import fill, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

ATTACKS = {
    "script": "<script>window.hacked = 1; alert(1)</script>",
    "picture": "<img src=x onerror='window.hacked = 1'>",
    "drawing": "<svg/onload=window.hacked=1>",
    "quotes": "\"><script>window.hacked = 1</script><a title='",
    "end of a text field": "</textarea></title></style><script>window.hacked = 1</script>",
    "link": "[click](javascript:window.hacked=1) <javascript:window.hacked=1>",
    "data": "[click](data:text/html,<script>parent.hacked=1</script>)",
    "picture of Markdown": '![x](https://tracker.example/x.gif) ![x](x"onerror="window.hacked=1)',
    "template": "{{ 7*7 }}{% debug %}${window.hacked=1}",
}


def assert_nothing_ran(page):
    page.watch.look()

    assert page.evaluate("typeof window.hacked") == "undefined"
    assert page.locator("[onerror], [onload], [href^='javascript:'], [href^='data:']").count() == 0


@pytest.fixture
def hacked(open_browser):
    return open_browser()


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_that_a_stranger_types_runs_in_the_page_or_at_the_desk(hacked, attack, discussion):
    discussion(moderation="first", max_links=None)
    page, post = hacked, make_post(title=f"Title {attack}")
    page.goto(post.get_absolute_url())
    assert_nothing_ran(page)

    fill(page, Name=attack[:80], **{"Email": "a@b.example", "Your comment": f"Hello. {attack}"})
    page.get_by_label("Website").fill(f"javascript:{attack}"[:200])
    response = send(page)
    assert response.status == 422
    assert_nothing_ran(page)
    page.get_by_label("Website").fill('https://example.org/"onmouseover="window.hacked=1')
    if send(page).status == 422:
        page.get_by_label("Website").fill("")
        send(page)
    expect(page.get_by_text("awaiting moderation")).to_be_visible()
    assert_nothing_ran(page)

    log_in(page, make_editor(username="ed"), then="/admin/comments/comment/")
    expect(page.locator(".letter")).to_contain_text("Hello.")
    assert_nothing_ran(page)
    page.get_by_role("link", name="Details").click()
    assert_nothing_ran(page)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("comment was approved.")).to_be_visible()

    page.goto(Comment.objects.get().get_absolute_url())
    expect(page.locator("ol.thread")).to_contain_text("Hello.")
    page.locator(".letter h3").hover()
    assert_nothing_ran(page)
    page.get_by_role("link", name="Reply to").click()
    expect(page.locator("#answering")).to_be_visible()
    assert_nothing_ran(page)
    for address in ("/", "/admin/posts/post/", f"/admin/posts/post/{post.pk}/change/"):
        page.goto(address)
        assert_nothing_ran(page)


def test_hostile_addresses_are_words_as_well(hacked):
    page, post = hacked, make_post()

    for query in ("awaiting", "replytocom", "comments", "thread", "page"):
        page.goto(f"{post.get_absolute_url()}?{query}=%22%3E%3Cscript%3Ewindow.hacked=1%3C/script%3E")
        assert_nothing_ran(page)
    page.goto("/%3Cscript%3Ewindow.hacked=1%3C/script%3E/")
    assert_nothing_ran(page)
