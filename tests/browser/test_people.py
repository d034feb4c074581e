"""A new blog's first page, an invitation and a profile, in a browser; axe finds nothing wrong with any of them."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from blog_site.accounts.models import Invitation
from posts.models import Author, Post
from tests.factories import make_author, make_post, make_staff_author, make_user

from .conftest import log_in
from .test_admin_access import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
PEOPLE = "/admin/posts/author/"


@pytest.fixture
def owner(live_server):
    make_staff_author(username="ann", email="ann@example.org")
    user = make_user(username="boss", is_staff=True, is_superuser=True, email="boss@example.org")
    make_author(name="The Boss", user=user)
    return user


def prove(page):
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Continue").click()


def test_an_owner_invites_somebody_who_chooses_a_password_and_introduces_themselves(open_browser, owner):
    page = open_browser()
    log_in(page, owner)
    found = {}
    page.goto(PEOPLE)
    page.get_by_role("link", name="Invite a person").click()
    prove(page)
    found["invite"] = faults_of(page)
    page.get_by_role("button", name="Send the invitation").click()
    found["invite, with errors"] = faults_of(page)
    page.get_by_label("Name").fill("Denise Arkle")
    page.get_by_label("Email address").fill("denise@example.org")
    page.get_by_role("radio", name="Editor Writes").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("Denise Arkle was invited")).to_be_visible()
    found["invited"] = faults_of(page)

    hers = open_browser()
    hers.goto(Invitation.objects.get().get_absolute_url())
    found["invitation"] = faults_of(hers)
    for label in ("New password", "New password (again)"):
        hers.get_by_label(label, exact=True).fill("four unrelated words there")
    hers.get_by_role("button", name="Create my account").click()
    expect(hers.get_by_text("Welcome. Your account is ready")).to_be_visible()
    hers.get_by_label("Label").first.fill("My boat")
    hers.get_by_label("Address").first.fill("https://boats.example/")
    found["profile"] = faults_of(hers)
    hers.get_by_role("button", name="Save profile").click()
    expect(hers.get_by_text("Your profile was saved.")).to_be_visible()
    assert Author.objects.get(name="Denise Arkle").links == [{"label": "My boat", "address": "https://boats.example/"}]

    ann = Author.objects.get(user__username="ann")
    make_post(author=ann)
    for name in ("change", "rights", "deactivate", "hand-over"):
        page.goto(f"{PEOPLE}{ann.pk}/{name}/")
        found[name] = faults_of(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_first_log_in_of_a_new_blog_leads_to_its_setup(open_browser, live_server, capsys):
    call_command("first_run")
    password = re.search(r"with the password (\S+)", capsys.readouterr().out)[1]
    page = open_browser()
    page.goto("/admin/")
    page.get_by_label("Username or email address").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Current password").fill(password)
    for label in ("New password", "New password (again)"):
        page.get_by_label(label, exact=True).fill("four unrelated words there")
    page.get_by_role("button", name="Change password").click()

    found = {"setup": faults_of(page)}
    page.get_by_role("button", name="Remove the sample blog").click()
    expect(page.get_by_role("button", name="Undo: bring it back")).to_be_visible()
    page.get_by_label("Name of the blog").fill("Tarry Bank")
    page.get_by_role("button", name="Save and start").click()
    found["setup, with errors"] = faults_of(page)
    page.get_by_label("Your name").fill("Denise Moor")
    page.get_by_role("button", name="Save and start").click()

    expect(page.get_by_text("Your blog is ready")).to_be_visible()
    assert not Post.objects.exists()
    assert found == {"setup": [], "setup, with errors": []}
