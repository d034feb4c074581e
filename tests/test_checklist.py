"""Before a post is published its form says what to look at, and never stands in the way."""

import pytest
from bs4 import BeautifulSoup
from pytest_django.asserts import assertContains

from posts.models import Category, Post, Tag
from tests.factories import make_editor, make_picture, make_post, make_staff_author
from tests.test_versions import address, filled_in

pytestmark = pytest.mark.django_db


def lines(answer):
    """{what it says: where it leads} of the checklist in a page or piece of one."""
    page = BeautifulSoup(answer.content, "html.parser")
    return {link.get_text(): link["href"] for link in page.select(".checklist-list a")}


def advice(client, post):
    return lines(client.get(address(post)))


def live(client, post, **typed):
    """What the server says while somebody types."""
    return client.post(f"/admin/posts/post/{post.pk}/checklist/", filled_in(client.get(address(post))) | typed)


@pytest.fixture
def whole(editor):
    """Makes a post with which all is well, but for what is said."""

    def make(**fields):
        post = make_post(**{"status": "draft", "published_at": None, "excerpt": "In short.", **fields})
        post.categories.add(Category.objects.get_or_create(name="News", slug="news")[0])
        return post

    return make


def test_with_all_done_it_says_so(client, whole):
    answer = client.get(address(whole(body="## One\n\n### Two\n\n## Three")))

    assert lines(answer) == {}
    assertContains(answer, "Checklist: all done")


def test_each_line_says_what_to_do_and_leads_to_the_place(client, editor):
    post = make_post(
        title=" ",
        body="## One\n\n#### Two\n\n![](/media/a.png) and [there](/nowhere/).",
        picture=make_picture(alt="x"),
        status="draft",
        published_at=None,
    )
    type(post.picture).objects.update(alt="")

    answer = client.get(address(post))

    assert lines(answer) == {
        "Give the post a title.": "#id_title",
        "Say what the picture “a.png” shows, between its square brackets.": "#id_body",
        "Describe the picture of the post, or tick “decorative”, under Pictures.": "#id_picture",
        "Correct the link to /nowhere/: readers find nothing there.": "#id_body",
        "Begin the heading “Two” with ###: it skips a level.": "#id_body",
        "Write an excerpt. Without one, lists and search engines show how the text begins.": "#id_excerpt",
        "Choose a category.": "#id_categories",
    }
    assertContains(answer, "Checklist: 7 points")
    page = BeautifulSoup(answer.content, "html.parser")
    for place in lines(answer).values():
        assert page.select_one(place), place


def test_it_stands_in_nobodys_way(client, editor):
    post = make_post(body="#### Deep\n\n[there](/nowhere/)", status="draft", published_at=None)

    answer = client.post(address(post), filled_in(client.get(address(post))) | {"status": "published"})

    assert answer.status_code == 302
    assert Post.objects.get(pk=post.pk).is_public


def test_it_follows_what_is_typed_and_saves_nothing(client, whole):
    post = whole(body="Words.")

    answer = live(client, post, body="# Title\n\n#### Deep", excerpt="", categories=[])

    assert [text.split()[0] for text in lines(answer)] == ["Begin", "Write", "Choose"]
    post.refresh_from_db()
    assert (post.body, post.excerpt, post.categories.count()) == ("Words.", "In short.", 1)
    assert client.get(f"/admin/posts/post/{post.pk}/checklist/").status_code == 405


def test_a_new_post_is_checked_while_it_is_written(client, editor):
    answer = client.post("/admin/posts/post/checklist/", {"title": "A title", "body": "![](/media/a.png)"})

    assert [text.split()[0] for text in lines(answer)] == ["Say", "Write", "Choose"]


def test_a_page_needs_neither_excerpt_nor_category(client, editor):
    assert advice(client, make_post(kind="page", status="draft")) == {}


@pytest.mark.parametrize("who", ["another author", "who may no longer"])
def test_nobody_else_is_told_of_a_draft(client, who):
    account, author = make_staff_author(username="ann")
    post = make_post(author=author, body="[x](/secret/)", status="draft")
    client.force_login(make_staff_author(username="bo")[0] if who == "another author" else account)
    if who != "another author":
        account.groups.clear()

    answer = client.post(f"/admin/posts/post/{post.pk}/checklist/", {"title": "x", "body": "y"})

    assert answer.status_code in {403, 404}


# --- Links


@pytest.fixture
def blog(editor):
    """What links can lead to."""
    post = make_post(title="Public", slug="public")
    post.categories.add(Category.objects.create(name="Used", slug="used"))
    post.tags.add(Tag.objects.create(name="Water", slug="water"))
    Tag.objects.create(name="Unused", slug="unused")
    make_post(kind="page", slug="about")
    make_post(slug="hidden", status="draft")
    make_post(slug="secret", status="private")
    make_post(slug="gone", status="trash")
    return post


FOUND = [
    *("/", "/feed/", "/search/?q=x", "/?p=7", "/archives/", "/about/", "/about", "/2026/03/14/public/", "/2026/03/"),
    *("/category/used/", "/tag/water/", "/tag/water/feed/", "/static/icon.svg", "/2026/03/14/public/#comments"),
    *("#section-one", "#comments", "#comment-7", "mailto:a@example.org", "https://elsewhere.example/nowhere/"),
    *("http://127.0.0.1:8000/about/", "//elsewhere.example/x", "http://[broken"),
]
MISSING = [
    *("/nowhere/", "/2026/03/14/hidden/", "/2026/03/14/secret/", "/2026/03/14/gone/", "/1999/", "/2026/13/"),
    *("/category/none/", "/tag/unused/", "/author/nobody/", "/media/none.png", "/media/../../etc/passwd"),
    *("/admin/posts/post/1/change/", "/preview/1/", "#section-two", "http://127.0.0.1:8000/nowhere/", "example.org/x"),
]


def test_a_link_that_leads_somewhere_is_no_line(client, blog, whole):
    body = "## One\n\n" + "\n\n".join(f'<a href="{link}">x</a>' for link in FOUND)

    assert advice(client, whole(body=body)) == {}


def test_a_link_that_leads_readers_nowhere_is_one(client, blog, whole):
    body = "<h2>One</h2>" + "".join(f'<p><a href="{link}">x</a></p>' for link in MISSING)

    told = advice(client, whole(body=body, body_format="html", slug="mine"))

    assert list(told) == [f"Correct the link to {link}: readers find nothing there." for link in MISSING]


def test_a_post_may_link_to_itself_and_to_a_file_of_its_own(client, whole):
    picture = make_picture(alt="A bridge")
    post = whole(slug="mine", status="private", published_at=make_post().published_at)
    post.body = f"[me]({post.get_absolute_url()}) [file]({picture.file.url}) ![]({picture.file.url})"
    post.save()

    assert advice(client, post) == {}


def test_opening_a_long_post_costs_few_queries_for_it(client, django_assert_max_num_queries):
    client.force_login(make_editor())
    plain = make_post(body="word " * 10_000, excerpt="x")
    linked = make_post(body="word " * 10_000 + "[a](/nowhere/) [b](/feed/) ![x](/media/a.png)", excerpt="x")
    client.get(address(plain))

    with django_assert_max_num_queries(100) as without:
        client.get(address(plain))
    with django_assert_max_num_queries(100) as with_links:
        client.get(address(linked))

    assert len(with_links) - len(without) <= 9
