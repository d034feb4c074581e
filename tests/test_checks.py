"""The checks that every comment passes: who is known, how many links, and that all is kept."""

import pytest
from django.contrib.auth.models import AnonymousUser, User

from comments.checks import CHECKS, Finding, SubmissionContext, Verdict, run_checks, status_after
from comments.models import Comment, Decision
from tests.factories import make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db


def context(discussion, **known):
    fields = {name: known.pop(name) for name in list(known) if name in ("moderation", "max_links")}
    return SubmissionContext(discussion=discussion(**fields), **known)


def verdict(comment, known):
    comment.rerender()
    return status_after(run_checks(comment, known))


def unsaved(**fields):
    return Comment(post=make_post(), name="Bo", email="bo@example.org", **{"body": "Words.", **fields})


def test_nobody_is_trusted_for_a_typed_name_or_address(discussion):
    make_comment(name="Bo", email="bo@example.org")

    assert verdict(unsaved(), context(discussion, moderation="first")) == "pending"


def test_an_account_with_an_approved_comment_is_known(discussion):
    user = make_user()
    make_comment(user=user)

    assert verdict(unsaved(), context(discussion, moderation="first", user=user)) == "approved"


def test_a_remembered_browser_with_an_approved_comment_is_known(discussion):
    make_comment(browser="b" * 32)

    assert verdict(unsaved(), context(discussion, moderation="first", browser="b" * 32)) == "approved"
    assert verdict(unsaved(), context(discussion, moderation="first", browser="c" * 32)) == "pending"


@pytest.mark.parametrize("status", ["spam", "trash"])
def test_a_removed_comment_counts_against_its_person(discussion, status):
    user = make_user()
    make_comment(user=user)
    make_comment(user=user, status=status)

    assert verdict(unsaved(), context(discussion, moderation="first", user=user)) == "pending"


def test_everything_waits_where_all_is_moderated_except_of_moderators(discussion):
    user = make_user()
    make_comment(user=user)
    editor = make_editor()

    assert verdict(unsaved(), context(discussion, moderation="all", user=user)) == "pending"
    assert verdict(unsaved(), context(discussion, moderation="all", user=editor)) == "approved"


@pytest.mark.parametrize(
    ("blog", "post", "known_person", "stranger"),
    [
        ("none", "", "approved", "approved"),
        ("none", "first", "approved", "pending"),
        ("none", "all", "pending", "pending"),
        ("first", "all", "pending", "pending"),
        ("all", "first", "pending", "pending"),
    ],
)
def test_a_post_may_ask_for_more_than_the_blog_and_not_for_less(discussion, blog, post, known_person, stranger):
    user = make_user()
    make_comment(user=user)

    def sent_by(account):
        comment = unsaved()
        comment.post.moderation = post
        return verdict(comment, context(discussion, moderation=blog, user=account))

    assert (sent_by(user), sent_by(None)) == (known_person, stranger)


def test_a_posts_author_skips_the_checks_below_their_own_posts_and_the_trail_says_so(discussion):
    user, author = make_staff_author()
    comment = unsaved()
    comment.post = make_post(author=author)
    known = context(discussion, moderation="all", user=user)

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
    assert verdict(unsaved(**fields), context(discussion, moderation="none", max_links=limit)) == status


def test_a_check_that_breaks_is_shown_and_never_approves(discussion, caplog):
    def broken(comment, context):
        raise RuntimeError("out of order")

    findings = run_checks(unsaved(), context(discussion, moderation="none"), checks=[broken, *CHECKS])

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

    send(post, body="Second, same browser, other name.", name="Cy", remember="on")
    send(post, body="Third, same browser, other address: somebody else's here.", email="cy@example.org", remember="on")
    send(post, using=type(client)(), body="Fourth, same name, other browser.")

    statuses = ["approved", "approved", "pending", "pending"]
    assert [c.status for c in Comment.objects.order_by("pk")] == statuses


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
