"""What was decided at the desk can be taken back, for one comment or for a batch, and overwrites nobody's decision."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment
from tests.factories import make_comment, make_editor, make_staff_author
from tests.test_desk import QUEUE, change, status_of

pytestmark = pytest.mark.django_db


def undo(client):
    action = re.search(r'class="undo" method="post" action="([^"]+)"', client.get(QUEUE).content.decode())[1]
    return client.post(action, follow=True)


def test_undo_takes_a_batch_back_exactly(client, editor):
    waiting = [make_comment(status="pending") for _ in range(3)]
    approved = make_comment()
    client.post(
        f"{QUEUE}?status__exact=all", {"action": "trash", "_selected_action": [c.pk for c in [*waiting, approved]]}
    )

    answer = undo(client)

    assertContains(answer, "4 decisions were undone.")
    assert status_of(*waiting, approved) == ["pending"] * 3 + ["approved"]
    assert approved.last_decision.takes_back.to_status == "trash"


def test_undo_leaves_alone_what_somebody_decided_since(client, editor):
    first, second = make_comment(status="pending"), make_comment(status="pending")
    client.post(QUEUE, {"action": "approve", "_selected_action": [first.pk, second.pk]})
    Comment.objects.get(pk=first.pk).spam(by=make_editor(first_name="Other", last_name="Editor"))

    answer = undo(client)

    assertContains(answer, "Already decided by Other Editor")
    assert status_of(first, second) == ["spam", "pending"]


def test_an_edit_is_undone_too(client, editor):
    comment = make_comment(body="What I wrote.")
    change(client, comment, body="What it became.", _save="1")

    undo(client)

    comment.refresh_from_db()
    assert comment.body == "What I wrote."
    assert [row.body_before for row in comment.decisions.order_by("pk")] == ["", "What I wrote.", "What it became."]


def test_nobody_undoes_what_they_may_not_decide(client, editor):
    comment = make_comment(status="pending")
    client.post(QUEUE, {"action": "approve", "_selected_action": [comment.pk]})
    batch = comment.last_decision.batch
    client.force_login(make_staff_author()[0])

    client.post(f"{QUEUE}undo/{batch}/")

    assert status_of(comment) == ["approved"]
    assert client.get(f"{QUEUE}undo/{batch}/").status_code == 405


def take_back(client, comment, decision):
    return client.post(f"{QUEUE}{comment.pk}/take-back/{decision.pk}/", follow=True)


def test_the_log_takes_back_the_newest_decision_and_the_newest_edit_whenever_they_were_taken(client, editor):
    comment = make_comment(body="What I wrote.", status="pending")
    edit = comment.edit("What it became.", by=editor)
    approval = comment.approve(by=editor)
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    assertContains(page, "Undo</button>", count=2)

    take_back(client, comment, edit)
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("What I wrote.", "approved")
    take_back(client, comment, approval)
    comment.refresh_from_db()

    assert (comment.body, comment.status) == ("What I wrote.", "pending")
    page = take_back(client, comment, approval)
    assertContains(page, "Nothing was changed.")


def test_how_a_comment_came_in_can_not_be_taken_back(client, editor):
    comment = make_comment(status="pending")
    assertNotContains(client.get(f"{QUEUE}{comment.pk}/change/"), "Undo</button>")

    page = take_back(client, comment, comment.decisions.get())

    assertContains(page, "Nothing was changed.")
    assert comment.decisions.count() == 1
    assert client.get(f"{QUEUE}{comment.pk}/take-back/1/").status_code == 405


@pytest.mark.parametrize("verb", ["spam", "trash", "hold"])
def test_an_answer_that_was_begun_does_not_publish_what_is_removed(client, editor, verb):
    comment = make_comment(status="pending")

    page = change(client, comment, answer="You are wrong, and", decide=verb)

    assert status_of(comment) != ["approved"]
    assert not Comment.objects.filter(parent=comment).exists()
    assertContains(page, "You are wrong, and")


def test_an_answer_is_undone_with_the_approval_that_it_was(client, editor):
    other, comment = make_comment(status="pending"), make_comment(status="pending")
    change(client, other, decide="trash")
    page = change(client, comment, answer="Thank you.")
    assertContains(page, "You replied to <bdi>Bo Reader</bdi>’s comment and approved it.")
    reply = Comment.objects.get(parent=comment)

    undo(client)

    assert status_of(other, comment, reply) == ["trash", "pending", "pending"]


def test_an_edit_and_a_decision_of_one_press_are_undone_together(client, editor):
    comment = make_comment(body="What I wrote.", status="pending")
    change(client, comment, body="What it became.", decide="approve")

    undo(client)

    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("What I wrote.", "pending")


def test_after_what_changed_nothing_no_older_undo_is_offered(client, editor):
    first, second = make_comment(status="pending"), make_comment(status="pending")
    change(client, first, decide="trash")

    change(client, second, decide="hold")

    assertNotContains(client.get(QUEUE), "Undo the last decision")


def test_a_reason_without_a_decision_is_not_said_to_be_saved(client, editor):
    comment = make_comment()

    assertContains(change(client, comment, reason="Because.", _save="1"), "Nothing to save")
    assertContains(change(client, comment, note="A note.", _save="1"), "Saved.")


def test_who_takes_back_too_late_is_told(client, editor, monkeypatch):
    comment = make_comment(status="pending")
    decision = comment.approve(by=editor)
    take = Comment.take_back

    def later(self, *args, **kwargs):
        Comment.objects.get(pk=self.pk).trash(by=make_editor(first_name="Other", last_name="Editor"))
        return take(self, *args, **kwargs)

    monkeypatch.setattr(Comment, "take_back", later)

    assertContains(take_back(client, comment, decision), "Already decided by Other Editor")
    assert status_of(comment) == ["trash"]


def test_a_comment_without_text_is_decided_and_can_be_given_one(client, editor):
    comment = make_comment(status="pending", kind="pingback")
    Comment.objects.filter(pk=comment.pk).update(body="")
    comment.refresh_from_db()

    change(client, comment, body="", decide="trash")
    assert status_of(comment) == ["trash"]
    change(client, comment, body="A text.", _save="1")

    comment.refresh_from_db()
    assert comment.body == "A text."


def test_what_came_in_since_the_page_was_made_is_to_be_read_first(client, editor):
    make_comment(status="pending")
    seen = re.search(r'name="seen" value="(\d+)"', client.get(QUEUE).content.decode())[1]
    late = make_comment(status="pending")

    page = client.post(QUEUE, {"action": "approve", "_selected_action": [late.pk], "seen": seen}, follow=True)

    assertContains(page, "Read it first")
    assert status_of(late) == ["pending"]


def test_an_edit_that_came_too_late_is_given_back(client, editor):
    comment = make_comment(status="pending", body="As written.")
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    seen = re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]
    comment.spam(by=make_editor(first_name="Other", last_name="Editor"))
    typed = {"body": "As I mended it, at length.", "reason": "", "answer": "", "seen": seen, "_save": "1"}

    answer = client.post(f"{QUEUE}{comment.pk}/change/", typed, follow=True)

    assertContains(answer, "Already decided by Other Editor")
    assertContains(answer, "As I mended it, at length.")
    assertNotContains(answer, "Nothing to save")
