"""People are invited by email, choose a password, and are in with the role that the owner chose."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.accounts.models import AccountEvent, Invitation
from posts.models import Author
from tests.factories import make_author, make_editor, make_post, make_user
from tests.test_people import NEW, PEOPLE, accept, invite, link_in, log_in, prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    return log_in(client, make_user(username="boss", is_staff=True, is_superuser=True, email="boss@example.org"))


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
