"""Whatever is sent to be kept is answered in JSON that says what is wrong with it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from posts.models import Autosave
from tests.factories import make_author, make_editor, make_post
from tests.post_form import autosave_of, link, opened, page_of, refused, sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(writer):
    return make_post(author=writer, title="Drains", body="We lifted the grating.")


def test_a_post_that_was_deleted_meanwhile(client, post):
    form = opened(client, page_of(post))
    post.delete()

    answer = refused(client.post(autosave_of(post), form), 404, "gone")

    assert "Copy your text" in answer.json()["message"]


@pytest.mark.parametrize("taken", ["group", "staff", "active"])
def test_somebody_whose_rights_were_taken_away(client, post, taken):
    form, account = opened(client, page_of(post)), post.author.user
    if taken == "group":
        account.groups.clear()
    else:
        User.objects.filter(pk=account.pk).update(**{f"is_{taken}": False})

    status, error = (404, "gone") if taken == "group" else (403, "logged-out")
    refused(client.post(autosave_of(post), form), status, error)


@pytest.mark.parametrize("number", ["0", "-1", "999999", "9" * 30, "x", "1.5", "%00", "¹"])
def test_a_forged_number(client, post, number):
    form = opened(client, page_of(post))

    refused(client.post(f"/admin/posts/post/{number}/autosave/", form), 404, "gone")


def test_somebody_elses_post(client, post):
    form, theirs = opened(client, page_of(post)), make_post(author=make_author(name="Zed"))

    refused(client.post(autosave_of(theirs), form), 404, "gone")


@pytest.mark.parametrize("key", ["", "x", "a" * 41, "a" * 31 + "\x00", "../../../../../../x", "ä" * 32])
def test_a_forged_key(client, post, key):
    form = opened(client, page_of(post))

    refused(client.post(autosave_of(post), form | {"autosave_key": key}), 400, "bad-request")
    assert client.get(page_of(post), {"restore": key}).status_code == 200


def test_a_page_of_another_account(client, post):
    form = opened(client, page_of(post))
    client.force_login(make_editor())

    refused(client.post(autosave_of(post), form), 409, "other-account")


def test_nobody_is_logged_in(client, post):
    form = opened(client, page_of(post))
    client.logout()

    refused(client.post(autosave_of(post), form), 403, "logged-out")


def test_a_token_from_before_another_log_in_gets_a_new_one_on_the_same_site_alone(writer, post):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(writer.user)
    form = opened(browser, page_of(post))
    stale = form | {"csrfmiddlewaretoken": "x" * 64}

    refused(browser.post(autosave_of(post), stale, headers={"Origin": "https://evil.example"}), 403, "csrf")
    answer = refused(browser.post(autosave_of(post), stale, headers={"Sec-Fetch-Site": "same-origin"}), 403, "csrf")

    assert browser.post(autosave_of(post), form | {"csrfmiddlewaretoken": answer.json()["token"]}).status_code == 200
    elsewhere = browser.post(autosave_of(post), stale, headers={"Sec-Fetch-Site": "cross-site"})
    assert "token" not in elsewhere.json()


def test_a_megabyte_is_kept_and_more_than_a_form_can_have_is_refused(client, post):
    form = opened(client, page_of(post))
    text = "wörds " * 170_000

    refused(client.post(autosave_of(post), form | {"body": "x" * 3_000_000}), 413, "too-large")
    assert client.post(autosave_of(post), form | {"body": text}).status_code == 200

    assert Autosave.objects.get().sent["body"] == text


def test_more_fields_than_a_form_can_have_are_refused(client, post):
    form = opened(client, page_of(post)) | {f"f{n}": "x" for n in range(1500)}

    refused(client.post(autosave_of(post), form), 400, "bad-request")


def test_a_large_text_of_nobody_is_refused(client, post):
    form = opened(client, page_of(post))
    client.logout()

    refused(client.post(autosave_of(post), form | {"body": "x" * 1_500_000}), 413, "too-large")


def test_a_script_that_sends_all_the_time_is_told_to_wait(client, post):
    form = opened(client, page_of(post))
    answers = [client.post(autosave_of(post), form | {"body": str(n)}) for n in range(125)]

    assert [answer.status_code for answer in answers] == [200] * 120 + [429] * 5
    assert answers[-1].json()["error"] == "too-fast"
    assert answers[-1]["Retry-After"]


def test_characters_that_no_database_takes_are_replaced_and_the_rest_is_kept(client, post):
    form = opened(client, page_of(post))
    body = "a\x00b"
    client.post(autosave_of(post), form | {"body": body, "na\x00me": "x"})
    surrogate = f"autosave_key={form['autosave_key']}&autosave_account={form['autosave_account']}"

    page = client.get(page_of(post))
    assert sent_by(client.get(link(page, "Restore")))["body"] == "a\ufffdb"
    answer = client.post(
        autosave_of(post), f"{surrogate}&body=c%ED%A0%80d", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert Autosave.objects.get().sent["body"].startswith("c")


def test_get_is_refused(client, post):
    assert refused(client.get(autosave_of(post)), 405, "wrong-method")["Allow"] == "POST"


def test_fields_that_no_form_has_do_no_harm(client, post):
    form = opened(client, page_of(post)) | {"password": "x", "status": "nonsense", "author": "x", "published_at_0": "%"}
    client.post(autosave_of(post), form | {"categories": ["x", "9" * 30], "parent": "-1", "menu_order": "x" * 500})

    page = client.get(page_of(post))

    assert client.get(link(page, "Compare")).status_code == 200
    assert client.get(link(page, "Restore")).status_code == 200
