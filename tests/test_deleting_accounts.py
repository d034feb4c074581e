"""A moderator's account is deleted, and the logs stay as true as they were."""

import re

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.models import Import
from comments.models import Batch, Comment, Decision, Note
from posts.models import Author
from tests.factories import make_author, make_comment, make_editor, make_post, make_user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/comment/"


@pytest.fixture
def chief(client):
    user = make_user(username="chief", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def eve():
    """An editor who has left traces everywhere."""
    user = make_editor(username="eve", first_name="Eve", last_name="Ditor", email="eve@example.org")
    author = make_author(name="Eve D.", user=user)
    comment = make_comment(post=make_post(author=author), status="pending", name="Ruth")
    comment.answer("Thank you.", by=user, reason="She knows.")
    comment.edit("Mended.", by=user)
    Note.objects.create(comment=comment, author=user, text="I know her.")
    Import.objects.create(files=["old.xml"], state="failed", by=user)
    Batch.plan(Comment.objects.all(), "trash", by=user)
    return user


def delete(client, user, **fields):
    address = f"/admin/auth/user/{user.pk}/delete/"
    page = client.get(address)
    assert page.status_code == 200
    return page, client.post(address, {"post": "yes", **fields}, follow=True)


def log():
    return list(models_of_log())


def models_of_log():
    for model in (Decision, Note, Import):
        yield from model.objects.order_by("pk").values()


def test_the_page_says_what_happens_and_no_row_of_a_log_is_lost_or_changed(client, chief, eve):
    before = log()
    assert len(before) > 5

    page, answer = delete(client, eve)

    assertContains(page, "Nobody can log in with it any more.")
    assertContains(page, "The logs stay as they are")
    assertContains(answer, "deleted")
    assert log() == before


def test_nothing_is_left_of_the_person_and_the_log_calls_them_a_former_moderator(client, chief, eve):
    delete(client, eve)

    comment = Comment.objects.get(name="Ruth")
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    assertContains(page, "a former moderator")
    assertContains(page, "She knows.")
    assertContains(page, "I know her.")
    for address in (f"{QUEUE}{comment.pk}/change/", "/admin/", Import.objects.get().get_absolute_url()):
        shown = client.get(address).content.decode().partition("<main")[2]
        assert "Eve Ditor" not in shown
        assert not re.search(r"\beve\b", shown)
    row = User.objects.get(pk=eve.pk)
    assert "eve" not in f"{row.username} {row.first_name} {row.last_name} {row.email}".lower()
    assert not row.groups.exists()
    assertNotContains(client.get("/admin/auth/user/"), "former")


def test_the_name_stays_in_the_log_where_that_is_chosen(client, chief, eve):
    page, _answer = delete(client, eve, name="keep")

    assertContains(page, "Eve Ditor")
    page = client.get(f"{QUEUE}{Comment.objects.get(name='Ruth').pk}/change/")
    assertContains(page, "<td>Eve Ditor</td>")
    assert User.objects.get(pk=eve.pk).email == ""


def test_whoever_was_logged_in_is_out_and_nobody_gets_in_again(client, chief, eve):
    hers = Client()
    hers.force_login(eve)
    assert hers.get(QUEUE).status_code == 200

    delete(client, eve)

    assert hers.get(QUEUE).status_code == 302
    assert not hers.login(username="eve", password="a long password")
    assert not hers.login(username=User.objects.get(pk=eve.pk).username, password="a long password")


def test_the_name_can_be_given_to_somebody_else(client, chief, eve):
    delete(client, eve)

    assert make_user(username="eve").pk != eve.pk


def test_posts_and_answers_stay_signed_and_marked_as_the_authors(client, chief, eve):
    address = Comment.objects.get(body="Thank you.").post.get_absolute_url()
    before = Client().get(address).content

    delete(client, eve)

    assert Client().get(address).content == before
    assert b"by-author" in before
    assert Author.objects.get(name="Eve D.")


def test_what_she_was_deciding_on_many_stops_where_it_is(client, chief, eve):
    batch = Batch.objects.get()
    batch.switch(Batch.State.RUNNING)

    delete(client, eve)
    assert not Batch.objects.get().run(seconds=1)

    assert Batch.objects.get().state == "stopped"
    assert not Comment.objects.filter(status="trash").exists()


def test_what_she_decided_is_still_taken_back_by_others(client, chief, eve):
    comment = Comment.objects.get(name="Ruth")
    approval = comment.decisions.get(to_status="approved", from_status="pending")

    delete(client, eve)
    client.post(f"{QUEUE}{comment.pk}/take-back/{approval.pk}/")

    assert Comment.objects.get(pk=comment.pk).status == "pending"


def test_an_account_that_no_log_names_is_deleted(client, chief):
    user = make_user(username="guest")
    comment = make_comment(user=user, name="Guest")

    page, _answer = delete(client, user)

    assertNotContains(page, "The logs stay")
    assert not User.objects.filter(pk=user.pk).exists()
    assert Comment.objects.get(pk=comment.pk).name == "Guest"


def test_djangos_own_log_keeps_its_rows_too_and_forgets_the_name(client, chief):
    user = make_user(username="writer", is_staff=True)
    for kind, row in (
        (ContentType.objects.get_for_model(User), user.pk),
        (ContentType.objects.get_for_model(Author), 1),
    ):
        LogEntry.objects.create(user=user, content_type=kind, object_id=row, object_repr="writer", action_flag=CHANGE)

    delete(client, user)

    assert LogEntry.objects.filter(user=user).count() == 2
    assert not LogEntry.objects.filter(object_id=user.pk, object_repr="writer").exists()


def test_many_are_deleted_from_the_list_as_one_is(client, chief, eve):
    guest, before = make_user(username="guest"), log()
    chosen = {"action": "delete_selected", "_selected_action": [eve.pk, guest.pk]}

    assertContains(client.post("/admin/auth/user/", chosen), "except its entries in the logs")
    client.post("/admin/auth/user/", chosen | {"post": "yes"})

    assert log() == before
    assert User.objects.get(pk=eve.pk).get_full_name() == "a former moderator"
    assert not User.objects.filter(pk=guest.pk).exists()


def test_an_account_that_rests_and_is_called_like_one_that_went_is_still_in_the_list(client, chief):
    for name in ("former-editor", "former-999"):
        make_user(username=name, is_active=False)

    page = client.get("/admin/auth/user/")

    assertContains(page, "former-editor")
    assertContains(page, "former-999")


def test_the_last_account_that_may_do_everything_is_not_deleted(client, chief):
    page, _answer = delete(client, chief)

    assertContains(page, "the only account with all permissions")
    assert User.objects.get(pk=chief.pk).is_superuser


def test_who_may_not_delete_accounts_does_not(client, editor, eve):
    assert client.post(f"/admin/auth/user/{eve.pk}/delete/", {"post": "yes"}).status_code == 403

    assert User.objects.get(pk=eve.pk).username == "eve"
