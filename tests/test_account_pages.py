"""The account pages are their owner's alone, for caches and cookies too."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_post
from tests.test_accounts import PASSWORD, log_in
from tests.test_passwords import new_password
from tests.test_start import KEY, ROOT

pytestmark = pytest.mark.django_db


def test_the_account_pages_are_their_owners_alone(client):
    for path in (
        "",
        "password/change/",
        "sessions/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/totp/key.svg",
        "2fa/webauthn/",
    ):
        answer = client.get(f"/accounts/{path}")

        assert answer.status_code == 302, path
        assert "/login/" in answer.headers["Location"] or "/reauthenticate/" in answer.headers["Location"]


def test_no_cache_keeps_an_account_page(client, ann):
    log_in(client)
    for path in ("", "password/change/", "sessions/", "2fa/", "logout/"):
        answer = client.get(f"/accounts/{path}")

        assert "no-store" in answer.headers["Cache-Control"], path
        assertNotContains(answer, "<style")


def test_a_refused_form_says_in_its_summary_which_field_is_wrong_and_leads_there(client):
    page = client.post("/accounts/login/", {"username": "ann", "password": ""})

    assertContains(page, '<li><a href="#id_password">Password: This field is required.</a></li>', html=True)


def test_under_https_every_cookie_is_of_this_host_alone(client, ann, settings, send, discussion):
    discussion(moderation="none")
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client.get("/accounts/login/", secure=True)
    client.post("/accounts/login/", {"username": "ann", "password": PASSWORD}, secure=True)
    send(make_post(), using=(reader := Client()), remember="on")
    new_password(client)  # which says so in a message
    names = {*client.cookies, *reader.cookies}

    assert {"__Host-sessionid", "__Host-csrftoken", "__Host-device", "__Host-remembered"} <= names
    for cookie in (*client.cookies.values(), *reader.cookies.values()):
        assert cookie.key.startswith("__Host-"), cookie
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        if cookie["max-age"] != 0:
            assert cookie["secure"], cookie


def test_https_gives_the_cookies_their_prefix():
    code = (
        "import json; from django.conf import settings as s; "
        "print(json.dumps([s.COOKIE_PREFIX, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SAVED_FORMS_COOKIE_NAME]))"
    )

    def names(site):
        environment = {"PATH": os.environ["PATH"], "SECRET_KEY": KEY, "SITE_URL": site}
        environment["DJANGO_SETTINGS_MODULE"] = "blog_site.settings"
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    under_https = ["__Host-", "__Host-sessionid", "__Host-csrftoken", "__Secure-saved_forms"]
    assert names("https://blog.example") == under_https
    assert names("http://127.0.0.1:8000") == ["", "sessionid", "csrftoken", "saved_forms"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STAFF_MFA", "yes"),
        ("SESSION_MAX_DAYS", "0"),
        ("SESSION_IDLE_HOURS", "-3"),
        ("SESSION_IDLE_HOURS", "1.5"),
        ("WEB_CONCURRENCY", "two"),
    ],
)
def test_a_wrong_number_or_choice_stops_the_start_with_a_line(name, value):
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": KEY, "DJANGO_SETTINGS_MODULE": "blog_site.settings"}
    command = [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"]
    done = subprocess.run(command, cwd=ROOT, env=environment | {name: value}, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} is {value!r}; it may be ")
    assert len(done.stderr.splitlines()) == 1
