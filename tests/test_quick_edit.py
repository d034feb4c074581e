"""The quick edit: a few fields of a post, with the checks of its whole form; its text is not touched."""

import re

import pytest
from pytest_django.asserts import assertContains

from posts.models import Category, Post, Tag
from tests.factories import make_author, make_post, make_staff_author

pytestmark = pytest.mark.django_db

LIST = "/admin/posts/post/"


def fields_of(page):
    """What a browser would send of the form, unless somebody changes it."""
    form = page.context["form"]
    seen = re.search(r'name="seen_version" value="([^"]+)"', page.text)[1]
    sent = {"seen_version": seen, "_save_as": "chosen", "published_at_0": "", "published_at_1": ""}
    for name in ("title", "slug", "status"):
        sent[name] = form[name].value()
    if form["published_at"].value():
        sent["published_at_0"], sent["published_at_1"] = f"{form.instance.published_at:%Y-%m-%d %H:%M:%S}".split()
    return sent | {"categories": [row.pk for row in form.initial["categories"]], "comments_open": "on"}


def quick(client, post, query="", **changes):
    address = f"{LIST}{post.pk}/quick/{query}"
    return client.post(address, fields_of(client.get(address)) | changes, follow=True)


def test_title_slug_categories_tags_and_comments_change_and_the_text_stays(client, editor):
    post = make_post(title="Old", body="*As* it was.", excerpt="Short")
    old_address = post.get_absolute_url()
    council = Category.objects.create(name="Council")

    changes = {"title": "New", "slug": "hello world!", "categories": [council.pk], "tag_names": "money, the town"}
    page = quick(client, post, "?_changelist_filters=status__exact%3Dpublished", **changes, comments_open="")

    assert (page.request["PATH_INFO"], page.request["QUERY_STRING"]) == (LIST, "status__exact=published")
    assertContains(page, "Updated.")
    changed = Post.objects.get()
    assert (changed.title, changed.slug, changed.body, changed.excerpt) == ("New", "hello-world", post.body, "Short")
    assert changed.comments_open is False
    assert [str(term) for term in (*changed.categories.all(), *changed.tags.order_by("name"))] == [
        "Council",
        "money",
        "the town",
    ]
    client.logout()
    assertContains(client.get(old_address, follow=True), "<em>As</em> it was.")


def test_a_draft_is_scheduled_in_the_list(client, editor):
    post = make_post(status="draft", published_at=None)

    quick(client, post, status="scheduled", published_at_0="2099-05-03", published_at_1="08:30")

    assert Post.objects.get().is_scheduled


def test_what_is_wrong_is_said_and_every_word_stays(client, editor):
    post = make_post(status="draft", body="![](/media/mast.png)")

    page = quick(client, post, title="Typed with care", status="now", tag_names="one, two")

    assertContains(page, "The picture “mast.png” in the text has no alternative text.")
    assertContains(page, 'value="Typed with care"')
    assertContains(page, 'value="one, two"')
    assert (Post.objects.get().status, Post.objects.get().title) == ("draft", post.title)
    assert not Tag.objects.exists()


def test_a_newer_version_is_not_overwritten_unseen(client, editor):
    post = make_post(title="Mine")
    address = f"{LIST}{post.pk}/quick/"
    sent = fields_of(client.get(address))
    Post.objects.filter(pk=post.pk).update(title="Theirs")

    page = client.post(address, sent | {"title": "Mine again"})

    assertContains(page, "Someone else has saved this since you opened it")
    assertContains(page, "Theirs")
    assert Post.objects.get().title == "Theirs"


def test_others_posts_are_out_of_reach_and_words_typed_for_a_deleted_one_come_back(client):
    user, author = make_staff_author()
    client.force_login(user)
    foreign = make_post(author=make_author(name="Else"), title="Not yours")
    mine = make_post(author=author)
    sent = fields_of(client.get(f"{LIST}{mine.pk}/quick/"))
    Post.objects.filter(pk=mine.pk).delete()

    gone = client.post(f"{LIST}{mine.pk}/quick/", sent | {"title": "Typed with care"})
    forged = client.post(f"{LIST}{foreign.pk}/quick/", sent | {"title": "Taken over"})

    assertContains(gone, "Typed with care", status_code=404)
    assert forged.status_code == 404
    assert Post.objects.get().title == "Not yours"


def test_the_form_moves_a_post_to_the_trash_with_what_was_typed_and_undo_brings_it_back(client, editor):
    post = make_post(title="Thrown by mistake")
    address = f"{LIST}{post.pk}/change/"
    form = client.get(address).context["adminform"].form
    sent = {name: form[name].value() for name in ("title", "slug", "body", "status", "kind", "body_format")}
    sent |= {"published_at_0": "2026-03-14", "published_at_1": "09:30:00", "author": post.author_id}

    page = client.post(address, sent | {"body": "The last words.", "_save_as": "trash"}, follow=True)

    assert page.request["PATH_INFO"] == LIST
    assertContains(page, "1 post moved to the trash.")
    assert (Post.objects.get().status, Post.objects.get().body) == ("trash", "The last words.")
    client.post(f"{LIST}trash/undo/")
    assert Post.objects.get().status == "published"
