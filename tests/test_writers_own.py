"""What its writer can do with a comment, in the model: each with its row in the log, none lost to somebody else's."""

import pytest

from comments.checks import Finding, Verdict
from comments.models import AlreadyDecided, BrowserKey, Comment, Decision, WaitingEdit
from tests.factories import make_comment, make_editor

pytestmark = pytest.mark.django_db

HELD = [Finding("links", Verdict.HOLD, "3 links", "it has many links")]
ASKED = Decision.Asked


def seen(comment):
    return comment.last_decision.pk


def rewrite(comment, body, *, findings=(), is_held=False):
    return comment.rewrite(body, findings=findings, is_held=is_held, seen=seen(comment))


def last_of(comment):
    decision = Comment.objects.get(pk=comment.pk).last_decision
    return decision.from_status, decision.to_status, decision.by_writer, decision.asked


def test_another_text_is_shown_at_once_and_the_log_keeps_the_one_before():
    comment = make_comment(body="One.")

    decision = rewrite(comment, "Two.")

    comment = Comment.objects.get()
    assert (comment.body, comment.body_html.strip(), comment.body_as_written) == ("Two.", "<p>Two.</p>", "")
    assert comment.edited_at
    assert (decision.body_before, decision.by_writer, str(decision.by)) == ("One.", True, "the commenter")


def test_another_text_that_is_held_waits_beside_the_one_that_is_up():
    comment = make_comment(body="One.")

    rewrite(comment, "Two.", findings=HELD, is_held=True)
    rewrite(comment, "Three.", findings=HELD, is_held=True)

    comment = Comment.objects.get()
    assert (comment.body, comment.status, comment.waiting_edit.body) == ("One.", "approved", "Three.")
    assert comment.waiting_edit.reasons_told == ["it has many links"]
    assert last_of(comment) == ("approved", "approved", True, ASKED.EDIT)
    assert [row.asked_text for row in comment.decisions.order_by("pk")] == ["", "Two.", "Three."]


def test_a_moderator_shows_it_or_leaves_what_was():
    editor = make_editor()
    for verb, body in (("accept_edit", "Two."), ("refuse_edit", "One.")):
        comment = make_comment(body="One.")
        rewrite(comment, "Two.", findings=HELD, is_held=True)

        decision = getattr(comment, verb)(by=editor, seen=seen(comment))

        comment = Comment.objects.get(pk=comment.pk)
        assert (comment.body, decision.actor, comment.edit_that_waits) == (body, editor, None)
        with pytest.raises(AlreadyDecided):
            getattr(comment, verb)(by=editor, seen=seen(comment))


def test_what_waits_goes_on_waiting_with_the_new_text_and_what_was_found_in_it():
    for status in ("pending", "spam"):
        comment = make_comment(
            body="One.", status=status, findings=[Finding("x", Verdict(status if status == "spam" else "hold"), "w")]
        )
        refused = comment.is_refused

        rewrite(comment, "Two.", findings=HELD, is_held=True)

        comment = Comment.objects.get(pk=comment.pk)
        assert (comment.body, comment.status) == ("Two.", status)
        assert comment.reasons_told == ["it has many links"]
        # Whoever sends the same text again learns nothing from it.
        assert comment.is_refused == refused is False


def test_of_two_edits_at_once_the_second_is_told():
    comment, opened = make_comment(), None
    opened = seen(comment)
    rewrite(comment, "From the first tab.")

    with pytest.raises(AlreadyDecided):
        comment.rewrite("From the second.", findings=(), is_held=False, seen=opened)

    assert Comment.objects.get().body == "From the first tab."


def test_a_moderator_who_has_read_the_old_text_decides_nothing_on_the_new_one():
    comment, editor = make_comment(status="pending", body="Nice."), make_editor()
    read = seen(comment)
    rewrite(comment, "Buy boots.")

    with pytest.raises(AlreadyDecided):
        comment.approve(by=editor, seen=read)

    done, _unchanged, late = Comment.objects.all().decide("approve", by=editor, seen=read)
    assert (done, len(late)) == (0, 1)


@pytest.mark.parametrize("status", ["approved", "pending", "spam"])
def test_what_is_withdrawn_is_gone_and_comes_back_only_from_the_trash(status):
    comment, editor = make_comment(status=status), make_editor()

    comment.withdraw()

    assert last_of(comment) == (status, "trash", True, "")
    assert comment.withdrawn_at
    assert not comment.may_be_asked_about
    assert comment.withdraw() is None
    decision = comment.restore(by=editor)
    comment = Comment.objects.get()
    assert (comment.status, comment.withdrawn_at) == (status, None)
    comment.take_back(decision, by=editor)
    assert Comment.objects.get().withdrawn_at


def test_what_a_moderator_has_removed_can_not_be_withdrawn_as_well():
    comment = make_comment()
    comment.trash(by=make_editor())

    assert comment.withdraw() is None
    assert not Comment.objects.get().withdrawn_at


def test_a_second_look_is_asked_for_once():
    comment, editor = make_comment(status="pending"), make_editor()
    assert comment.ask_again("But why?") is None
    comment.trash(by=editor)

    comment.ask_again("I was only quoting him.")

    comment = Comment.objects.get()
    assert last_of(comment) == ("trash", "pending", True, ASKED.LOOK)
    assert comment.second_look == "I was only quoting him."
    comment.trash(by=editor)
    assert comment.ask_again("Please!") is None


def test_who_is_erased_leaves_text_place_and_log(django_user_model):
    comment = make_comment(
        body="Words", name="Rudi", email="rudi@example.org", url="https://rudi.example", ip_address="192.0.2.9"
    )
    reply = make_comment(parent=comment)

    comment.remove_name()

    comment = Comment.objects.get(pk=comment.pk)
    stored = str({field.name: getattr(comment, field.attname) for field in Comment._meta.fields})
    assert not any(word in stored.casefold() for word in ("rudi", "192.0.2.9"))
    assert (comment.body, comment.status, reply.parent_id) == ("Words", "approved", comment.pk)
    assert last_of(comment) == ("approved", "approved", True, ASKED.NAME)


def test_the_log_forgets_every_text_of_what_is_deleted_for_ever():
    comment, editor = make_comment(body="A regretted text."), make_editor()
    rewrite(comment, "Another regretted text.", findings=HELD, is_held=True)
    comment.refuse_edit(by=editor)
    comment.trash(by=editor)
    comment.ask_again("A regretted plea.")
    comment.withdraw()

    comment.erase(by=editor)

    log = list(comment.decisions.order_by("pk"))
    assert [row.asked for row in log] == ["", "edit", "edit", "", "look", "", ""]
    assert not any("regretted" in row.asked_text + row.body_before for row in log)
    assert not WaitingEdit.objects.exists()


def test_a_key_opens_the_comment_that_it_came_with_for_a_day(monkeypatch):
    mine, other = make_comment(), make_comment()
    BrowserKey.objects.keep(mine, "a" * 32)
    for bad in ("", "a" * 31, "a" * 129, "ä" * 40, "a" * 32 + "\x00"):
        BrowserKey.objects.keep(other, bad)

    assert BrowserKey.objects.opens(mine, "a" * 32)
    assert not BrowserKey.objects.opens(mine, "b" * 32)
    assert not BrowserKey.objects.opens(other, "a" * 32)
    assert not BrowserKey.objects.opens(other, "")
    monkeypatch.setattr(
        "comments.models.browser_key.KEPT", BrowserKey.objects.get().made_at - BrowserKey.objects.get().made_at
    )
    assert not BrowserKey.objects.opens(mine, "a" * 32)
    BrowserKey.objects.forget_old()
    assert not BrowserKey.objects.exists()
