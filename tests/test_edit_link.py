"""A public post leads who may edit it to its form, and costs everybody else nothing."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from posts import generation
from tests.factories import make_author, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db

LABELS = {"post": "Edit this post", "page": "Edit this page"}


def as_account(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("kind", ["post", "page"])
def test_its_author_and_the_editors_are_led_to_its_form(kind):
    user, author = make_staff_author()
    post = make_post(author=author, kind=kind)

    for account in (user, make_editor()):
        client = as_account(account)
        page = client.get(post.get_absolute_url())

        assertContains(page, f'<a href="/admin/posts/post/{post.pk}/change/">{LABELS[kind]}</a>', html=True)
        assertContains(client.get(f"/admin/posts/post/{post.pk}/change/"), "Some words.")
        assert "no-store" in page.headers["Cache-Control"]


def test_nobody_else_is():
    post = make_post(author=make_author())
    other, _author = make_staff_author()
    reader = make_user()
    without_staff = make_user()
    without_staff.user_permissions.set(Permission.objects.filter(codename__in=["change_post", "edit_others_posts"]))

    for client in (Client(), as_account(other), as_account(reader), as_account(without_staff)):
        assertNotContains(client.get(post.get_absolute_url()), "/admin/posts/post/")


def test_a_stranger_gets_the_same_bytes_for_the_same_queries_and_no_cookie(django_assert_num_queries):
    post = make_post()
    before = Client().get(post.get_absolute_url())
    generation.forget()
    assertContains(as_account(make_editor()).get(post.get_absolute_url()), "Edit this post")
    known = Client().get(post.get_absolute_url())

    # What a page of one post asks for as long as nothing changes.
    with django_assert_num_queries(2):
        after = Client().get(post.get_absolute_url())

    assert before.content == known.content == after.content
    assert not after.cookies
    assert b"Edit" not in after.content
