"""A post in another language than the blog's says so, and the words around it stay the blog's."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Post
from tests.factories import make_editor, make_post
from tests.test_writing import post_fields

pytestmark = pytest.mark.django_db


def test_a_post_says_its_language_and_direction(client):
    post = make_post(language="ar", title="عنوان", body='قال "نعم".\n\n## أ\n\n## ب\n\n## ج')

    page = client.get(post.get_absolute_url())
    listing = client.get("/")

    assertContains(page, '<article class="h-entry post" lang="ar" dir="rtl">')
    assertContains(listing, 'lang="ar" dir="rtl">')


def test_the_words_around_it_stay_in_the_language_of_the_blog(client):
    post = make_post(language="ar", title="عنوان", body="نص")

    page = client.get(post.get_absolute_url()).content.decode()

    form = page.index('id="comment-form"')
    opened = [match for match in re.finditer(r'<(\w+)[^>]* lang="([\w-]+)" dir="(\w+)"', page) if match.start() < form]
    assert opened[-1].groups() == ("div", "en-gb", "ltr")
    assert '<p class="dateline" lang="en-gb" dir="ltr">' in page


def test_a_post_in_the_language_of_the_blog_says_nothing_twice(client):
    post = make_post()

    page = client.get(post.get_absolute_url())

    assertNotContains(page, 'post" lang=')
    assertContains(page, " lang=", count=1)


def test_the_language_is_chosen_in_the_admin_and_sets_the_quotes(client):
    client.force_login(make_editor())
    author = make_post().author

    form = client.get("/admin/posts/post/add/")
    client.post("/admin/posts/post/add/", post_fields(menu_order="0", language="de", body='"Ja"', author=author.pk))

    assertContains(form, '<option value="cy">Cymraeg</option>')
    assertContains(form, '<option value="zh-hans">简体中文</option>')
    post = Post.objects.get(language="de")
    assert post.body_html == "<p>„Ja“</p>"
    assert post.direction == "ltr"


def test_the_form_tells_how_to_write(client):
    client.force_login(make_editor())

    form = client.get("/admin/posts/post/add/")

    assertContains(form, "How to write")
    for mark in ("[^1]", "$$", "```python", "[!pull]", "[!details]", "&lt;!--more--&gt;"):
        assertContains(form, mark)


def test_feeds_say_the_language_of_each_text(client):
    make_post(language="ar", body="نص")

    assertContains(client.get("/feed/atom/"), '&lt;div lang="ar" dir="rtl"&gt;')
