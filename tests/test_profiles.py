"""What readers see of a person: what they say of themselves, and never the name that they log in with."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Author, Picture, Post
from tests.factories import make_author, make_comment, make_editor, make_post, make_staff_author, make_user
from tests.test_people import PEOPLE, a_photo, log_in

pytestmark = pytest.mark.django_db


# --- Profiles


def test_an_author_introduces_themselves_and_readers_see_it(client):
    user, author = make_staff_author(username="ann")
    post = make_post(author=author)
    log_in(client, user)

    answer = client.post(
        "/accounts/profile/",
        {
            "name": "Ann Writer",
            "bio": "Knows *drains*.",
            "fediverse": "",
            "links_label": ["My boat", "", ""],
            "links_address": ["boats.example/ann", "https://www.example.org/x", ""],
            "new_photo": a_photo(),
        },
    )

    assert answer.status_code == 302
    for address in (post.get_absolute_url(), f"/author/{author.slug}/"):
        page = Client().get(address).text
        assert '<a rel="me" href="https://boats.example/ann">My boat</a>' in page
        assert '<a rel="me" href="https://www.example.org/x">example.org</a>' in page
        assert 'class="portrait"' in page
        assert "Knows <em>drains</em>." in page
    author.refresh_from_db()
    with_photo = Picture.objects.get()
    assert author.photo == with_photo

    client.post("/accounts/profile/", {"name": "Ann Writer", "bio": "", "links_address": [""], "remove_photo": "on"})

    assert not Picture.objects.exists()
    assertNotContains(Client().get(f"/author/{author.slug}/"), "portrait")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"links_label": ["x"], "links_address": ["javascript:alert(1)"]}, "is not a web address"),
        ({"links_label": ["x"], "links_address": ["data:text/html,x"]}, "is not a web address"),
        ({"links_label": ["x" * 61], "links_address": ["https://example.org"]}, "up to 60 characters"),
        ({"links_label": ["x"], "links_address": [""]}, "is not a web address"),
        ({"name": "ann"}, "the name that you log in with"),
        ({"name": "Denise  Arkle"}, "writes here already"),
        ({"name": "Denise Ark1e"}, "writes here already"),
        ({"name": " "}, "required"),
        ({"new_photo": SimpleUploadedFile("me.png", b"no picture")}, "not a picture that browsers can show"),
    ],
)
def test_what_readers_could_be_misled_by_is_refused_with_what_was_typed(client, sent, told):
    user, author = make_staff_author(username="ann")
    make_author(name="Denise Arkle")
    log_in(client, user)

    answer = client.post("/accounts/profile/", {"name": "Ann W.", "bio": "Typed with care.", **sent})

    assertContains(answer, told, status_code=422)
    assertContains(answer, "Typed with care.", status_code=422)
    author.refresh_from_db()
    assert (author.name, author.links, author.photo) == ("Author ann", [], None)


def test_a_profile_gives_no_rights_over_others(client):
    user, author = make_staff_author(username="ann")
    other = make_author(name="Other")
    log_in(client, user)

    client.post(
        "/accounts/profile/", {"name": "Ann W.", "pk": other.pk, "user": other.pk, "slug": "other", "role": "owner"}
    )

    other.refresh_from_db()
    author.refresh_from_db()
    user.refresh_from_db()
    assert (other.name, author.name, author.user, user.is_superuser) == ("Other", "Ann W.", user, False)
    assert client.get(f"{PEOPLE}{other.pk}/rights/").status_code in {302, 403}
    assert Client().get("/accounts/profile/").headers["Location"].startswith("/accounts/login/")


def test_two_windows_of_a_profile_overwrite_nothing(client):
    user, author = make_staff_author(username="ann")
    log_in(client, user)
    seen = re.search(r'name="seen_version" value="(\w+)"', client.get("/accounts/profile/").text)[1]
    Author.objects.filter(pk=author.pk).update(bio="Written elsewhere.")

    answer = client.post("/accounts/profile/", {"name": author.name, "bio": "Mine.", "seen_version": seen})

    assertContains(answer, "Someone else has saved this", status_code=422)
    author.refresh_from_db()
    assert author.bio == "Written elsewhere."


def test_a_photo_is_nobody_elses_to_change_or_delete(client):
    log_in(client, make_staff_author(username="ann")[0])
    client.post("/accounts/profile/", {"name": "Ann W.", "new_photo": a_photo()})
    picture = Picture.objects.get()
    log_in(client, make_staff_author(username="bea")[0])
    assertNotContains(client.get(f"/admin/posts/picture/{picture.pk}/change/"), 'name="_save"')

    log_in(client, make_editor(username="ed"))
    client.post(f"/admin/posts/picture/{picture.pk}/delete/", {"post": "yes"})

    assert Picture.objects.get() == picture


# --- Names


def test_no_reader_ever_sees_the_name_that_somebody_logs_in_with(client, send):
    editor = log_in(client, make_editor(username="xq-login", email="ed@example.org"))
    post = make_post(author=make_author(name="Ann"))
    comment = make_comment(post=post, status="pending")

    client.post(f"/admin/comments/comment/{comment.pk}/change/", {"answer": "Thanks.", "body": comment.body})
    send(post, name="", body="I say so.")
    client.post(
        "/admin/posts/post/add/",
        {"title": "First words", "body": "Hello.", "body_format": "markdown", "kind": "post", "status": "published"}
        | {"published_at_0": "", "published_at_1": "", "slug": "", "menu_order": "0", "excerpt": ""},
    )

    written = Post.objects.get(title="First words")
    assert written.author.user == editor
    reader = Client()
    for address in (
        *(post.get_absolute_url(), written.get_absolute_url(), written.author.get_absolute_url()),
        *("/", "/feed/", "/feed/json/", "/comments/feed/", "/archives/", "/search/?q=words", "/sitemap.xml"),
    ):
        page = reader.get(address)
        assert page.status_code == 200, address
        assert "xq-login" not in page.text, address
    assert "Right of Reply" in reader.get(post.get_absolute_url()).text


def test_a_reply_asks_for_a_name_where_the_account_has_none(client):
    log_in(client, make_editor(username="ed"))
    comment = make_comment(status="pending")
    address = f"/admin/comments/comment/{comment.pk}/change/"
    assertContains(client.get(address), "Your name for readers")
    sent = {"answer": "Thanks.", "body": comment.body}

    refused = client.post(address, sent | {"signed": "ed"})
    assertContains(refused, "the name that you log in with")
    client.post(address, sent | {"signed": "Ed Itor"})

    assert comment.replies.get().name == "Ed Itor"
    assertNotContains(client.get(address), "Your name for readers")


def test_a_comment_asks_an_account_for_a_name_too(client, send, discussion):
    discussion()
    user = log_in(client, make_user(username="reader"))
    post = make_post()
    assertContains(client.get(post.get_absolute_url()), "Choose a name in your profile")
    assert send(post, name="reader").status_code == 422

    send(post, name="Rita", body="One.")
    send(post, name="", body="Two.")
    client.post("/accounts/profile/", {"name": "Rita Reader"})
    send(post, name=None, body="Three.")

    names = dict(post.comments.values_list("body", "name"))
    assert names == {"One.": "Rita", "Two.": "", "Three.": "Rita Reader"}
    assertContains(client.get(post.get_absolute_url()), "Commenting as Rita Reader")
    user.refresh_from_db()
    assert user.get_full_name() == "Rita Reader"
