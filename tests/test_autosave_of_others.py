"""What is typed is its writer's alone, and whoever else is at work on the post is said."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from blog_site import upkeep
from blog_site.accounts.retiring import retire
from posts.models import Autosave
from posts.models.autosave import MOST_OF_AN_ACCOUNT
from tests.factories import make_editor, make_post, make_user
from tests.post_form import ADD, NEW, autosave_of, link, opened, page_of, sent_by, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(writer):
    return make_post(author=writer, title="Drains", body="We lifted the grating.")


# --- Two people


def test_who_else_is_at_work_is_said_by_name_in_the_page_and_while_writing(client, post):
    editor, other = make_editor(first_name="Ed", last_name="Itor"), Client()
    other.force_login(editor)
    other.post(autosave_of(post), opened(other, page_of(post)) | {"body": "SECRET"})

    page = client.get(page_of(post))
    answer = client.post(autosave_of(post), sent_by(page) | {"body": "Mine."})

    assertContains(page, "Ed Itor has been editing this since")
    assertNotContains(page, "SECRET")
    assert (answer.json()["other"], answer.json()["is_own"]) == ("Ed Itor", False)
    assert "SECRET" not in answer.content.decode()


def test_somebody_who_stopped_a_while_ago_is_not_at_work(client, post):
    other = Client()
    other.force_login(make_editor(first_name="Ed"))
    other.post(autosave_of(post), opened(other, page_of(post)) | {"body": "x"})
    Autosave.objects.update(saved_at=timezone.now() - timedelta(minutes=6))

    assertNotContains(client.get(page_of(post)), "Ed has been editing this")


def test_while_writing_one_is_told_of_a_newer_version(client, post):
    form = opened(client, page_of(post))
    other = Client()
    other.force_login(make_editor())
    other.post(page_of(post), opened(other, page_of(post)) | {"body": "Theirs."})

    answer = client.post(autosave_of(post), form | {"body": "Mine."})

    assert answer.json()["is_newer"]


def test_both_versions_are_shown_and_either_can_be_had(client, post):
    other = Client()
    other.force_login(make_editor(first_name="Ed", last_name="Itor"))
    mine = opened(client, page_of(post)) | {"body": "We lifted the heavy grating."}
    other.post(page_of(post), opened(other, page_of(post)) | {"body": "We lifted the old grating."})

    refused = client.post(page_of(post), mine)

    assert "Ed Itor saved the other version" in words(refused)
    assert "We lifted the − Deleted: old grating. We lifted the + Inserted: heavy grating." in words(refused)
    post.refresh_from_db()
    assert post.body == "We lifted the old grating."
    # Theirs: mine is offered beside it.
    theirs = client.get(link(refused, "Take the saved one"))
    assert sent_by(theirs)["body"] == "We lifted the old grating."
    assertContains(theirs, "You have unsaved changes from")
    # Mine: the button of the page.
    button = BeautifulSoup(refused.content, "html.parser").find("button", string="Keep mine")
    assert client.post(page_of(post), sent_by(refused) | {button["name"]: button["value"]}).status_code == 302
    post.refresh_from_db()
    assert post.body == "We lifted the heavy grating."


def test_the_same_account_in_two_windows_is_asked_too(client, post):
    first, second = opened(client, page_of(post)), opened(client, page_of(post))
    client.post(page_of(post), first | {"body": "First."})

    refused = client.post(page_of(post), second | {"body": "Second."})

    assert "You saved the other version in another window" in words(refused)
    post.refresh_from_db()
    assert post.body == "First."


# --- Nobody else's


@pytest.fixture
def secret(client, post):
    """The key of what Ann has typed; her browser is not the test's any more, which is an owner's."""
    client.post(autosave_of(post), opened(client, page_of(post)) | {"body": "SECRET"})
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return Autosave.objects.get().key


def test_nobody_else_reads_or_drops_it_whatever_they_ask_for(client, post, secret):
    for address in (page_of(post), f"{page_of(post)}?restore={secret}", f"{ADD}?restore={secret}"):
        assertNotContains(client.get(address), "SECRET")
    for address in (f"{NEW}{secret}/", f"{NEW}{secret}/drop/"):
        assert client.get(address).status_code == client.post(address).status_code == 404
    form = opened(client, page_of(post)) | {"autosave_key": secret, "autosave_from": secret, "body": "Mine."}
    client.post(autosave_of(post), form)
    client.post(page_of(post), form)

    assert Autosave.objects.get().sent["body"] == "SECRET"


def test_it_stands_in_no_export(client, post, secret, capsys):
    call_command("export_json")
    call_command("export_wordpress")

    assert "SECRET" not in capsys.readouterr().out


def test_it_goes_with_its_post_and_with_its_account(client, post, secret):
    account = post.author.user
    mine = opened(client, ADD)
    client.post(NEW, mine | {"title": "Mine"})

    # Ann is named by a log, so that her row stays: without the person, and without her texts.
    client.post(f"/admin/auth/user/{account.pk}/delete/", {"post": "yes"})
    assert [row.sent["title"] for row in Autosave.objects.all()] == ["Mine"]
    client.post(autosave_of(post), opened(client, page_of(post)) | {"body": "x"})
    post.delete()

    assert [row.sent["title"] for row in Autosave.objects.all()] == ["Mine"]


def test_who_is_taken_out_of_an_account_that_a_log_names_leaves_no_text_behind(client, post, secret):
    retire(post.author.user, name="A former author")

    assert not Autosave.objects.exists()


def test_old_ones_and_too_many_are_forgotten(post):
    account, now = post.author.user, timezone.now()
    rows = [Autosave(account=account, key=f"{n:032}", fields={}, saved_at=now - timedelta(hours=n)) for n in range(60)]
    rows.append(Autosave(account=make_user(), key="a" * 32, fields={}, saved_at=now - timedelta(days=91)))
    Autosave.objects.bulk_create(rows)

    upkeep.run()

    kept = Autosave.objects.order_by("-saved_at").values_list("key", flat=True)
    assert list(kept) == [f"{n:032}" for n in range(MOST_OF_AN_ACCOUNT)]
