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
    assertContains(client.get("/admin/"), "3 (75 %)")


def test_it_shows_each_day_as_a_bar_and_in_a_table(client, editor):
    come_in("links")
    come_in("words", status="spam")
    come_in("links", days=2)

    page = client.get("/admin/")

    assert [number for _day, number in page.context["days"]][-3:] == [1, 0, 2]
    assert page.content.decode().count("<rect ") == 30
    assertContains(page, "3 received; busiest day 2.")
    assertContains(page, "2 were held (67 %), 1 caught as spam (33 %).")


def test_it_lists_the_last_decisions_of_people(client, editor):
    come_in("links").trash(by=editor)
    make_comment(name="Nobody Decided")

    page = client.get("/admin/")

    assertContains(page, "Edda Editor:")
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

    with django_assert_max_num_queries(12):
        client.get("/admin/")
