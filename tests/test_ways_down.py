"""From the top of a page to its comments and its form, and what a closed discussion says of itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_comment, make_post

pytestmark = pytest.mark.django_db

TO_COMMENTS, TO_FORM = 'href="#comments"', 'href="#respond"'


def head_of(client, post, query=""):
    """What stands above the text."""
    return client.get(f"{post.get_absolute_url()}{query}").content.decode().partition('class="e-content')[0]


@pytest.mark.parametrize(("number", "said"), [(1, "1 response<"), (3, "3 responses<")])
def test_the_number_of_responses_by_the_date_leads_to_them_and_beside_it_a_link_to_the_form(client, number, said):
    post = make_post()
    for _ in range(number):
        make_comment(post=post)

    head = head_of(client, post)

    assert f"<a {TO_COMMENTS}>{said}/a>" in head
    assert f"<a {TO_FORM}>Leave a reply</a>" in head


def test_what_is_not_shown_is_not_counted_at_the_top(client):
    post = make_post()
    for status in ("approved", "pending", "spam", "trash"):
        make_comment(post=post, status=status)
    make_comment(post=post, kind="pingback")

    assert ">1 response</a>" in head_of(client, post)


def test_a_page_with_comments_has_the_links_too_and_no_date(client):
    page = make_post(kind="page", title="About", slug="about")
    make_comment(post=page)

    head = head_of(client, page)

    assert f"<a {TO_COMMENTS}>1 response</a>" in head
    assert "<time" not in head


def test_a_post_without_comments_has_no_link_to_them(client):
    assert TO_COMMENTS not in head_of(client, make_post())


def test_where_comments_are_closed_no_link_leads_to_the_form(client, discussion):
    discussion(close_after_days=30)
    for post in (
        make_post(comments_open=False),
        make_post(published_at=timezone.now() - timedelta(days=31)),
    ):
        make_comment(post=post)

        head = head_of(client, post)

        assert TO_COMMENTS in head
        assert TO_FORM not in head


def test_both_links_stay_on_the_page_of_comments_that_is_open(client, discussion):
    discussion(per_page=1)
    post = make_post()
    for _ in range(3):
        make_comment(post=post)

    head = head_of(client, post, "?comments=2")

    assert TO_COMMENTS in head
    assert TO_FORM in head


def test_a_closed_post_without_comments_says_so(client):
    page = client.get(make_post(comments_open=False).get_absolute_url())

    assertContains(page, "Comments are closed.", count=1)
    assertNotContains(page, "comment-form")


def test_where_all_are_closed_or_time_has_closed_it_an_empty_post_says_so(client, discussion):
    discussion(close_after_days=30)
    assertContains(
        client.get(make_post().get_absolute_url()), "Comments are closed because this was published more than 30"
    )

    discussion(comments_open=False)
    assertContains(client.get(make_post().get_absolute_url()), "Comments are closed.", count=1)


def test_a_closed_page_without_comments_says_nothing_of_them(client):
    """An imprint is no place where anybody looks for a discussion."""
    page = client.get(make_post(kind="page", slug="imprint", comments_open=False).get_absolute_url())

    assertNotContains(page, "Comments are closed")


def test_a_draft_with_comments_leads_to_them_and_to_no_form(client, editor):
    post = make_post(status="draft")
    make_comment(post=post)

    head = head_of(client, post)

    assert TO_COMMENTS in head
    assert TO_FORM not in head
