"""A login is told to the owner of the account, and its session ends: by its age, by its owner, by an administrator."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains

from blog_site.accounts.upkeep import forget_sessions
from blog_site.upkeep import JOBS
from tests.test_accounts import PASSWORD, kinds, log_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


# --- New devices


def test_a_login_from_a_new_device_is_told_to_the_owner_and_one_from_a_known_one_is_not(client, ann, mailoutbox):
    client.post(
        "/accounts/login/", {"username": "ann", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9", HTTP_USER_AGENT=FIREFOX
    )

    (mail,) = mailoutbox
    assert mail.to == ["Ann@example.org"]
    assert "A login from a new device" in mail.subject
    for words in ("Firefox on Windows", "192.0.2.9", timezone.localtime().strftime("%Y"), "/accounts/sessions/"):
        assert words in mail.body
    mailoutbox.clear()
    client.post("/accounts/logout/")
    log_in(client)
    assert mailoutbox == []


def test_what_a_browser_calls_itself_says_nothing_else_in_a_mail(client, ann, mailoutbox):
    client.post(
        "/accounts/login/", {"username": "ann", "password": PASSWORD}, HTTP_USER_AGENT="Click https://evil.example\nNow"
    )

    assert "evil" not in mailoutbox[0].body


# --- Sessions


def test_a_session_ends_some_time_after_it_was_last_used(client, ann, settings):
    log_in(client)
    age(client, seen_at=settings.SESSION_IDLE - 60)
    assert client.get("/admin/").status_code == 200
    age(client, seen_at=settings.SESSION_IDLE + 60)

    assert client.get("/admin/").status_code == 302
    assert "expired" in kinds()


def test_a_session_ends_some_time_after_the_login_however_often_it_is_used(client, ann, settings):
    log_in(client)
    age(client, begun_at=settings.SESSION_MAX + 60)

    assert client.get("/admin/").status_code == 302


def test_a_session_that_is_used_goes_on_and_its_owner_sees_when_that_was(client, ann):
    log_in(client)
    age(client, seen_at=3600)
    client.get("/admin/", REMOTE_ADDR="192.0.2.44")

    assert timezone.now().timestamp() - client.session["seen_at"] < 60
    assertContains(client.get("/accounts/sessions/"), "192.0.2.44")


def age(client, **seconds):
    session = client.session
    for name, ago in seconds.items():
        session[name] = int(timezone.now().timestamp()) - ago
    session.save()


def test_the_list_of_sessions_shows_ones_own_and_ends_them_after_a_proof(client, ann, boss):
    log_in(other := Client())
    log_in(third := Client())
    log_in(stranger := Client(), "boss")
    log_in(client)
    page = client.get("/accounts/sessions/")
    assert page.text.count("Network address") == 3

    asked = client.post("/accounts/sessions/")
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    assert other.get("/admin/").status_code == 200
    client.post(asked.headers["Location"], {"password": PASSWORD})

    assert [browser.get("/admin/").status_code for browser in (client, other, third, stranger)] == [200, 302, 302, 200]


def test_nobody_ends_anothers_session(client, ann, boss):
    log_in(theirs := Client(), "boss")
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/sessions/", {"session": UserSession.objects.get(user=boss).pk})

    assert theirs.get("/admin/").status_code == 200


def test_an_administrator_ends_the_sessions_of_others(client, ann, boss):
    log_in(theirs := Client())
    log_in(client, "boss")

    client.post("/admin/auth/user/", {"action": "end_sessions", "_selected_action": ann.pk})

    assert theirs.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_logging_out_empties_the_browsers_memory_of_pages_and_leaves_what_was_being_written(client, ann):
    log_in(client)
    answer = client.post("/accounts/logout/")

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.cookies["sessionid"]["max-age"] == 0
    assert not Session.objects.exists()


def test_sessions_that_are_over_are_deleted(client, ann):
    assert forget_sessions in JOBS
    log_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))

    forget_sessions()

    assert not Session.objects.exists()


def test_a_session_that_ends_while_its_time_is_noted_is_no_error(client, ann):
    log_in(client)
    session = client.session
    session["seen_at"] -= 1000
    session.save()
    Session.objects.filter(session_key=session.session_key).delete()

    assert client.get("/").status_code == 200


def test_a_nul_in_a_cookie_is_no_session(client, db):
    client.cookies["sessionid"] = "abcdefgh\\000ijkl"

    assert client.get("/accounts/").status_code == 302
