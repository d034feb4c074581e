"""Somebody who has just written a comment changes and withdraws it, without an account, a cookie or, where it waits,
JavaScript; and a mailed link shows all that is theirs."""

import re

import pytest
from playwright.sync_api import expect

from comments.mine import link_for
from comments.models import Comment, MailAddress, RememberedBrowser
from tests.factories import make_comment, make_editor, make_post

from .test_commenter import IN_FULL, fill, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

TEXT = "Your comment"


def own(page):
    return page.get_by_role("link", name="Change or withdraw")


def test_a_comment_that_is_public_at_once_is_changed_in_the_tab_that_sent_it(open_browser, live_server, discussion):
    discussion(moderation="none")
    page, other = open_browser(scheme="dark", width=375), open_browser()
    post = make_post()
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL | {TEXT: "The first werds."})
    send(page)
    page.reload()

    own(page).click()
    page.watch.look()
    page.get_by_label(TEXT).fill("The first words.")
    page.get_by_role("button", name="Save the change").click()

    expect(page.get_by_text("Your change is published.")).to_be_visible()
    other.goto(post.get_absolute_url())
    expect(other.get_by_text("The first words.")).to_be_visible()
    expect(own(other)).to_have_count(0)
    page.get_by_role("link", name="Withdraw this comment").click()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.get_by_text("Your comment is withdrawn.")).to_be_visible()
    other.reload()
    expect(other.get_by_text("The first words.")).to_have_count(0)
    assert page.context.cookies() == []
    assert Comment.objects.get().withdrawn_at


def test_without_javascript_what_waits_is_changed_from_the_page_that_shows_it(open_browser, live_server, discussion):
    discussion(moderation="all")
    page = open_browser(javascript=False)
    page.goto(make_post().get_absolute_url())
    fill(page, **IN_FULL | {TEXT: "The first werds."})
    page.get_by_role("button", name="Post comment").click()

    own(page).click()
    page.get_by_label(TEXT).fill("The first words.")
    page.get_by_role("button", name="Save the change").click()

    expect(page.get_by_text("Your comment is still waiting for a moderator.")).to_be_visible()
    assert Comment.objects.get().body == "The first words."


def test_a_mailed_link_opens_all_that_is_mine(open_browser, live_server, discussion):
    discussion(moderation="none")
    page = open_browser(scheme="light", width=375)
    address = MailAddress.objects.prove("bo@example.org")
    post = make_post(title="What was in the drain")
    refused = make_comment(post=post, address=address, body="A **rude** word about the council.")
    refused.trash(by=make_editor())
    make_comment(post=post, address=address, body="It was my boot.")
    make_comment(post=post, email="bo@example.org", body="Words of somebody’s.")
    RememberedBrowser.objects.create(name="a" * 32, address=address)
    page.goto(re.sub(r"^https?://[^/]+", "", link_for("bo@example.org")))

    page.get_by_role("button", name="Open my comments").click()

    expect(page.get_by_role("heading", name="My comments")).to_be_visible()
    expect(page.get_by_text("It was my boot.")).to_be_visible()
    page.watch.look()
    page.get_by_role("link", name="Ask for a second look").click()
    page.get_by_label("What should the moderator know?").fill("I was quoting.")
    page.watch.look()
    page.get_by_role("button", name="Ask for a second look").click()
    expect(page.get_by_text("A moderator will look at your comment again.")).to_be_visible()
    page.get_by_role("link", name="All my comments").click()
    page.get_by_role("button", name="Yes, I wrote this").click()
    expect(page.get_by_text("This comment is now among yours.")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Erase me").click()
    page.watch.look()
    page.get_by_label("My name, addresses and texts").check()
    page.get_by_label("I know that this can’t be undone").or_(
        page.get_by_label("I know that this can't be undone")
    ).check()
    page.get_by_role("button", name="Erase").click()
    expect(page.get_by_text("3 comments were erased.")).to_be_visible()
