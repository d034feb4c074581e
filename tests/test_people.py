"""People: who is in the list, what each may do, and how rights are given, taken and handed over."""

import re
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.accounts.models import AccountEvent, Invitation
from posts.models import Author, Post
from tests.factories import make_author, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/posts/author/"
PASSWORD = "a long password"
NEW = "four unrelated words there"


@pytest.fixture
def owner(client):
    return log_in(client, make_user(username="boss", is_staff=True, is_superuser=True, email="boss@example.org"))


def log_in(client, user):
    client.force_login(user)
    return user


def prove(client):
    """Answers “Is it you?”, which is asked before rights are changed."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def invite(client, email="denise@example.org", name="Denise Arkle", role="author"):
    prove(client)
    return client.post(f"{PEOPLE}invite/", {"name": name, "email": email, "role": role}, follow=True)


def link_in(mail):
    return re.search(r"http://127\.0\.0\.1:8000(/accounts/invitation/\S+)", mail.body)[1]


def accept(link, client=None, password=NEW):
    return (client or Client()).post(link, {"password1": password, "password2": password})


def a_photo(name="me.png"):
    stored = BytesIO()
    Image.new("RGB", (600, 400), "teal").save(stored, "PNG")
    return SimpleUploadedFile(name, stored.getvalue(), content_type="image/png")


# --- The list


def test_the_list_has_everybody_with_role_and_state_and_asks_the_same_for_many(
    client, owner, mailoutbox, django_assert_max_num_queries
):
    make_author(name="An old byline")
    make_staff_author(username="ann")
    make_author(name="Gone Away", user=make_editor(username="gone", is_active=False))
    invite(client)

    with django_assert_max_num_queries(12):
        page = client.get(PEOPLE).text

    for name, told in (
        ("An old byline", ["No account"]),
        ("Author ann", ["Author", "Active", "No email address", "never"]),
        ("Gone Away", ["Editor", "Deactivated"]),
        ("Denise Arkle", ["Author", "Invited", "denise@example.org"]),
    ):
        row = next(row for row in page.split("<tr") if name in row)
        assert all(word in row for word in told), row
        assert "–" not in row
    assert [person.name for person in listed(client, "state=byline")] == ["An old byline"]
    assert [person.name for person in listed(client, "state=invited")] == ["Denise Arkle"]
    assert [person.name for person in listed(client, "role=editor")] == ["Gone Away"]
    assert [person.name for person in listed(client, "q=denise@example")] == ["Denise Arkle"]


def listed(client, query):
    return list(client.get(f"{PEOPLE}?{query}").context["cl"].result_list)


def test_an_account_without_a_name_is_in_the_list_too_and_gets_one(client, owner):
    ann = make_editor(username="ann")
    page = client.get(PEOPLE)
    assertContains(page, f"{PEOPLE}add/?user={ann.pk}")

    client.post(f"{PEOPLE}add/", {"name": "Ann Writer", "slug": "", "bio": "", "user": ann.pk})

    assert Author.objects.get(user=ann).name == "Ann Writer"
    assertNotContains(client.get(PEOPLE), f"add/?user={ann.pk}")


def test_editors_change_profiles_and_see_no_addresses(client, editor):
    ann, author = make_staff_author(username="ann", email="ann@example.org")

    page = client.get(f"{PEOPLE}{author.pk}/change/")

    for shown in (page, client.get(PEOPLE), client.get(f"{PEOPLE}?q=ann@example.org")):
        assertNotContains(shown, "ann@example.org</")
    client.post(f"{PEOPLE}{author.pk}/change/", {"name": "Ann B.", "slug": author.slug, "bio": "", "user": editor.pk})
    author.refresh_from_db()
    assert (author.name, author.user) == ("Ann B.", ann)


# --- Roles


@pytest.mark.parametrize(
    ("role", "flags"),
    [("author", (True, False, ["Authors"])), ("editor", (True, False, ["Editors"])), ("owner", (True, True, []))],
)
def test_a_role_sets_all_the_flags_and_is_an_event(client, owner, role, flags):
    user, author = make_staff_author(username="ann", email="ann@example.org")
    user.groups.clear()
    prove(client)

    page = client.get(f"{PEOPLE}{author.pk}/rights/")
    assertContains(page, "Writes posts and adds pictures")
    client.post(f"{PEOPLE}{author.pk}/rights/", {"email": "ann@example.org", "role": role})

    user.refresh_from_db()
    names = list(user.groups.values_list("name", flat=True))
    assert (user.is_staff, user.is_superuser, names) == flags
    assert AccountEvent.objects.filter(kind="rights", account=user, by=owner).exists()


@pytest.mark.parametrize("what", ["rights", "deactivate"])
def test_rights_are_changed_after_a_proof_alone(client, owner, what):
    user, author = make_staff_author(username="ann", email="ann@example.org")
    address, sent = (
        f"{PEOPLE}{author.pk}/{what}/",
        {"email": "ann@example.org", "role": "owner", "state": "deactivated"},
    )

    asked = client.post(address, sent)

    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    user.refresh_from_db()
    assert user.is_active
    assert not user.is_superuser


@pytest.mark.parametrize("what", ["rights", "deactivate", "invite", "invitation"])
def test_an_editor_makes_nobody_an_owner_or_anything_else(client, what):
    log_in(client, make_editor(username="ed"))
    prove(client)
    user, author = make_staff_author(username="ann")

    answer = client.post(f"{PEOPLE}{author.pk}/{what}/", {"email": "a@example.org", "role": "owner"})

    assert answer.status_code == 403
    user.refresh_from_db()
    assert user.is_active
    assert not user.is_superuser
    assert not Invitation.objects.exists()


def test_nobody_changes_their_own_rights(client, owner):
    make_author(name="The Boss", user=owner)
    prove(client)
    address = f"{PEOPLE}{owner.author.pk}/"

    for what, sent in (("rights", {"email": "b@example.org", "role": "author"}), ("deactivate", {})):
        assert client.post(f"{address}{what}/", sent).status_code == 404
    owner.refresh_from_db()
    assert owner.is_active
    assert owner.is_superuser


def test_of_two_owners_who_take_each_others_rights_one_stays(client, owner):
    other = make_user(username="other", is_staff=True, is_superuser=True)
    for user in (owner, other):
        make_author(name=f"Person {user.username}", user=user)
    theirs = Client()
    log_in(theirs, other)
    prove(client)
    prove(theirs)
    pages = [(client, other), (theirs, owner)]
    assert all(browser.get(f"{PEOPLE}{user.author.pk}/rights/").status_code == 200 for browser, user in pages)

    answers = [
        browser.post(f"{PEOPLE}{user.author.pk}/rights/", {"email": "", "role": "author"}).status_code
        for browser, user in pages
    ]

    assert answers == [302, 403]
    assert list(User.objects.filter(is_superuser=True)) == [owner]


@pytest.mark.parametrize("flag", ["is_superuser", "is_active"])
def test_the_last_owner_stays_one_in_the_technical_form_too(client, owner, flag):
    address = f"/admin/auth/user/{owner.pk}/change/"
    sent = {"username": "boss", "is_staff": "on", "is_superuser": "on", "is_active": "on"}
    times = {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
    sent.pop(flag)

    assertContains(client.post(address, sent | times), "Make somebody else an owner first")

    owner.refresh_from_db()
    assert getattr(owner, flag)


# --- Deactivating, handing over


def test_who_is_deactivated_is_out_at_once_and_the_words_stay(client, owner):
    user, author = make_staff_author(username="ann", email="ann@example.org")
    post = make_post(author=author)
    hers = Client()
    hers.post("/accounts/login/", {"username": "ann", "password": PASSWORD})
    assert hers.get("/admin/").status_code == 200
    prove(client)

    page = client.get(f"{PEOPLE}{author.pk}/deactivate/")
    assertContains(page, "Posts and comments stay")
    client.post(f"{PEOPLE}{author.pk}/deactivate/", {"state": "deactivated"})
    client.post(f"{PEOPLE}{author.pk}/deactivate/", {"state": "deactivated"})

    assert hers.get("/admin/").status_code == 302
    assert hers.post("/accounts/login/", {"username": "ann", "password": PASSWORD}).status_code == 200
    assertContains(client.get(post.get_absolute_url()), author.name)
    client.post(f"{PEOPLE}{author.pk}/deactivate/", {"state": "active"})
    user.refresh_from_db()
    assert user.is_active
    assert user.groups.get().name == "Authors"


def test_all_posts_are_handed_over_and_pages_say_so(client, editor):
    _user, old = make_staff_author(username="old")
    new = make_author(name="New Hand")
    posts = [make_post(author=old), make_post(author=old, status="draft"), make_post(author=old, status="trash")]
    reader = Client()
    assertContains(reader.get(posts[0].get_absolute_url()), "Author old")
    assertContains(client.get(f"{PEOPLE}{old.pk}/hand-over/"), "Hand over 3 posts")

    answer = client.post(f"{PEOPLE}{old.pk}/hand-over/", {"to": new.pk}, follow=True)

    assertContains(answer, "3 posts were handed over to New Hand")
    assert set(Post.objects.values_list("author", flat=True)) == {new.pk}
    assertContains(reader.get(posts[0].get_absolute_url()), "New Hand")
    assert reader.get(old.get_absolute_url()).status_code == 404


def test_posts_are_not_handed_to_who_is_deactivated_or_to_oneself_nor_by_an_author(client, editor):
    user, old = make_staff_author(username="old")
    gone = make_author(name="Gone", user=make_user(is_active=False))
    post = make_post(author=old)

    for to in (gone.pk, old.pk, 99999, ""):
        assert client.post(f"{PEOPLE}{old.pk}/hand-over/", {"to": to}).status_code == 422
    log_in(client, user)
    assert client.post(f"{PEOPLE}{old.pk}/hand-over/", {"to": gone.pk}).status_code == 403

    post.refresh_from_db()
    assert post.author == old
