"""Transitions: each is a row in the log, and nothing is decided by the way."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import AlreadyDecided, Comment, Decision
from tests.factories import make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("approve", "pending", "approved"),
        ("approve", "spam", "approved"),
        ("hold", "approved", "pending"),
        ("spam", "pending", "spam"),
        ("trash", "approved", "trash"),
    ],
)
def test_a_transition_writes_the_status_and_its_row_in_the_log(verb, before, after):
    editor = make_editor()
    comment = make_comment(status=before)

    decision = getattr(comment, verb)(by=editor, reason="because")

    comment.refresh_from_db()
    assert comment.status == decision.to_status == after
    assert (decision.from_status, decision.actor, decision.reason) == (before, editor, "because")
    assert comment.last_decision == decision


def test_the_first_row_of_the_log_says_how_the_comment_came_in():
    decision = make_comment(status="pending").decisions.get()

    assert (decision.from_status, decision.to_status, decision.actor) == ("", "pending", None)


def test_deciding_what_is_decided_already_changes_and_logs_nothing():
    comment = make_comment()

    assert comment.approve(by=make_editor()) is None
    assert comment.decisions.count() == 1


def test_approving_a_parent_publishes_nothing_else():
    parent = make_comment(status="pending")
    reply = make_comment(parent=parent, status="pending")

    parent.approve(by=make_editor())

    reply.refresh_from_db()
    assert reply.status == "pending"


def test_hiding_a_parent_leaves_a_tombstone_above_its_replies(client):
    parent = make_comment(body="Taken down.", name="Gone")
    reply = make_comment(parent=parent, body="Still here.")

    parent.trash(by=make_editor())

    page = client.get(parent.post.get_absolute_url())
    reply.refresh_from_db()
    assert reply.status == "approved"
    assertContains(page, "Still here.")
    assertContains(page, f'<li id="comment-{parent.pk}" class="tombstone"')
    assertNotContains(page, "Taken down.")
    assertNotContains(page, "Gone")
    assertContains(page, "One Response to")


def test_the_post_counts_what_is_shown():
    comment = make_comment()
    post, editor = comment.post, make_editor()
    make_comment(post=post, status="pending")
    make_comment(post=post, kind="pingback")

    counts = []
    for verb in ("trash", "restore", "hold", "approve"):
        getattr(comment, verb)(by=editor)
        post.refresh_from_db()
        counts.append(post.comment_count)

    assert counts == [0, 1, 0, 1]


def test_a_count_that_is_wrong_stands_in_nobodys_way():
    comment = make_comment()
    type(comment.post).objects.update(comment_count=0)

    comment.trash(by=make_editor())

    comment.post.refresh_from_db()
    assert comment.post.comment_count == 0


def test_restoring_brings_back_what_it_was_before():
    editor = make_editor()
    approved, pending = make_comment(), make_comment(status="pending")
    for comment in (approved, pending):
        comment.spam(by=editor)
        comment.trash(by=editor)

    first = approved.restore(by=editor)
    approved.restore(by=editor)
    pending.restore(by=editor)

    assert (approved.status, pending.status) == ("approved", "spam")
    assert first.takes_back.to_status == "trash"


def test_who_comes_second_is_told_what_the_first_decided_and_changes_nothing():
    first, second = make_editor(), make_editor()
    comment = make_comment(status="pending")
    same_comment = Comment.objects.get(pk=comment.pk)
    comment.approve(by=first)

    with pytest.raises(AlreadyDecided) as late:
        same_comment.trash(by=second)

    assert late.value.decision.actor == first
    assert Comment.objects.get(pk=comment.pk).status == "approved"


def test_an_edit_keeps_the_writers_text_and_every_one_between(client):
    editor = make_editor()
    comment = make_comment(body="As *written*.")

    comment.edit("Edited **once**.", by=editor, reason="a name removed")
    comment.edit("Edited twice.", by=editor)

    comment.refresh_from_db()
    assert comment.body_as_written == "As *written*."
    assert [row.body_before for row in comment.decisions.order_by("pk")] == ["", "As *written*.", "Edited **once**."]
    assertContains(client.get(comment.post.get_absolute_url()), "Edited twice.")


def test_an_answer_approves_what_it_answers_and_stands_below_it():
    user, author = make_staff_author()
    comment = make_comment(post=make_post(author=author), status="pending")

    reply = comment.answer("Thank you.", by=user)

    comment.refresh_from_db()
    assert comment.status == reply.status == "approved"
    assert (reply.parent, reply.root, reply.name) == (comment, comment, author.name)


def test_posts_comments_are_moderated_by_their_author_and_by_editors():
    user, author = make_staff_author()
    own = make_comment(post=make_post(author=author))
    other_author = make_staff_author()[1]
    foreign = make_comment(post=make_post(author=other_author))

    assert list(Comment.objects.moderated_by(user)) == [own]
    assert set(Comment.objects.moderated_by(make_editor())) == {own, foreign}
    assert not Comment.objects.moderated_by(make_user()).exists()


# --- Many at once


def test_a_batch_of_a_thousand_costs_few_queries_and_logs_each(django_assert_max_num_queries):
    editor, posts = make_editor(), [make_post() for _ in range(20)]
    Comment.objects.bulk_create(
        Comment(post=posts[n % 20], name="N", body="x", body_html="x", status="pending") for n in range(1000)
    )

    with django_assert_max_num_queries(40):
        done, unchanged, late = Comment.objects.all().decide("approve", by=editor, reason="all fine")

    assert (done, unchanged, late) == (1000, 0, [])
    assert Decision.objects.filter(to_status="approved", actor=editor, reason="all fine").count() == 1000
    assert {post.comment_count for post in type(posts[0]).objects.all()} == {50}


def test_deciding_on_one_costs_at_most_twelve_queries(django_assert_max_num_queries):
    editor = make_editor()
    comment = make_comment(parent=make_comment(notify=True), status="pending", email="x@example.org")
    comment = Comment.objects.get(pk=comment.pk)

    with django_assert_max_num_queries(12):
        comment.approve(by=editor)


def test_many_decisions_follow_the_rules_of_one():
    editor, other = make_editor(), make_editor()
    approved, waiting, spam = make_comment(), make_comment(status="pending"), make_comment()
    spam.spam(by=editor)
    seen = Decision.objects.latest("pk").pk
    waiting.trash(by=other)

    done, unchanged, late = Comment.objects.all().decide("restore", by=editor, seen=seen)

    assert (done, unchanged) == (1, 1)
    assert [decision.actor for decision in late] == [other]
    assert [c.status for c in Comment.objects.order_by("pk")] == ["approved", "trash", "approved"]
    assert spam.last_decision.takes_back.to_status == "spam"
    assert approved.decisions.count() == 1
