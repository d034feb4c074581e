"""The HTML of comments is kept between pages: each page says what is so now, and to each what is theirs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment
from posts.large_parts import LargeParts
from posts.models import Blog
from tests.factories import make_comment, make_post, make_user


@pytest.fixture
def reply(db):
    parent = make_comment(post=make_post(), name="Ann", user=make_user(username="ann"), submitted_at=timezone.now())
    return make_comment(parent=parent, name="Bo", submitted_at=timezone.now() + timedelta(seconds=1))


def test_a_comment_that_changed_is_shown_as_it_is_now(client, reply):
    address = reply.post.get_absolute_url()
    client.get(address)
    # Past every model, so that nothing but the row itself tells of it.
    Comment.objects.filter(pk=reply.parent_id).update(name="Anna", body_html="<p>Said otherwise.</p>")

    page = client.get(address)

    assertContains(page, "<p>Said otherwise.</p>")
    assertContains(page, "in reply to 1 by <bdi>Anna</bdi>")
    assertNotContains(page, "<bdi>Ann</bdi>")


def test_numbers_and_lists_follow_what_stands_around(client, reply):
    address = reply.post.get_absolute_url()
    assertContains(client.get(address), f'<li id="comment-{reply.pk}" value="2"')
    between = make_comment(parent=reply.parent, submitted_at=reply.submitted_at - timedelta(milliseconds=1))

    page = client.get(address)

    assertContains(page, f'<li id="comment-{between.pk}" value="2"')
    assertContains(page, f'<li id="comment-{reply.pk}" value="3"')


def test_the_words_around_a_comment_are_in_the_language_of_the_moment(client, reply):
    address, blog = reply.post.get_absolute_url(), Blog.load()
    assertContains(client.get(address), "Reply to Bo")
    blog.language = "de"
    blog.save()

    assertNotContains(client.get(address), "Reply to Bo")


def test_what_one_account_may_do_stands_on_its_own_page_alone(client, reply):
    address, own = reply.post.get_absolute_url(), f'href="/comments/mine/{reply.parent_id}/"'
    assertNotContains(client.get(address), own)
    ann = Client()
    ann.force_login(reply.parent.user)

    assertContains(ann.get(address), own)
    assertNotContains(client.get(address), own)


def test_large_parts_take_the_places_of_their_marks():
    parts = LargeParts()

    page = f"<p>é</p>{parts.leave('<i>ü</i>'.encode())}<hr>{parts.leave(b'<b>2</b>')}."

    assert parts.put_into(page).decode() == "<p>é</p><i>ü</i><hr><b>2</b>."


def test_a_page_without_large_parts_is_what_it_was():
    assert LargeParts().put_into("<p>é</p>").decode() == "<p>é</p>"
