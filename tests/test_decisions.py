"""Transitions: each is a row in the log, and nothing is decided by the way."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from pytest_django.asserts import assertContains, assertNotContains

from comments.checks import CHECKS, Circumstances, Finding, Verdict, run_checks, status_after
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
    assertContains(page, f'<li id="comment-{parent.pk}" class="tombstone">')
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


# --- The checks


def circumstances(discussion, **known):
    fields = {name: known.pop(name) for name in list(known) if name in ("moderation", "max_links")}
    return Circumstances(settings=discussion(**fields), **known)


def verdict(comment, known):
    comment.rerender()
    return status_after(run_checks(comment, known))


def unsaved(**fields):
    return Comment(post=make_post(), name="Bo", email="bo@example.org", **{"body": "Words.", **fields})


def test_nobody_is_trusted_for_a_typed_name_or_address(discussion):
    make_comment(name="Bo", email="bo@example.org")

    assert verdict(unsaved(), circumstances(discussion, moderation="first")) == "pending"


def test_an_account_with_an_approved_comment_is_known(discussion):
    user = make_user()
    make_comment(user=user)

    assert verdict(unsaved(), circumstances(discussion, moderation="first", user=user)) == "approved"


def test_a_remembered_browser_with_an_approved_comment_is_known(discussion):
    make_comment(browser="b" * 32)

    assert verdict(unsaved(), circumstances(discussion, moderation="first", browser="b" * 32)) == "approved"
    assert verdict(unsaved(), circumstances(discussion, moderation="first", browser="c" * 32)) == "pending"


@pytest.mark.parametrize("status", ["spam", "trash"])
def test_a_removed_comment_counts_against_its_person(discussion, status):
    user = make_user()
    make_comment(user=user)
    make_comment(user=user, status=status)

    assert verdict(unsaved(), circumstances(discussion, moderation="first", user=user)) == "pending"


def test_everything_waits_where_all_is_moderated_except_of_moderators(discussion):
    user = make_user()
    make_comment(user=user)
    editor = make_editor()

    assert verdict(unsaved(), circumstances(discussion, moderation="all", user=user)) == "pending"
    assert verdict(unsaved(), circumstances(discussion, moderation="all", user=editor)) == "approved"


def test_a_posts_author_skips_the_checks_below_their_own_posts_and_the_trail_says_so(discussion):
    user, author = make_staff_author()
    comment = unsaved()
    comment.post = make_post(author=author)
    known = circumstances(discussion, moderation="all", user=user)

    findings = run_checks(comment, known)

    assert status_after(findings) == "approved"
    assert "skipped" in findings[0].why
    comment.post = make_post(author=make_staff_author()[1])
    assert verdict(comment, known) == "pending"


@pytest.mark.parametrize(
    ("fields", "limit", "status"),
    [
        ({"body": "See http://a.example and www.b.example"}, 2, "approved"),
        ({"body": "http://a.example www.b.example [c](https://c.example)"}, 2, "pending"),
        ({"body": "http://a.example www.b.example", "url": "https://c.example"}, 2, "pending"),
        ({"body": "a@a.example b@b.example c@c.example"}, 0, "approved"),
        ({"body": "`http://a.example`"}, 0, "approved"),
        ({"body": "see http://a.example " * 30}, None, "approved"),
        ({"body": "http://a.example"}, 0, "pending"),
    ],
)
def test_more_links_than_the_limit_hold(discussion, fields, limit, status):
    assert verdict(unsaved(**fields), circumstances(discussion, moderation="none", max_links=limit)) == status


def test_a_check_that_breaks_is_shown_and_never_approves(discussion, caplog):
    def broken(comment, circumstances):
        raise RuntimeError("out of order")

    findings = run_checks(unsaved(), circumstances(discussion, moderation="none"), checks=[broken, *CHECKS])

    assert status_after(findings) == "pending"
    assert "could not run" in findings[0].why
    assert "out of order" in caplog.text


def test_the_strictest_verdict_wins():
    def finding(verdict):
        return Finding("x", verdict, "why")

    assert status_after([]) == "approved"
    assert status_after([finding(Verdict.APPROVE), finding(Verdict.SPAM), finding(Verdict.HOLD)]) == "spam"


def test_all_findings_are_stored_with_the_first_decision(discussion, send):
    discussion(moderation="first", max_links=0)

    send(make_post(), body="See http://a.example")

    findings = Decision.objects.get().findings
    assert [finding["check"] for finding in findings] == ["moderation", "links"]
    assert findings[1]["plain"] == "it has 1 link"


def test_remember_me_lets_the_next_comment_of_this_browser_pass_and_no_other(client, discussion, send):
    discussion(moderation="first")
    post = make_post()
    send(post, body="First.", remember="on")
    Comment.objects.get().approve(by=make_editor())

    send(post, body="Second, same browser, other name.", name="Cy", email="cy@example.org")
    send(post, using=type(client)(), body="Third, same name, other browser.")

    assert [c.status for c in Comment.objects.order_by("pk")] == ["approved", "approved", "pending"]


def test_no_cookie_is_set_unless_asked_for(client, discussion, send):
    discussion(moderation="none")
    post = make_post()
    client.get(post.get_absolute_url())

    answer = send(post)

    assert not answer.cookies
    assert not client.cookies


def test_anonymous_visitors_moderate_nothing():
    make_comment()

    assert not AnonymousUser().has_perm("comments.moderate_comment")
    assert not User.objects.exists()


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
