"""The blog's own rules: what a moderator chose is what the writer is told, and stays as it was told."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from comments import tokens
from comments.models import Comment, Rule
from tests.factories import make_comment
from tests.test_desk import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule():
    return Rule.objects.create(number=3, title="No threats", text="These go to the police.")


def writers_page(client, comment):
    client.logout()
    return client.get(f"{comment.post.get_absolute_url()}?awaiting={tokens.awaiting(comment)}")


def test_the_writer_is_told_the_rule_and_neither_the_note_nor_the_name(client, editor, rule):
    comment = make_comment(status="pending", body="Watch out.")

    change(client, comment, decide="trash", rule=rule.pk, reason="Said so twice; see the mail of Monday.")

    page = writers_page(client, comment)
    assertContains(page, "not published")
    assertContains(page, "Reason: rule 3, No threats")
    assertContains(page, "These go to the police.")
    assertNotContains(page, "Monday")
    assertNotContains(page, "Ditor")
    assertNotContains(client.get(comment.post.get_absolute_url()), "No threats")


def test_the_writer_sees_that_a_comment_was_published(client, editor):
    comment = make_comment(status="pending", body="Let me in.")
    comment.approve(by=editor)

    assertContains(writers_page(client, comment), "Your comment has been published")
    assertNotContains(client.get(comment.post.get_absolute_url()), "Your comment has been published")


def test_the_writer_of_what_was_deleted_for_ever_is_not_told_that_it_waits(client, editor):
    comment = make_comment(status="pending")
    comment.trash(by=editor)
    comment.erase(by=editor)

    page = writers_page(client, comment)
    assertContains(page, "Your comment was not published")
    assertNotContains(page, "awaiting moderation")


def test_a_decision_without_a_rule_tells_none(client, editor, rule):
    comment = make_comment(status="pending")
    comment.trash(by=editor, reason="private")

    page = writers_page(client, comment)

    assertContains(page, "Your comment was not published")
    assertNotContains(page, "Reason: rule")


def test_a_rule_that_was_told_is_not_rewritten_but_gets_a_new_version(client, editor, rule):
    comment = make_comment()
    comment.trash(by=editor, rule=rule)

    client.post(f"/admin/comments/rule/{rule.pk}/change/", {"title": "No threats at all", "text": "None."})

    assert str(Comment.objects.get().rule_told) == "3. No threats"
    (current,) = Rule.objects.current()
    assert (current.number, current.version, current.title) == (3, 2, "No threats at all")
    assertContains(writers_page(client, comment), "No threats")


def test_a_rule_that_nobody_was_told_is_changed_in_place(client, editor, rule):
    client.post(f"/admin/comments/rule/{rule.pk}/change/", {"title": "Be kind", "text": ""})

    assert [(r.version, r.title) for r in Rule.objects.all()] == [(1, "Be kind")]


def test_a_number_that_is_taken_is_refused_with_a_word(client, editor, rule):
    page = client.post("/admin/comments/rule/add/", {"number": "3", "title": "Another", "text": ""})

    assertContains(page, "errorlist")
    assert Rule.objects.count() == 1


def test_an_edit_leaves_the_rule_that_was_told(client, editor, rule):
    comment = make_comment()
    comment.trash(by=editor, rule=rule)

    comment.edit("Without the name.", by=editor)

    assert comment.rule_told == rule


def test_saving_a_told_rule_and_going_on_shows_its_new_version(client, editor, rule):
    make_comment().trash(by=editor, rule=rule)
    form = {"title": "No threats at all", "text": "None.", "_continue": "1"}

    page = client.post(f"/admin/comments/rule/{rule.pk}/change/", form, follow=True)

    assertContains(page, "No threats at all")
    assertNotContains(page, "Perhaps it was deleted")
