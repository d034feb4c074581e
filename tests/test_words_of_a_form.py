"""The words of a form whose session has ended, or that can't be saved, come back: no script is needed."""

import json

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from bs4 import BeautifulSoup
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Autosave
from tests.factories import make_editor, make_post, make_user
from tests.post_form import ADD, autosave_of, opened, page_of, refused, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(writer):
    return make_post(author=writer, title="Drains", body="We lifted the grating.")


def test_after_a_session_has_ended_the_words_are_there_when_one_has_logged_in(writer, post):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(writer.user)
    text = "Fourteen hundred characters.\r\n" * 50
    form = opened(browser, page_of(post)) | {"body": text}
    del browser.cookies["sessionid"]

    page = browser.post(page_of(post), form)

    assert page.status_code == 403
    assertContains(page, "You have been logged out", status_code=403)
    assert not Autosave.objects.exists()
    wrong = log_in(browser, page, "not the password")
    assertContains(wrong, "The username or the password is wrong")
    answer = log_in(browser, wrong, "a long password")
    assert answer.status_code == 302
    restored = browser.get(answer["Location"])
    again = sent_by(restored)
    assert again["body"].replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert browser.post(page_of(post), again).status_code == 302
    post.refresh_from_db()
    assert post.body.replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip()
    assert not Autosave.objects.exists()


def log_in(browser, page, password, username="ann"):
    """Fills in the page's form to log in, and sends it."""
    form = BeautifulSoup(page.content, "html.parser").find("input", {"name": "password"}).find_parent("form")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    return browser.post(form["action"], fields | {"username": username, "password": password})


def test_a_new_post_too_and_the_words_become_one_where_the_post_is_gone(client, writer, post):
    for address in (ADD, page_of(post)):
        form = opened(client, address) | {"title": "Long", "body": "A thousand words."}
        client.logout()
        page = client.post(address, form)
        if address != ADD:
            post.delete()
        answer = log_in(client, page, "a long password")
        assert answer["Location"].startswith(f"{ADD}?restore=")
        assert sent_by(client.get(answer["Location"]))["body"] == "A thousand words."


def test_another_account_gets_nothing_of_it(client, writer, post):
    make_editor(username="ed")
    form = opened(client, page_of(post)) | {"body": "SECRET"}
    client.logout()
    page = client.post(page_of(post), form)

    answer = log_in(client, page, "a long password", username="ed")

    assert "restore" not in answer["Location"]
    assert not Autosave.objects.exists()


def test_they_survive_the_second_factor(client, writer, post):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(writer.user, secret)
    form = opened(client, page_of(post)) | {"body": "A thousand words."}
    client.logout()
    page = client.post(page_of(post), form)
    step = log_in(client, page, "a long password")
    assert not Autosave.objects.exists()

    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    answer = client.post(step["Location"], {"code": code})

    assert sent_by(client.get(answer["Location"]))["body"] == "A thousand words."


@pytest.mark.parametrize(
    "kept",
    [
        "x",
        "[]",
        '{"path": 3, "fields": {}}',
        '{"path": "/admin/posts/post/add/", "fields": []}',
        '{"path": "//evil.example/", "fields": {}}',
        '{"path": "/admin/posts/post/x/change/", "fields": {"autosave_key": ["%s"], "autosave_account": ["%d"]}}',
        '{"path": "/admin/auth/user/add/", "fields": {"autosave_key": ["%s"], "autosave_account": ["%d"]}}',
        "null",
        "\ud800",
    ],
)
def test_forged_words_at_the_log_in_lead_nowhere(client, writer, kept):
    text = kept.replace("%s", "a" * 32).replace("%d", str(writer.user.pk)).encode("utf-8", "replace").decode()
    client.logout()

    answer = client.post(
        "/accounts/login/?next=/admin/", {"username": "ann", "password": "a long password", "kept_form": text}
    )

    assert answer.status_code == 302
    assert answer["Location"].startswith(("/admin/posts/post/add/?restore=", "/admin/"))
    assert "evil" not in answer["Location"]


def test_a_form_with_an_old_token_comes_back_with_the_words_and_a_new_one(writer, post):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(writer.user)
    form = opened(browser, page_of(post)) | {"body": "A thousand\nwords.", "csrfmiddlewaretoken": "x" * 64}

    page = browser.post(page_of(post), form, headers={"Origin": "http://testserver"})

    assert page.status_code == 403
    soup = BeautifulSoup(page.content, "html.parser").select_one("form")
    assert soup.find("button", string="Try again")
    fields = {field["name"]: field.get("value", "") for field in soup.select("input")}
    fields |= {field["name"]: field.get_text().removeprefix("\n") for field in soup.select("textarea")}
    assert browser.post(soup["action"], fields).status_code == 302
    post.refresh_from_db()
    assert post.body == "A thousand\nwords."


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}])
def test_what_another_site_has_sent_gets_no_token(writer, post, headers):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(writer.user)

    page = browser.post(page_of(post), {"title": "Pwned", "body": "By another site."}, headers=headers)

    assert page.status_code == 403
    assertNotContains(page, "csrfmiddlewaretoken", status_code=403)
    assertContains(page, "By another site.", status_code=403)


def test_whose_right_was_taken_away_can_copy_the_words(client, post):
    form = opened(client, page_of(post)) | {"body": "A thousand words."}
    account = post.author.user
    account.groups.clear()
    assertContains(client.post(page_of(post), form), "A thousand words.", status_code=403)
    account.is_staff = False
    account.save()

    page = client.post(page_of(post), form)

    assertContains(page, "A thousand words.", status_code=403)
    assertNotContains(page, "Try again", status_code=403)


def test_no_password_comes_back(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    strict = Client(enforce_csrf_checks=True)

    page = strict.post("/admin/auth/user/add/", {"username": "x", "password1": "SECRET"})

    assertNotContains(page, "SECRET", status_code=403)


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_the_server_gives_the_words_back():
    # By one who needs no group: the tests that committed before this one have left none.
    post, browser = make_post(), Client(raise_request_exception=False)
    browser.force_login(make_user(is_staff=True, is_superuser=True))
    form = opened(browser, page_of(post)) | {"body": "A thousand words.\nAnd one."}

    def full(execute, sql, params, many, context):
        if sql.startswith(("UPDATE", "INSERT")):
            raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        answer = browser.post(page_of(post), form)
        kept = browser.post(autosave_of(post), form)

    assert answer.status_code == kept.status_code == 503
    assertContains(answer, "A thousand words.\nAnd one.", status_code=503)
    assertContains(answer, "Try again", status_code=503)
    refused(kept, 503, "not-available")
    assert json.loads(kept.content)["message"].startswith("Not saved: the server can't store anything")
