"""What a commenter's account is, how staff connect theirs, a code by mail, and a real OpenID Connect provider."""

import re

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.accounts import sign_in_code
from blog_site.accounts.models import AccountEvent
from comments import browser
from comments.models import Comment, MailAddress, RememberedBrowser
from tests.factories import make_comment, make_post, make_user
from tests.sign_in import PROFILES, configure, openid_provider, providers, sign_in, start

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def stand_in(settings, monkeypatch):
    settings.SIGN_IN_BY_EMAIL = True
    with providers() as server:
        configure(settings, monkeypatch, server.address)
        server.person = PROFILES["google"]
        yield server


@pytest.fixture
def ann():
    user = make_user(username="ann", email="ann@example.org", is_staff=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client, **more):
    return client.post("/accounts/login/", {"username": "ann", "password": PASSWORD, **more})


def connect(client, provider):
    """From the page of the connections; returns the page to which that leads in the end."""
    address = client.post(f"/accounts/{provider}/login/", {"process": "connect", **token(client)}).headers["Location"]
    if "reauthenticate" in address:
        return client.get(address)
    return sign_in(client, provider, process="connect", **token(client))


def token(client):
    return {"csrfmiddlewaretoken": client.get("/accounts/connections/").context["csrf_token"]}


# --- Staff


def test_staff_connect_a_provider_from_inside_after_is_it_you_and_sign_in_with_their_second_factor(
    client, stand_in, ann, mailoutbox, settings
):
    log_in(client)
    assertContains(connect(client, "google"), "Confirm that it is you")
    assert not SocialAccount.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    connect(client, "google")

    assert SocialAccount.objects.get().user == ann
    assert AccountEvent.objects.filter(kind="connected", account=ann).exists()
    assert "A way to sign in was added" in [mail.subject.partition("] ")[2] for mail in mailoutbox]
    settings.STAFF_MFA = "required"
    sign_in(other := Client(), "google")
    assert other.get("/admin/").headers["Location"].startswith("/accounts/2fa/")
    TOTP.activate(ann, "JBSWY3DPEHPK3PXP")
    other = Client()
    answer = sign_in(other, "google")
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert other.get("/admin/").status_code == 302


def test_a_commenter_who_is_given_rights_connects_anew_from_inside(client, stand_in):
    sign_in(client, "google")
    user = User.objects.get()
    user.is_staff = True
    user.set_password(PASSWORD)
    user.username = "ann"
    user.save()

    answer = sign_in(Client(), "google")

    assert answer.headers["Location"].startswith("/accounts/login/")
    log_in(client)
    connect(client, "google")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    connect(client, "google")
    sign_in(other := Client(), "google")
    assert other.session["_auth_user_id"] == str(user.pk)


# --- A commenter's account


def test_a_commenter_changes_the_name_connects_another_and_disconnects_all_but_the_last(client, stand_in):
    stand_in.person = PROFILES["twitter_oauth2"]
    sign_in(client, "twitter_oauth2")
    user = User.objects.get()
    page = client.get("/accounts/")
    assertContains(page, "You comment here as Ann of X.")
    assertNotContains(page, user.username)
    client.post("/accounts/profile/", {"name": "Ann the Second"})
    assertContains(client.get(make_post().get_absolute_url()), "Commenting as Ann the Second")

    def disconnect():
        number = user.socialaccount_set.order_by("pk").first().pk
        return client.post("/accounts/connections/", {"account": number, **token(client)}, follow=True)

    assertContains(disconnect(), "This is your only way to sign in.")
    stand_in.person = PROFILES["mastodon"]
    connect(client, "mastodon")
    assert user.socialaccount_set.count() == 2
    assertContains(disconnect(), "Disconnected.")
    assert [row.provider for row in user.socialaccount_set.all()] == ["mastodon"]


def test_what_is_connected_to_one_account_is_not_taken_by_another(client, stand_in):
    sign_in(other := Client(), "google")
    stand_in.person = PROFILES["mastodon"]
    sign_in(client, "mastodon")
    stand_in.person = PROFILES["google"]

    answer = connect(client, "google")

    assertContains(client.get(answer.headers["Location"]), "already connected to somebody else here")
    assert SocialAccount.objects.get(provider="google").user.pk == int(other.session["_auth_user_id"])


@pytest.mark.parametrize("choice", ["keep", "name", "all"])
def test_a_commenters_account_ends_and_the_comments_stay_or_go(client, stand_in, choice):
    sign_in(client, "google")
    user = User.objects.get()
    theirs = make_comment(user=user, name="Ann of Google", body="My words.", status="approved")
    reply = make_comment(post=theirs.post, parent=theirs, body="An answer.", status="approved")
    assertContains(client.get("/accounts/delete/"), "You have written 1 comment.")

    page = client.post("/accounts/delete/", {"comments": choice, **token(client)}, follow=True)

    assertContains(page, "Your account was deleted.")
    assert not any(model.objects.exists() for model in (User, SocialAccount, EmailAddress))
    shown = client.get(theirs.post.get_absolute_url()).content.decode()
    assert "An answer." in shown
    assert ("My words." in shown) == (choice != "all")
    assert ("Ann of Google" in shown) == (choice == "keep")
    assert Comment.objects.get(pk=reply.pk).is_public


def test_the_end_of_an_account_erases_nothing_of_whose_browser_it_was(client, stand_in):
    address = MailAddress.objects.prove("bo@example.org")
    RememberedBrowser.objects.create(name="b" * 32, address=address)
    sent = HttpResponse()
    browser.remember(sent, "b" * 32)
    client.cookies["remembered"] = sent.cookies["remembered"].value
    of_bo = make_comment(address=address)
    client.force_login(make_user())

    assertNotContains(client.get("/accounts/delete/"), "You have written")
    client.post("/accounts/delete/", {"comments": "all", **token(client)})

    assert Comment.objects.get(pk=of_bo.pk).is_public
    assert RememberedBrowser.objects.exists()


def test_an_account_with_rights_is_not_deleted_by_itself(client, ann):
    log_in(client)

    assert client.post("/accounts/delete/", {"comments": "all"}).status_code == 403


# --- A code by mail


def ask(client, email, **more):
    return client.post("/accounts/code/", {"email": email, **more})


def code_in(mailoutbox):
    return re.search(r"code to sign in is (\d{6})", mailoutbox[-1].body)[1]


def test_a_code_by_mail_makes_an_account_and_brings_the_words_back(client, stand_in, mailoutbox):
    post = make_post()
    sent = {"post": post.pk, "body": "I was there.", "name": "Ann", "email": "Ann+blog@Example.org"}
    page = client.post("/accounts/code/", sent, follow=True)
    assertContains(page, 'value="Ann+blog@Example.org"')
    answer = ask(client, "Ann+blog@Example.org")
    code = code_in(mailoutbox)
    assert mailoutbox[-1].to == ["Ann+blog@Example.org"]
    assertContains(client.post("/accounts/code/enter/", {"code": "x"}), "This code is wrong.", status_code=422)

    answer = client.post("/accounts/code/enter/", {"code": f" {code[:3]} {code[3:]} "})

    page = client.get(answer.headers["Location"])
    assertContains(page, "I was there.")
    assertContains(page, "Commenting as Ann")
    user = User.objects.get()
    assert (user.email, user.is_staff, user.has_usable_password()) == ("Ann+blog@Example.org", False, False)
    assert MailAddress.objects.proven().get().address == "ann+blog@example.org"
    # It counts once, and again is the same account.
    assert client.post("/accounts/code/enter/", {"code": code}).headers["Location"] == "/accounts/code/"
    ask(again := Client(), "ann+BLOG@example.org")
    again.post("/accounts/code/enter/", {"code": code_in(mailoutbox)})
    assert again.session["_auth_user_id"] == str(User.objects.get().pk)


def test_nobody_learns_whose_address_is_known_and_no_code_opens_an_account_with_rights(
    client, stand_in, ann, mailoutbox
):
    make_user(username="reader-1", email="known@example.org")
    answers = {}
    for email in ("known@example.org", "strange@example.org", "ann@example.org"):
        browser = Client()
        answer = ask(browser, email)
        page = browser.get(answer.headers["Location"]).content.decode().replace(email, "")
        wrong = browser.post("/accounts/code/enter/", {"code": "000"}).content.decode()
        hide = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
        answers[email] = (answer.status_code, hide.sub("", page), hide.sub("", wrong.replace(email, "")))
    assert len(set(answers.values())) == 1
    ask(client, "ann@example.org")
    assert [bool(re.search(r"\d{6}", mail.body)) for mail in mailoutbox] == [True, True, False, False]
    assert "Log in with your password" in mailoutbox[-1].body

    found = client.session["sign_in_code"]
    answer = client.post("/accounts/code/enter/", {"code": sign_in_code.made_of(found["nonce"], found["email"])})
    assertContains(answer, "This code is wrong.", status_code=422)
    assert "_auth_user_id" not in client.session


def test_codes_are_few_in_every_direction(client, stand_in, mailoutbox, settings):
    for spelling in ("ann@example.org", "Ann@example.org", "a.nn+1@example.org", "an.n+2@example.org"):
        assert ask(client, spelling).status_code == 302
    assert len(mailoutbox) == 3
    # One that was not mailed can't be guessed either: from many networks that would have no end.
    found = client.session["sign_in_code"]
    code = sign_in_code.made_of(found["nonce"], found["email"])
    assertContains(client.post("/accounts/code/enter/", {"code": code}), "This code is wrong.", status_code=422)
    for _try in range(4):
        client.post("/accounts/code/enter/", {"code": "000000"})
    answer = client.post("/accounts/code/enter/", {"code": "000000"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, answer.headers["Retry-After"])
    for number in range(6):
        ask(client, f"ann{number}@example.org")
    assert ask(client, "last@example.org").status_code == 429


@pytest.mark.parametrize(
    "email",
    ["", "ann", "ann@example", "a\nb@example.org", '"a b"@example.org', "a@b@example.org", f"{'x' * 250}@e.org"],
)
def test_no_code_goes_to_what_is_no_address(client, stand_in, email, mailoutbox):
    assert ask(client, email).status_code == 422
    assert not mailoutbox


def test_a_code_of_another_browser_or_a_quarter_of_an_hour_ago_is_none(client, stand_in, mailoutbox, monkeypatch):
    ask(client, "ann@example.org")
    ask(other := Client(), "ann@example.org")
    code = code_in(mailoutbox)

    assert client.post("/accounts/code/enter/", {"code": code}).status_code == 422

    session = other.session
    session["sign_in_code"] = session["sign_in_code"] | {"at": session["sign_in_code"]["at"] - 901}
    session.save()
    assert other.post("/accounts/code/enter/", {"code": code}).headers["Location"] == "/accounts/code/"


def test_without_the_setting_there_are_no_codes(client):
    assert client.get("/accounts/code/").status_code == 404
    assert client.get("/accounts/code/enter/").headers["Location"] == "/accounts/login/"


# --- A real provider


@pytest.fixture
def provider(settings, monkeypatch):
    with openid_provider(monkeypatch) as address:
        configure(settings, monkeypatch, address, only=["openid"])
        yield address


def allow(client, leading, **form):
    """Presses a button on the provider's page; returns the answer to the way back."""
    sent = requests.post(leading, data=form, allow_redirects=False, timeout=5)
    return client.get(re.sub(r"^http://testserver", "", sent.headers["Location"]))


def test_a_real_openid_provider_signs_in_refuses_and_closes_an_account(client, provider):
    post = make_post()
    answer = allow(client, start(client, "openid", post=post.pk, body="I was there."), sub="ann")
    assertContains(client.get(answer.headers["Location"]), "Commenting as Ann Real")
    assert User.objects.get().email == "ann@example.org"

    answer = allow(other := Client(), start(other, "openid", post=post.pk, body="Not I."), action="deny")
    page = other.get(answer.headers["Location"])
    assertContains(page, "Signing in with Our club was cancelled.")
    assertContains(page, "Not I.")
