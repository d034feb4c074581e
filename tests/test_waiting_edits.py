"""A changed text that waits stands beside the one that is up, for moderators: they publish it, or leave what was."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from comments.checks import Finding, Verdict
from comments.models import Comment
from tests.factories import make_comment, make_editor, make_staff_author

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/"


@pytest.fixture
def comment():
    comment = make_comment(body="The old text.")
    held = [Finding("links", Verdict.HOLD, "More than 2 links", "it has many links")]
    comment.rewrite("The new text.", findings=held, is_held=True, seen=comment.last_decision.pk)
    return comment


def press(client, comment, verb, **typed):
    seen = Comment.objects.get(pk=comment.pk).last_decision.pk
    return client.post(
        f"{QUEUE}{comment.pk}/edit/?status__exact=edits", {"edit": verb, "seen": seen, **typed}, follow=True
    )


def test_the_desk_leads_to_it_and_shows_both_texts_with_the_reason(client, editor, comment):
    assertContains(client.get("/admin/"), "1 public comment has a changed text that waits for you")
    assertContains(client.get(QUEUE), "1 public comment has a changed text that waits for you")

    for page in (client.get(f"{QUEUE}?status__exact=edits"), client.get(f"{QUEUE}{comment.pk}/change/")):
        assertContains(page, "The old text.")
        assertContains(page, "<p>The new text.</p>")
        assertContains(page, "More than 2 links")
        assertContains(page, f"{comment.pk}/edit/")


@pytest.mark.parametrize(("verb", "shown"), [("accept", "The new text."), ("refuse", "The old text.")])
def test_one_button_publishes_it_and_the_other_leaves_what_was(client, editor, comment, verb, shown):
    page = press(client, comment, verb)

    assertContains(page, "was published." if verb == "accept" else "stays.")
    assertContains(Client().get(comment.post.get_absolute_url()), f"<p>{shown}</p>")
    log = client.get(f"{QUEUE}{comment.pk}/change/")
    assertContains(log, "text edited" if verb == "accept" else "another text, refused")
    assertContains(log, "The new text.")
    assertNotContains(client.get(QUEUE), "changed text that waits")
    # What somebody else has decided is not decided again.
    assertContains(press(client, comment, verb), "Nothing was changed.")


def test_a_refusal_is_undone_and_the_text_waits_again(client, editor, comment):
    press(client, comment, "refuse")
    refusal = Comment.objects.get(pk=comment.pk).last_decision

    client.post(f"{QUEUE}{comment.pk}/take-back/{refusal.pk}/")

    again = Comment.objects.get(pk=comment.pk)
    assert again.waiting_edit.body == "The new text."
    assert again.waiting_edit.reasons_told == ["it has many links"]
    assert again.body == "The old text."
    assert refusal.pk not in again.can_be_taken_back()


def test_it_is_decided_by_post_and_by_who_may_moderate_there(client, comment):
    author, _author = make_staff_author()
    client.force_login(author)

    assert press(client, comment, "accept").status_code == 404
    client.force_login(make_editor(username="ed"))
    assert client.get(f"{QUEUE}{comment.pk}/edit/").status_code == 405
    press(client, comment, "delete")

    assert Comment.objects.get(pk=comment.pk).waiting_edit


def test_a_moderator_is_told_that_the_writer_was_faster(client, editor, comment):
    page = client.post(
        f"{QUEUE}{comment.pk}/edit/", {"edit": "accept", "seen": comment.decisions.earliest("pk").pk}, follow=True
    )

    assertContains(page, "changed, withdrew or asked about this comment at")
    assert Comment.objects.get(pk=comment.pk).body == "The old text."


def test_what_its_writer_withdrew_says_so_in_the_trash(client, editor):
    comment = make_comment()
    comment.withdraw()

    assertContains(client.get(f"{QUEUE}?status__exact=trash"), "Withdrawn by its writer")
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    assertContains(page, "the commenter")
    assertContains(page, "(withdrawn)")
