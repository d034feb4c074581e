"""The admin's first page: what waits, what was decided, and which rule is a bad one."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.checks import Finding, Verdict
from tests.factories import make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_editor(first_name="Edda", last_name="Editor")
    client.force_login(user)
    return user


def come_in(check, *, status="pending", days=0, post=None):
    """A comment to which a check objected, so many days ago."""
    return make_comment(
        post=post,
        email="",
        body=f"Words about {check}, {days}, {status}.",
        status=status,
        submitted_at=timezone.now() - timedelta(days=days),
        findings=[Finding(check, Verdict.SPAM if status == "spam" else Verdict.HOLD, "For a reason.")],
    )


def test_it_says_how_many_wait_and_since_when(client, editor):
    come_in("links", days=3)
    come_in("links", days=1)

    page = client.get("/admin/")

    assertContains(page, "Waiting: 2")
    assertContains(page, "Oldest: 3\xa0days")


def test_without_any_it_says_that_nothing_waits(client, editor):
    assertContains(client.get("/admin/"), "No comments are waiting.")


def test_it_counts_the_false_alarms_of_each_check(client, editor):
    for _ in range(3):
        come_in("links").approve(by=editor)
    come_in("links").spam(by=editor)
    come_in("shape").trash(by=editor)
    come_in("shape", days=40).approve(by=editor)

    checks = {row["check_name"]: row for row in client.get("/admin/").context["checks"]}

    assert (checks["links"]["all"], checks["links"]["approved"], checks["links"]["removed"]) == (4, 3, 1)
    assert (checks["shape"]["all"], checks["shape"]["approved"], checks["shape"]["removed"]) == (1, 0, 1)
    assertContains(client.get("/admin/"), "3 (75%)")


def test_it_shows_each_day_as_a_bar_and_in_a_table(client, editor):
    come_in("links")
    come_in("words", status="spam")
    come_in("links", days=2)

    page = client.get("/admin/")

    assert [number for _day, number in page.context["days"]][-3:] == [1, 0, 2]
    assert page.content.decode().count("<rect ") == 30
    assertContains(page, "3 received; busiest day 2.")
    assertContains(page, "2 were held (67%), 1 caught as spam (33%).")


def test_it_lists_the_last_decisions_of_people(client, editor):
    come_in("links").trash(by=editor)
    make_comment(name="Nobody Decided")

    page = client.get("/admin/")

    assertContains(page, "<bdi>Edda Editor</bdi>:")
    assertNotContains(page, "Nobody Decided")


def test_an_author_sees_the_figures_of_their_own_posts_alone(client):
    user, author = make_staff_author()
    client.force_login(user)
    come_in("links", post=make_post(author=make_staff_author()[1]))
    come_in("shape", post=make_post(author=author))

    page = client.get("/admin/")

    assertContains(page, "Waiting: 1")
    assert [row["check_name"] for row in page.context["checks"]] == ["shape"]


def test_who_does_not_moderate_sees_nothing_of_it(client):
    client.force_login(make_user(is_staff=True))

    assertNotContains(client.get("/admin/"), "Moderation")


def test_it_costs_the_same_however_many_there_are(client, editor, django_assert_max_num_queries):
    for number in range(12):
        come_in("links", days=number).approve(by=editor)

    with django_assert_max_num_queries(17):
        client.get("/admin/")


# --- A spam check that has drifted


def learned_objects(number, *, approved, days, editor, post=None):
    """Comments to which the spam check objected, and what was made of them."""
    post = post or make_post()
    for n in range(number):
        comment = come_in("learned", days=days, post=post)
        comment.approve(by=editor) if n < approved else comment.spam(by=editor)


DRIFTED = "The spam filter is wrong more often than before"


def test_it_says_when_the_spam_check_is_wrong_more_often_than_it_was_and_what_to_do(client, editor):
    learned_objects(25, approved=2, days=60, editor=editor)
    learned_objects(20, approved=8, days=3, editor=editor)

    page = client.get("/admin/")

    assertContains(page, DRIFTED)
    assertContains(page, "Moderators have checked 20 comments from the last 30 days that the filter had suspected.")
    assertContains(page, "They approved 8 of them (40%).")
    assertContains(page, "In the 90 days before, they approved 8%.")
    assertContains(page, "/admin/comments/discussionsettings/1/change/#id_spam_threshold")
    wrong = client.get("/admin/comments/comment/?status__exact=approved&check=learned")
    assert wrong.context["cl"].result_count == 10


@pytest.mark.parametrize(
    ("before", "now", "has_drifted"),
    [
        ((2, 25), (7, 19), False),  # too few to say
        ((2, 25), (4, 20), False),  # below a quarter
        ((5, 20), (9, 20), False),  # less than twice
        ((5, 20), (10, 20), True),
        ((0, 20), (5, 20), True),
        ((1, 19), (9, 20), False),  # nothing to compare it with
        ((0, 0), (10, 20), True),
    ],
)
def test_it_has_drifted_where_a_quarter_and_twice_as_many_as_before_were_false(
    client, editor, before, now, has_drifted
):
    learned_objects(before[1], approved=before[0], days=60, editor=editor)
    learned_objects(now[1], approved=now[0], days=3, editor=editor)

    assert (DRIFTED in client.get("/admin/").content.decode()) == has_drifted


def test_what_other_checks_hold_and_what_still_waits_is_no_drift(client, editor):
    for _n in range(25):
        come_in("links", days=3).approve(by=editor)
        come_in("learned", days=3)

    assertNotContains(client.get("/admin/"), DRIFTED)


def test_an_author_who_may_not_change_the_settings_is_not_sent_there(client):
    user, author = make_staff_author()
    client.force_login(user)
    learned_objects(20, approved=15, days=3, editor=make_editor(), post=make_post(author=author))

    page = client.get("/admin/")

    assertContains(page, DRIFTED)
    assertNotContains(page, "id_spam_threshold")
