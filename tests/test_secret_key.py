"""A secret key that is changed: what the old one signed works as long as the old one is kept beside it."""

import json
import os
import re
import subprocess
import sys

import pytest

from comments.models import Comment
from tests.factories import make_asker, make_comment, make_editor
from tests.test_start import KEY, ROOT


@pytest.fixture(params=["kept", "second", "thrown away"])
def change_key(request, settings):
    """Changes the key as an operator does; returns whether the old one still counts."""

    def change():
        old = settings.SECRET_KEY
        settings.SECRET_KEY = "a new key " * 6
        settings.SECRET_KEY_FALLBACKS = {"kept": [old], "second": ["another " * 7, old], "thrown away": []}[
            request.param
        ]
        return request.param != "thrown away"

    return change


@pytest.mark.django_db
def test_the_link_that_ends_mails_goes_on_to_work(client, discussion, send, mailoutbox, change_key):
    discussion(moderation="none")
    asked = make_asker()
    send(asked.post, parent=asked.pk, body="An answer.")
    (link,) = {path for mail in mailoutbox for path in re.findall(r"http://[^/]+(/comments/stop/\S+/)", mail.body)}

    counts = change_key()

    assert client.post(link).status_code == (200 if counts else 404)
    asked.refresh_from_db()
    assert asked.notify is not counts


@pytest.mark.django_db
def test_the_address_of_a_waiting_comment_goes_on_to_show_it(client, discussion, send, change_key):
    discussion(moderation="all")
    address = send(make_comment().post, body="Not yet seen by anybody.").headers["Location"]

    counts = change_key()

    assert ("Not yet seen by anybody." in client.get(address).content.decode()) is counts


@pytest.mark.django_db
def test_a_browser_that_was_asked_to_be_remembered_still_is(discussion, send, change_key):
    discussion(moderation="first")
    post = make_comment().post
    send(post, remember="on", body="The first one, which somebody reads.")
    Comment.objects.get(body__startswith="The first").approve(by=make_editor())

    counts = change_key()
    send(post, remember="on", body="The second one.")

    assert Comment.objects.get(body="The second one.").status == ("approved" if counts else "pending")


@pytest.mark.django_db
def test_a_log_in_is_kept_and_moves_to_the_new_key(client, settings, change_key):
    client.force_login(make_editor(username="eve"))

    counts = change_key()

    assert client.get("/admin/").status_code == (200 if counts else 302)
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get("/admin/").status_code == (200 if counts else 302)


@pytest.mark.parametrize(
    ("value", "keys"), [("", []), (" ", []), ("old", ["old"]), ("old, older+/=$ ", ["old", "older+/=$"])]
)
def test_former_keys_are_read_from_the_environment(value, keys):
    code = "import json; from django.conf import settings as s; print(json.dumps(s.SECRET_KEY_FALLBACKS))"
    environment = {"SECRET_KEY": KEY, "SECRET_KEY_FALLBACKS": value, "DJANGO_SETTINGS_MODULE": "blog_site.settings"}
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert json.loads(printed) == keys
