"""People: who is in the list, what each may do, and how rights are given, taken and handed over."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.accounts.models import AccountEvent, Invitation
from posts.models import Author, Picture, Post
from tests.factories import make_author, make_comment, make_editor, make_post, make_staff_author, make_user

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


# --- Invitations


def test_an_invited_person_chooses_a_password_and_is_in_with_the_role(client, owner, mailoutbox):
    assertContains(invite(client, role="editor"), "Denise Arkle was invited")
    (mail,) = mailoutbox
    assert mail.to == ["denise@example.org"]
    assert "Your role: Editor" in mail.body

    hers = Client()
    assertContains(hers.get(link_in(mail)), "Welcome, Denise Arkle")
    assert not User.objects.filter(email="denise@example.org").exists()
    answer = accept(link_in(mail), hers)

    assert answer.headers["Location"] == "/accounts/profile/"
    denise = User.objects.get(email="denise@example.org")
    assert denise.author.name == "Denise Arkle"
    assert denise.has_perm("posts.edit_others_posts")
    assert not denise.is_superuser
    assert hers.get("/admin/posts/post/add/").status_code == 200
    assert AccountEvent.objects.get(kind="made").by == owner
    assert Client().post("/accounts/login/", {"username": "denise@example.org", "password": NEW}).status_code == 302


def test_a_link_works_once_for_three_days_and_not_after_it_was_revoked_or_sent_again(client, owner, mailoutbox):
    invite(client)
    person = Author.objects.get(name="Denise Arkle")
    first = link_in(mailoutbox[-1])
    client.post(f"{PEOPLE}{person.pk}/invitation/", {"again": ""})
    second = link_in(mailoutbox[-1])
    assert Client().get(first).status_code == 410

    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=3))
    assert accept(second).status_code == 410
    assertContains(client.get(PEOPLE), "Invitation expired")
    Invitation.objects.update(sent_at=timezone.now())
    assert accept(second).status_code == 302
    assert accept(second).status_code == 410
    assert User.objects.filter(email="denise@example.org").count() == 1

    invite(client, email="yusuf@example.org", name="Yusuf Garside")
    third = link_in(mailoutbox[-1])
    client.post(f"{PEOPLE}{Author.objects.get(name='Yusuf Garside').pk}/invitation/", {"revoke": ""})
    assert accept(third).status_code == 410
    assert not Author.objects.filter(name="Yusuf Garside").exists()


def test_an_invitation_ends_with_the_rights_of_whoever_sent_it(client, owner, mailoutbox):
    invite(client, role="owner")
    link = link_in(mailoutbox[-1])
    User.objects.filter(pk=owner.pk).update(is_superuser=False)

    assert accept(link).status_code == 410
    assert not User.objects.filter(email="denise@example.org").exists()


def test_an_address_that_has_an_account_is_told_to_the_owner_before_and_to_its_owner_after(client, owner, mailoutbox):
    make_editor(username="ann", email="Ann@Example.org")
    assertContains(invite(client, email="ann@example.org"), "Change their role instead", status_code=422)
    assert not Invitation.objects.exists()
    assert mailoutbox == []

    invite(client)
    make_user(username="made", email="denise@example.org")

    answer = accept(link_in(mailoutbox[-1]))
    assertContains(answer, "Log in with it", status_code=409)
    assert Invitation.objects.exists()


@pytest.mark.parametrize("token", ["x", "WzEsIngiXQ:1abc:forged", "-" * 200])
def test_a_made_up_link_opens_nothing(client, token):
    assert client.get(f"/accounts/invitation/{token}/").status_code == 410


def test_a_byline_gets_an_account_and_keeps_its_posts(client, owner, mailoutbox):
    post = make_post(author=make_author(name="Old Hand"))
    prove(client)
    client.post(f"{PEOPLE}{post.author.pk}/invite/", {"email": "old@example.org", "role": "author"})

    hers = Client()
    accept(link_in(mailoutbox[-1]), hers)

    assert hers.get(f"/admin/posts/post/{post.pk}/change/").status_code == 200
    assert User.objects.get(email="old@example.org").username != "Old Hand"


def test_a_weak_password_makes_no_account(client, owner, mailoutbox):
    invite(client)

    assertContains(accept(link_in(mailoutbox[-1]), password="denise arkle"), "too similar")
    assertContains(accept(link_in(mailoutbox[-1]), password="short"), "12")
    assert not User.objects.filter(email="denise@example.org").exists()


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


def test_without_a_mail_server_an_invitation_says_that_nobody_gets_it(client, owner, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    prove(client)

    assertContains(client.get(f"{PEOPLE}invite/"), "No mail server is set")
    assertContains(invite(client), "No mail server is set")
    again = client.post(f"{PEOPLE}{Author.objects.get(name='Denise Arkle').pk}/invitation/", follow=True)
    assertContains(again, "No mail server is set")


def test_with_a_mail_server_an_invitation_says_nothing_of_it(client, owner):
    prove(client)

    assertNotContains(client.get(f"{PEOPLE}invite/"), "No mail server is set")
    assertNotContains(invite(client), "No mail server is set")


@pytest.mark.django_db(transaction=True)
def test_of_two_invitations_to_one_address_that_are_accepted_at_once_one_makes_an_account():
    boss = make_user(username="boss", is_staff=True, is_superuser=True)
    for name, email in (("Denise", "denise@example.org"), ("Denise Arkle", "Denise@Example.org")):
        Invitation.objects.create(author=make_author(name=name), email=email, role="author", by=boss)
    links = [invitation.get_absolute_url() for invitation in Invitation.objects.all()]

    def accept_there(link):
        try:
            return accept(link).status_code
        finally:
            connection.close()

    # SQLite has one writer at a time; in the tests' database, kept in memory, one that waits would be refused.
    at_once = connection.vendor == "postgresql"
    with ThreadPoolExecutor(2 if at_once else 1) as pool:
        with transaction.atomic() if at_once else nullcontext():
            # Both come as far as their own row, and go on together.
            list(Invitation.objects.select_for_update())
            answers = [pool.submit(accept_there, link) for link in links]
            time.sleep(0.5)
        answers = sorted(answer.result() for answer in answers)

    assert answers == [302, 409]
    assert User.objects.filter(email__iexact="denise@example.org").count() == 1
