"""The first hour of a new blog: its name, its author's, and the sample blog that goes and comes back."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment, Decision, Rule
from posts.models import Author, Blog, Category, Picture, Post, Tag
from tests.factories import make_comment, make_editor, make_user

pytestmark = pytest.mark.django_db
SETUP = "/admin/setup/"
NEW = "four unrelated words there"


@pytest.fixture
def first(client, capsys):
    """The browser of a new blog's owner, and what the first run printed."""
    call_command("first_run")
    printed = capsys.readouterr().out
    client.force_login(User.objects.get(username="admin"))
    return printed


def test_the_first_run_says_which_name_readers_see_and_it_is_not_the_login_name(first):
    author = Author.objects.get(user__username="admin")

    assert f"Readers see “{author.name}”" in first
    assert "admin" not in f"{author.name}{author.slug}"


def test_the_first_password_leads_to_the_setup_once(client, capsys):
    call_command("first_run")
    password = re.search(r"with the password (\S+)", capsys.readouterr().out)[1]
    there = client.post("/admin/login/", {"username": "admin", "password": password}).headers["Location"]

    answer = client.post(there, {"oldpassword": password, "password1": NEW, "password2": NEW})

    assert answer.headers["Location"] == SETUP
    assertContains(client.get(SETUP), "Your name")
    # It stands in nobody's way.
    page = client.get("/admin/")
    assertContains(page, "Set up your blog")
    assert client.get("/admin/posts/post/add/").status_code == 200


def test_three_answers_and_the_blog_and_its_author_are_called_so(client, first):
    answer = client.post(SETUP, {"title": "Tarry Bank", "tagline": "", "name": "Denise  Moor"}, follow=True)

    assertContains(answer, "Your blog is ready")
    assertNotContains(answer, "Set up your blog")
    blog, author = Blog.load(), Author.objects.get(user__username="admin")
    assert (blog.title, blog.tagline, author.name, author.slug) == ("Tarry Bank", "", "Denise Moor", "denise-moor")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": "admin"}, "the name that you log in with"),
        ({"name": "Denise Arkle"}, "writes here already"),
        ({"name": ""}, "required"),
        ({"title": " "}, "required"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field_and_nothing_is_stored(client, first, sent, told):
    answer = client.post(SETUP, {"title": "Tarry Bank", "tagline": "", "name": "Denise Moor", **sent})

    assertContains(answer, told, status_code=422)
    assert Blog.load().title == "Right of Reply"


def test_the_setup_is_skipped_with_one_click_and_opened_again(client, first):
    answer = client.post(SETUP, {"skip": ""}, follow=True)

    assertNotContains(answer, "Set up your blog")
    assert client.get(SETUP).status_code == 200


def test_the_sample_blog_goes_with_one_click_and_comes_back(client, first):
    before, tagline = everything(), Blog.load().tagline
    reader = Client()
    assertContains(reader.get("/"), tagline)
    post = Post.objects.filter(kind="post").first()
    assert reader.get(post.get_absolute_url()).status_code == 200

    answer = client.post(SETUP, {"remove": ""}, follow=True)

    assertContains(answer, "The sample blog was removed")
    assert everything() == [[], [], [], [], ["Right of Reply"], [], ["admin"]]
    assert not Picture.objects.exists()
    assert not Decision.objects.exists()
    assert reader.get(post.get_absolute_url()).status_code == 404
    assertNotContains(reader.get("/"), tagline)
    assertContains(client.get("/admin/"), "Bring it back")

    client.post(SETUP, {"title": "Tarry Bank", "tagline": "", "name": "Denise Moor"})
    assertContains(client.post(SETUP, {"undo": ""}, follow=True), "is back")

    before[4] = ["Denise Arkle", "Denise Moor", "Yusuf Garside"]
    assert everything() == before
    assert Blog.load().title == "Tarry Bank"
    assertContains(reader.get("/"), tagline)
    client.post(SETUP, {"remove": ""})
    assert not Post.objects.exists()


def test_the_tagline_that_somebody_gave_their_blog_outlives_the_sample(client, first):
    client.post(SETUP, {"title": "Tarry Bank", "tagline": "Weather and drains.", "name": "Denise Moor"})

    client.post(SETUP, {"remove": ""})
    assertContains(Client().get("/"), "Weather and drains.")
    client.post(SETUP, {"undo": ""})
    assertContains(Client().get("/"), "Weather and drains.")


def everything():
    columns = [(Post, "slug"), (Comment, "body"), (Category, "slug"), (Tag, "slug"), (Author, "name"), (Rule, "title")]
    return [sorted(model.objects.values_list(name, flat=True)) for model, name in columns] + [
        sorted(User.objects.values_list("username", flat=True))
    ]


def test_what_was_written_in_the_sample_stays_and_is_said(client, first):
    edited, answered, plain = Post.objects.filter(kind="post").order_by("pk")[:3]
    client.post("/admin/posts/category/add/", {"name": "Mine", "slug": "mine", "description": ""})
    Post.objects.filter(pk=edited.pk).update(body="My own words.")
    make_comment(post=answered, body="A reader's words.")

    answer = client.post(SETUP, {"remove": ""}, follow=True)

    assertContains(answer, "These stay, since something was written in them")
    assert set(Post.objects.values_list("pk", flat=True)) == {edited.pk, answered.pk}
    assert Comment.objects.filter(body="A reader's words.").exists()
    assert Category.objects.filter(slug="mine").exists()
    for post in (edited, answered):
        assert Client().get(post.get_absolute_url()).status_code == 200
    assert Client().get(plain.get_absolute_url()).status_code == 404
    assertNotContains(client.get("/admin/"), "Bring it back")
    assertContains(client.post(SETUP, {"undo": ""}, follow=True), "does not come back")


def test_it_does_not_come_back_where_somebody_has_begun_to_write(client, first):
    client.post(SETUP, {"remove": ""})
    Post.objects.create(title="Mine", body="Own words.", author=Author.objects.get())

    assertContains(client.post(SETUP, {"undo": ""}, follow=True), "does not come back")

    assert Post.objects.get().title == "Mine"
    assertContains(client.post(SETUP, {"remove": ""}, follow=True), "no sample blog")
    assert Post.objects.exists()


def test_the_setup_is_the_owners_and_opening_it_changes_nothing(client, first):
    before = everything()
    client.get(f"{SETUP}?remove=&skip=")
    assert everything() == before
    assertContains(client.get("/admin/"), "Set up your blog")

    client.force_login(make_editor())
    assert client.post(SETUP, {"remove": ""}).status_code == 403
    assertNotContains(client.get("/admin/"), "Set up your blog")
    assert everything()[0]


def test_a_blog_from_before_is_asked_for_names_alone(client):
    admin = make_user(username="admin", is_staff=True, is_superuser=True)
    client.force_login(admin)
    assertNotContains(client.get("/admin/"), "Set up your blog")
    assertContains(client.get("/admin/"), "Readers don’t know your name")

    Author.objects.create(name="admin", user=admin)

    assertContains(client.get("/admin/"), "shown under the name that they log in with")
    assert Author.objects.get().name == "admin"
    assert client.post(SETUP, {"skip": ""}).status_code == 302
