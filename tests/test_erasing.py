"""Deleting for ever: from the trash or the spam alone, after a page that asks, with the log's rows left."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection, models
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments import decision_log
from comments.models import Batch, Comment, Decision, DiscussionSettings, SpamModel
from tests.factories import make_comment, make_editor, make_staff_author
from tests.test_batches import QUEUE, press

pytestmark = pytest.mark.django_db

SECRET = "A sentence that somebody regrets."


def make_regretted(**fields):
    return make_comment(
        body=SECRET, name="Rudi", email="rudi@example.org", url="https://rudi.example", ip_address="192.0.2.9", **fields
    )


def erase(client, comment):
    page = client.post(f"{QUEUE}{comment.pk}/change/", form_of(comment) | {"decide": "erase"}, follow=True)
    return press(client, page, "start")


def form_of(comment):
    return {"body": comment.body, "reason": "", "answer": "", "note": "", "rule": ""}


def test_text_and_person_are_gone_from_the_comment_and_from_its_log(client, editor):
    comment = make_regretted()
    comment.edit(f"{SECRET} Mended.", by=editor)
    comment.trash(by=editor, reason="He asked for it.")

    page = erase(client, comment)

    assertContains(page, "1 comment deleted permanently.")
    comment.refresh_from_db()
    stored = str({field.name: getattr(comment, field.attname) for field in Comment._meta.fields})
    for gone in ("regrets", "Rudi", "rudi", "192.0.2.9"):
        assert gone not in stored
    log = list(comment.decisions.order_by("pk"))
    assert [decision.to_status for decision in log] == ["approved", "approved", "trash", "erased"]
    assert not any("regrets" in decision.body_before for decision in log)
    assert log[2].reason == "He asked for it."


def test_it_is_asked_first_and_offers_no_undo(client, editor):
    comment = make_regretted(status="spam")

    page = client.post(f"{QUEUE}{comment.pk}/decide/", {"decide": "erase"}, follow=True)

    assertContains(page, "This can't be undone")
    comment.refresh_from_db()
    assert comment.body == SECRET
    assertNotContains(press(client, page, "start"), "Undo")


@pytest.mark.parametrize("status", ["approved", "pending"])
def test_what_is_public_or_waits_is_not_deleted(client, editor, status):
    comment = make_regretted(status=status)

    assert comment.erase(by=editor) is None
    client.post(QUEUE, {"action": "erase", "_selected_action": [comment.pk]}, follow=True)
    batch = Batch.objects.get()
    client.post(f"{QUEUE}batch/{batch.pk}/", {"do": "start"})

    comment.refresh_from_db()
    assert (comment.status, comment.body) == (status, SECRET)


def test_what_is_deleted_is_in_no_list_and_can_not_be_decided(client, editor):
    comment = make_regretted(status="trash")
    comment.erase(by=editor)

    for status in ("all", "trash", "spam", "approved"):
        assert not client.get(f"{QUEUE}?status__exact={status}").context["cl"].result_list
    for verb in ("approve", "restore", "spam"):
        assert getattr(comment, verb)(by=editor) is None
    assert client.get(f"{QUEUE}{comment.pk}/change/").status_code == 302


def test_who_decides_on_a_stale_list_is_told_that_it_is_gone(client, editor):
    comment = make_regretted(status="trash")
    comment.erase(by=make_editor(first_name="Other", last_name="Editor"))

    page = client.post(f"{QUEUE}{comment.pk}/decide/", {"decide": "restore"}, follow=True)

    assertContains(page, "Already decided by Other Editor")
    assertContains(page, "deleted permanently. Nothing was changed.")


def test_its_replies_stay_below_a_tombstone(client, editor):
    comment = make_regretted()
    reply = make_comment(parent=comment, body="Still here.")
    comment.trash(by=editor)
    comment.erase(by=editor)

    page = client.get(comment.post.get_absolute_url())

    assertContains(page, "Still here.")
    assertContains(page, f'<li id="comment-{comment.pk}" class="tombstone')
    assert reply.decisions.count() == 1


def test_it_is_a_permission_of_its_own(client):
    user, author = make_staff_author()
    comment = make_regretted(post=None, status="trash")
    comment.post.author = author
    comment.post.save()
    client.force_login(user)

    assertNotContains(client.get(f"{QUEUE}{comment.pk}/change/"), "Delete permanently")
    client.post(f"{QUEUE}{comment.pk}/decide/", {"decide": "erase"})
    assert client.post(f"{QUEUE}empty-spam/").status_code == 403
    assert not Batch.objects.exists()

    user.user_permissions.add(Permission.objects.get(codename="delete_comment"))
    assertContains(client.get(f"{QUEUE}{comment.pk}/change/"), "Delete permanently")


def test_old_spam_is_emptied_after_a_page_that_counts_it(client, editor):
    old = [make_regretted(status="spam", submitted_at=timezone.now() - timedelta(days=31 + n)) for n in range(3)]
    new = make_regretted(status="spam", submitted_at=timezone.now() - timedelta(days=29))
    trash = make_regretted(status="trash", submitted_at=timezone.now() - timedelta(days=99))
    assertContains(client.get(f"{QUEUE}?status__exact=spam"), "Delete spam older than 30 days")

    page = client.post(f"{QUEUE}empty-spam/?status__exact=spam", follow=True)
    assertContains(page, "You are about to change <b>3 comments</b>")
    press(client, page, "start")

    assert [Comment.objects.get(pk=comment.pk).status for comment in (*old, new, trash)] == [
        *["erased"] * 3,
        "spam",
        "trash",
    ]
    assert Decision.objects.filter(to_status="erased", actor=editor).count() == 3


def test_the_old_trash_is_emptied_after_a_page_that_lists_it_and_nothing_else_is(client, editor):
    def make_trashed(days, decided=None, **fields):
        comment = make_regretted(submitted_at=timezone.now() - timedelta(days=days), **fields)
        decision = comment.trash(by=editor, reason="Rude.")
        with decision_log.unprotected():
            models.QuerySet(Decision).filter(pk=decision.pk).update(
                decided_at=timezone.now() - timedelta(days=decided or days)
            )
        return comment

    old, lately, new = make_trashed(90), make_trashed(90, decided=1), make_trashed(29)
    others = [make_regretted(status=s, submitted_at=old.submitted_at) for s in ("approved", "pending", "spam")]
    reply = make_comment(parent=old, body="Still here.")
    button = "Delete what has been in the trash for more than 30 days"
    assertContains(client.get(f"{QUEUE}?status__exact=trash"), button)
    assertNotContains(client.get(f"{QUEUE}?status__exact=spam"), button)

    page = client.post(f"{QUEUE}empty-trash/?status__exact=trash", follow=True)
    assertContains(page, "You are about to change <b>1 comment</b>")
    assertContains(page, SECRET)
    assert Comment.objects.get(pk=old.pk).status == "trash"
    page = press(client, page, "start")

    assertContains(page, "1 comment deleted permanently.")
    assert Comment.objects.get(pk=old.pk).body == ""
    assert [Comment.objects.get(pk=c.pk).status for c in (lately, new, *others, reply)] == [
        *("trash", "trash", "approved", "pending", "spam", "approved")
    ]
    assert [(d.to_status, d.reason, d.actor) for d in old.decisions.order_by("pk")][1:] == [
        ("trash", "Rude.", editor),
        ("erased", "", editor),
    ]
    assertContains(client.get(old.post.get_absolute_url()), f'<li id="comment-{old.pk}" class="tombstone')


def test_without_a_number_of_days_the_trash_is_kept(client, editor, discussion):
    discussion(trash_days=None)

    assertNotContains(client.get(f"{QUEUE}?status__exact=trash"), "Delete what")
    assert client.post(f"{QUEUE}empty-trash/").status_code == 403


@pytest.mark.parametrize("status", ["approved", "pending", "erased", "all", "x"])
def test_nothing_else_than_spam_and_trash_can_be_emptied(client, editor, status):
    comment = make_regretted(submitted_at=timezone.now() - timedelta(days=99))

    assert client.post(f"{QUEUE}empty-{status}/").status_code == 403

    assert Comment.objects.get(pk=comment.pk).body == SECRET
    assert not Batch.objects.exists()


def test_without_a_number_of_days_spam_is_kept(client, editor):
    settings = DiscussionSettings.load()
    settings.spam_days = None
    settings.save()

    assertNotContains(client.get(f"{QUEUE}?status__exact=spam"), "Delete spam")
    assert client.post(f"{QUEUE}empty-spam/").status_code == 403


def test_notes_are_deleted_with_their_comment(client, editor):
    comment = make_regretted(status="trash")
    client.post(f"{QUEUE}{comment.pk}/change/", form_of(comment) | {"note": "I know him.", "_save": "1"})
    assertContains(client.get(f"{QUEUE}{comment.pk}/change/"), "I know him.")

    comment.erase(by=editor)

    assert comment.notes.count() == 0


def test_nothing_that_was_computed_from_it_keeps_its_words(client, editor):
    for number in range(25):
        make_comment(body=f"Genuine words, number {number}.", status="pending").approve(by=editor)
        make_comment(body=f"Buy zacharias boots, number {number}.", status="pending").spam(by=editor)
    SpamModel.learn()
    assert any("zacharias" in word for word, _weight in SpamModel.current().explain("zacharias"))
    batch = Batch.plan(Comment.objects.filter(status="spam"), "erase", by=editor)

    client.post(f"{QUEUE}batch/{batch.pk}/", {"do": "start"})
    call_command("worker", until_idle=True)

    assert not (SpamModel.current() and SpamModel.current().explain("zacharias"))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM comments_search_data WHERE instr(block, 'zac') > 0")
            assert cursor.fetchone()[0] == 0


def test_a_permission_that_was_taken_away_holds_for_a_plan(client, editor):
    comment = make_regretted(status="trash")
    batch = Batch.plan(Comment.objects.all(), "erase", by=editor)
    editor.groups.get().permissions.remove(Permission.objects.get(codename="delete_comment"))

    assert client.post(f"{QUEUE}batch/{batch.pk}/", {"do": "start"}).status_code == 403

    comment.refresh_from_db()
    assert comment.body == SECRET


def test_what_was_marked_as_spam_lately_is_not_emptied_however_old_it_is(client, editor):
    comment = make_regretted(submitted_at=timezone.now() - timedelta(days=90))
    comment.spam(by=editor)

    page = client.post(f"{QUEUE}empty-spam/", follow=True)

    assertContains(page, "You are about to change <b>0 comments</b>")
