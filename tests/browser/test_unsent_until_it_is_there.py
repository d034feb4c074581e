"""What is typed is kept until the blog has it, whatever comes between; then it is forgotten."""

import pytest
from django.db import connection
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_user

from .test_commenter import IN_FULL, fill, send
from .unsent import WORDS, below, kept, note, reply_to, text
from .watch import assert_nothing_is_kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def page(open_browser):
    return open_browser()


@pytest.mark.parametrize("mode", ["none", "all"])
def test_what_arrived_is_forgotten_at_once(page, thread, discussion, mode):
    discussion(moderation=mode)
    page.goto(thread[0].post.get_absolute_url())
    fill(page, **IN_FULL)
    send(page)

    expect(page.get_by_text("The boot is mine.")).to_be_visible()
    expect(text(page)).to_have_value("")
    expect(note(page)).to_be_hidden()
    assert_nothing_is_kept(page.context)


def test_two_comments_in_a_row_are_both_forgotten(page, thread):
    page.goto(thread[0].post.get_absolute_url())
    for words in ("One.", "Two."):
        fill(page, **IN_FULL | {"Your comment": words})
        send(page)
        assert_nothing_is_kept(page.context)


def test_what_was_refused_is_kept_until_it_is_taken(page, thread):
    first, _second = thread
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    text(page).fill(WORDS)
    assert send(page).status == 422
    page.goto("/")
    page.goto(first.post.get_absolute_url())
    expect(text(page)).to_have_value(WORDS)

    fill(page, **IN_FULL | {"Your comment": WORDS})
    send(page)

    assert Comment.objects.latest("pk").parent == first
    assert_nothing_is_kept(page.context)


def test_what_answered_a_comment_that_has_gone_is_kept_as_a_comment_of_its_own(page, thread):
    first, _second = thread
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    fill(page, **IN_FULL)
    first.trash(by=None)
    assert send(page).status == 403
    assert list(kept(page)) == [f"/comments/on/{first.post_id}/"]

    send(page)

    assert Comment.objects.latest("pk").parent is None
    assert_nothing_is_kept(page.context)


def test_what_did_not_arrive_since_the_network_was_gone_is_kept(page, thread):
    address = thread[0].post.get_absolute_url()
    page.goto(f"{address}#comment-{thread[0].pk}")
    fill(page, **IN_FULL)
    page.context.set_offline(True)
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url("chrome-error://**", wait_until="commit")
    page.context.set_offline(False)

    page.goto(f"{address}#comment-{thread[0].pk}")
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    page.goto(f"{address}#comment-{thread[1].pk}")
    expect(text(page)).to_have_value(IN_FULL["Your comment"])


def test_a_post_that_was_taken_down_meanwhile_loses_nothing_and_has_it_when_it_is_back(page, thread):
    post = thread[0].post
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL)
    post.status = "private"
    post.save()
    assert send(page).status == 404
    expect(page.get_by_label("Your text")).to_have_value(IN_FULL["Your comment"])
    page.watch.look()

    post.status = "published"
    post.save()
    page.goto(post.get_absolute_url())

    expect(text(page)).to_have_value(IN_FULL["Your comment"])


def test_after_a_fault_the_words_are_sent_again_from_its_page(page, thread, live_server):
    post = thread[0].post
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL)
    with broken():
        assert send(page).status in {500, 503}
    page.watch.faults.clear()

    page.get_by_role("button", name="Send it again").click()

    expect(page.get_by_text("The boot is mine.")).to_be_visible()
    assert_nothing_is_kept(page.context)


class broken:
    """While in it, the blog can't store a decision."""

    def __enter__(self):
        self._rename("comments_decision", "elsewhere")

    def __exit__(self, *error):
        self._rename("elsewhere", "comments_decision")

    def _rename(self, old, new):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")


def test_who_has_to_log_in_first_finds_the_words_afterwards(page, thread, discussion):
    make_user(username="ruth", email="ruth@example.org")
    post = thread[0].post
    page.goto(post.get_absolute_url())
    reply_to(page, "Bea")
    fill(page, **IN_FULL)
    discussion(moderation="none", registration_required=True)
    assert send(page).status == 403
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    page.watch.look()

    page.goto(post.get_absolute_url())
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    page.get_by_label("Username").fill("ruth")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in", exact=True).click()

    expect(below(page, thread[1])).to_be_visible()
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    send(page)
    comment = Comment.objects.latest("pk")
    assert (comment.user.username, comment.parent) == ("ruth", thread[1])
    assert kept(page) == {}


def test_who_logs_in_in_another_tab_sends_it_from_the_first(open_browser, thread, discussion):
    page = open_browser(javascript=False)
    make_user(username="ruth", email="ruth@example.org")
    page.goto(thread[0].post.get_absolute_url())
    fill(page, **IN_FULL)
    discussion(moderation="none", registration_required=True)
    send(page)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in in a new tab").click()
    opened.value.get_by_label("Username").fill("ruth")
    opened.value.get_by_label("Password").fill("a long password")
    opened.value.get_by_role("button", name="Log in", exact=True).click()
    expect(opened.value.get_by_text("You are logged in.")).to_be_visible()
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Send it again")
    send(page)

    assert Comment.objects.latest("pk").user.username == "ruth"
