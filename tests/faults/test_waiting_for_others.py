"""Nobody waits for another's work: not for a check that takes its time, nor for a text that is rendered."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from .blog import post_comment
from .crowd import LONGEST_WAIT
from .test_admin import Browser

pytestmark = pytest.mark.faults


@pytest.fixture
def slow_checks(blog):
    blog.env["EXTRA_CHECKS"] = "tests.faults.slow.check"
    return blog


def test_a_slow_check_of_one_comment_makes_no_other_wait(slow_checks):
    post = slow_checks.prepare()
    other = slow_checks.python("from tests.factories import make_post; print(make_post().pk)")
    server = slow_checks.serve()
    assert post_comment(server, post, "The first.")[0] == 303

    with ThreadPoolExecutor() as people:
        slow = people.submit(post_comment, server, post, "A very slow one.")
        sleep(0.5)
        others = [people.submit(post_comment, server, where, f"Quick, under {where}.") for where in (post, other)]
        answers = [each.result()[0] for each in others]
        assert not slow.done()

    assert slow.result()[0] == 303
    assert answers == [303, 303]


def test_of_two_comments_that_are_checked_at_the_same_time_one_is_too_fast(slow_checks):
    post = slow_checks.prepare(flood_seconds=15)
    server = slow_checks.serve()

    with ThreadPoolExecutor() as people:
        form = {"email": "bo@example.org"}
        sent = [people.submit(post_comment, server, post, f"A slow one, number {n}.", **form) for n in range(2)]
        answers = sorted(each.result()[0] for each in sent)

    assert answers == [303, 429]
    assert slow_checks.rows("SELECT COUNT(*) FROM comments_comment") == [(1,)]


def test_of_two_clicks_that_are_checked_at_the_same_time_one_makes_the_comment(slow_checks):
    post = slow_checks.prepare(flood_seconds=15)
    server = slow_checks.serve()

    with ThreadPoolExecutor() as people:
        form = {"email": "bo@example.org"}
        sent = [people.submit(post_comment, server, post, "A slow one.", **form) for _click in range(2)]
        answers = [each.result()[0] for each in sent]

    assert answers == [303, 303]
    assert slow_checks.rows("SELECT COUNT(*) FROM comments_comment") == [(1,)]


ROW = "| a cell | another *cell* | a third one | 42 |\n"
LARGE = {
    "a table of 2,000 rows": "| A | B | C | D |\n|---|---|---|---|\n" + ROW * 2000,
    "200,000 characters of prose": "Some words about **drains** and [links](https://example.org/).\n\n" * 3200,
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_post_that_is_saved_makes_no_comment_wait(blog, text):
    post = blog.prepare(flood_seconds=0)
    blog.python('from tests.factories import make_user; make_user(username="eve", is_staff=True, is_superuser=True)')
    server = blog.serve()
    editor = Browser(server, "eve")
    fields = {
        "title": "A large one",
        "body": text,
        "status": "published",
        "author": "1",
        "kind": "post",
        "comments_open": "on",
        "body_format": "markdown",
        "menu_order": "0",
    }

    waits, number = [], 0
    with ThreadPoolExecutor() as people:
        saving = people.submit(editor.submit, "/admin/posts/post/add/", **fields)
        while not saving.done():
            number += 1
            status, seconds = post_comment(server, post, f"Words number {number}.")
            assert status == 303
            waits.append(seconds)

    assert saving.result() == 200
    assert max(waits) < LONGEST_WAIT
    assert blog.rows("SELECT COUNT(*) FROM posts_post WHERE title = 'A large one'") == [(1,)]
