"""Many comments at once: first they wait, then they are refused with the words kept, and others go on writing."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.flood import NETWORK_LIMIT
from comments.models import Comment, DiscussionSettings
from comments.retention import forget_networks
from tests.factories import make_comment, make_editor, make_post, make_staff_author
from tests.test_many_writers import database  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

NO_LIMITS = {"hourly_per_network": None, "daily_per_network": None, "hourly_per_post": None, "daily_limit": None}
REFUSED = "Too many comments are arriving at the moment."
SETTINGS_PAGE = "/admin/comments/discussionsettings/1/change/"


@pytest.fixture
def limits(discussion):
    """Sets the limits; those that are not named are none. Nobody's comment waits for another reason."""
    return lambda **fields: discussion(**{"moderation": "none", "flood_seconds": 15, **NO_LIMITS, **fields})


@pytest.fixture
def flood():
    """Sends comments under fresh names and addresses, a few seconds apart; returns the answers."""

    def send_many(number, *, post=None, addresses=lambda n: f"203.0.113.{n % 250}", minutes=0, **fields):
        posts, answers = post or make_post(), []
        for n in range(number):
            form = {"name": f"N{n}", "email": f"n{n}@example.org", "body": f"Number {n} of many.", **fields}
            target = posts[n % len(posts)] if isinstance(posts, list) else posts
            answers.append(Client().post(f"/comments/on/{target.pk}/", form, REMOTE_ADDR=addresses(n)))
            Comment.objects.update(submitted_at=F("submitted_at") - timedelta(seconds=15, minutes=minutes))
        return answers

    return send_many


def statuses(answers):
    return [answer.status_code for answer in answers]


def stored():
    """The statuses of all comments, in the order in which they came."""
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


# --- From one network


def test_what_comes_from_one_network_first_waits_and_then_is_refused_with_the_words_kept(limits, flood):
    limits(hourly_per_network=5)

    answers = flood(18)

    assert statuses(answers) == [303] * 15 + [429] * 3
    assert stored() == ["approved"] * 5 + ["pending"] * 10
    assertContains(answers[-1], REFUSED, status_code=429)
    assertContains(answers[-1], "Number 17 of many.", status_code=429)
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("addresses", "is_one"),
    [
        (lambda n: f"203.0.113.{n}", True),
        (lambda n: f"203.0.{n}.7", False),
        (lambda n: f"2001:db8:0:{n:x}::1", True),
        (lambda n: f"2001:db8:{n:x}::1", False),
        (lambda n: f"::ffff:203.0.113.{n}", True),
    ],
    ids=["/24", "many of IPv4", "/48", "many of IPv6", "IPv4 written as IPv6"],
)
def test_a_network_is_a_24_of_ipv4_and_a_48_of_ipv6(limits, flood, addresses, is_one):
    limits(hourly_per_network=3)

    flood(6, addresses=addresses)

    assert stored().count("pending") == (3 if is_one else 0)


def test_others_go_on_writing_while_one_network_is_refused(limits, flood, client):
    limits(hourly_per_network=2)
    post = make_post()
    assert flood(8, post=post)[-1].status_code == 429

    answer = client.post(
        f"/comments/on/{post.pk}/",
        {"name": "Ann", "email": "ann@example.org", "body": "I live elsewhere."},
        REMOTE_ADDR="198.51.100.7",
    )

    assert answer.status_code == 303
    assert Comment.objects.get(name="Ann").status == "approved"


def test_an_hour_later_the_network_is_free_and_the_day_has_a_limit_of_its_own(limits, flood):
    limits(hourly_per_network=4, daily_per_network=6)

    answers = flood(8, minutes=20)

    assert statuses(answers) == [303] * 8
    assert stored() == ["approved"] * 6 + ["pending"] * 2
    flood(11, minutes=20, body="More.")
    assert statuses(flood(1, body="Too many for a day.")) == [429]


def test_it_may_be_sent_again_when_the_answer_said(limits, flood):
    limits(hourly_per_network=1)
    post = make_post()
    refused = flood(4, post=post)[-1]
    assert refused.status_code == 429
    minutes = int(re.search(r"Send yours again in (\d+) minute", refused.content.decode())[1])
    assert int(refused["Retry-After"]) == minutes * 60

    Comment.objects.update(submitted_at=F("submitted_at") - timedelta(minutes=minutes))

    assert statuses(flood(1, post=post, body="Again.")) == [303]


# --- Below one post, and on the whole blog


def test_below_one_post_more_than_the_limit_wait_and_three_times_as_many_are_refused(limits, flood):
    limits(hourly_per_post=4)
    post, other = make_post(), make_post()

    answers = flood(13, post=post, addresses=lambda n: f"203.{n}.113.7")

    assert statuses(answers) == [303] * 12 + [429]
    assert stored() == ["approved"] * 4 + ["pending"] * 8
    assert statuses(flood(1, post=other, body="Below another.")) == [303]
    assert stored()[-1] == "approved"


def test_in_a_day_more_than_the_limit_wait_wherever_they_came(limits, flood):
    limits(daily_limit=4)

    answers = flood(13, post=[make_post(), make_post()], addresses=lambda n: f"203.{n}.113.7", minutes=60)

    assert statuses(answers) == [303] * 12 + [429]
    assert stored() == ["approved"] * 4 + ["pending"] * 8


def test_who_was_approved_before_is_not_stopped_by_what_strangers_send(limits, flood, client):
    limits(hourly_per_post=2, daily_limit=2)
    post = make_post()
    ann = {"name": "Ann", "email": "ann@example.org", "remember": "on"}
    client.post(f"/comments/on/{post.pk}/", ann | {"body": "Long ago."}, REMOTE_ADDR="198.51.100.7")
    Comment.objects.update(submitted_at=timezone.now() - timedelta(days=9))
    assert statuses(flood(7, post=post, addresses=lambda n: f"203.{n}.113.7"))[-1] == 429

    answer = client.post(f"/comments/on/{post.pk}/", ann | {"body": "Still here."}, REMOTE_ADDR="198.51.100.7")

    assert answer.status_code == 303
    assert stored()[-1] == "approved"


def test_who_was_approved_before_still_has_the_limit_of_the_network(limits, flood, client):
    limits(hourly_per_network=2)
    ann = {"name": "Ann", "email": "ann@example.org", "remember": "on"}
    post = make_post()
    client.post(f"/comments/on/{post.pk}/", ann | {"body": "Long ago."}, REMOTE_ADDR="203.0.113.9")
    Comment.objects.update(submitted_at=timezone.now() - timedelta(days=9))
    flood(2)

    client.post(f"/comments/on/{post.pk}/", ann | {"body": "And now."}, REMOTE_ADDR="203.0.113.9")

    assert stored()[-1] == "pending"


# --- Who is not counted


@pytest.mark.parametrize("who", ["editor", "author"])
def test_moderators_and_the_posts_author_are_neither_stopped_nor_counted(limits, send, client, who):
    limits(hourly_per_network=1, daily_per_network=1, hourly_per_post=1, daily_limit=1)
    user, author = (make_editor(), None) if who == "editor" else make_staff_author()
    post = make_post(author=author)
    client.force_login(user)

    answers = [send(post, body=f"Answer number {n}.") for n in range(NETWORK_LIMIT + 5)]

    assert statuses(answers) == [303] * (NETWORK_LIMIT + 5)
    assert set(stored()) == {"approved"}
    client.logout()
    send(post, body="A reader's.")
    assert stored()[-1] == "approved"


def test_an_author_is_a_reader_below_the_posts_of_others(limits, send, client):
    limits(hourly_per_post=1, flood_seconds=1)
    user, _author = make_staff_author()
    post = make_post(author=make_staff_author()[1])
    make_comment(post=post, submitted_at=timezone.now() - timedelta(minutes=1))
    client.force_login(user)

    send(post)

    assert stored()[-1] == "pending"


def test_no_seconds_between_comments_mean_no_limits_at_all(limits, flood):
    limits(hourly_per_network=1, daily_per_network=1, hourly_per_post=1, daily_limit=1, flood_seconds=0)

    assert statuses(flood(30)) == [303] * 30
    assert set(stored()) == {"approved"}


def test_a_lively_day_does_not_reach_the_limits_that_a_blog_has_by_itself(discussion, flood):
    discussion(moderation="none", flood_seconds=15)
    posts = [make_post() for _ in range(3)]

    flood(120, post=posts, addresses=lambda n: f"203.{n % 40}.113.7")

    assert set(stored()) == {"approved"}


# --- What is told


def test_moderators_read_why_and_the_writer_is_told_without_anything_about_others(limits, flood, client):
    limits(hourly_per_network=2)
    answers = flood(3)
    comment = Comment.objects.latest("pk")

    page = Client().get(answers[-1]["Location"])

    assertContains(page, "many comments are arriving at the moment")
    assertNotContains(page, "network")
    client.force_login(make_editor())
    desk = client.get(f"/admin/comments/comment/{comment.pk}/change/")
    assertContains(desk, "2 comments arrived from the same network within an hour, and the limit is 2.")
    assertContains(client.get("/admin/comments/comment/?check=flood"), "Number 2 of many.")


def test_the_log_keeps_no_network(limits, flood):
    limits(hourly_per_network=1)

    flood(3)

    assert "203.0" not in str(Comment.objects.latest("pk").decisions.get().findings)


def test_which_limit_was_reached_can_not_be_told_from_the_answer(limits, flood):
    pages = set()
    for setting in NO_LIMITS:
        Comment.objects.all().take_out()
        limits(**{setting: 1})
        answers = flood(4)
        shown = Client().get(answers[1]["Location"]).content.decode()
        reasons = re.search(r"It is waiting because:[^<]*", shown)[0]
        told = re.search(REFUSED, answers[3].content.decode())[0]
        pages.add((reasons, told))

    assert len(pages) == 1


def test_behind_a_proxy_that_is_not_named_the_moderator_is_told_what_is_wrong(limits, flood, client):
    limits(hourly_per_network=1)
    flood(2, addresses=lambda n: "127.0.0.1")

    client.force_login(make_editor())
    page = client.get(f"/admin/comments/comment/{Comment.objects.latest('pk').pk}/change/")

    assertContains(page, "TRUSTED_PROXIES")


# --- The settings


def test_the_limits_stand_in_the_settings_form_and_none_of_them_can_be_nought(client, editor):
    page = client.get(SETTINGS_PAGE)
    assertContains(page, "Comments per hour from one network")
    form = page.context["adminform"].form
    values = {name: form.initial.get(name) for name in form.fields if form.initial.get(name) not in (None, False)}

    assertContains(client.post(SETTINGS_PAGE, values | {"hourly_per_network": "0"}), "greater than or equal to 1")
    client.post(SETTINGS_PAGE, values | {"hourly_per_network": "7", "daily_limit": ""})

    settings = DiscussionSettings.load()
    assert (settings.hourly_per_network, settings.daily_limit) == (7, None)


# --- Addresses, clocks and crowds


def test_after_30_days_address_network_and_browser_are_forgotten(limits, flood):
    limits()
    flood(6)
    Comment.objects.update(user_agent="Browser/1.0", submitted_at=timezone.now() - timedelta(days=31))
    make_comment(user_agent="Browser/2.0", ip_address="203.0.113.9", submitted_at=timezone.now() - timedelta(days=29))

    forget_networks()

    kept = set(Comment.objects.values_list("ip_address", "network", "user_agent"))
    assert kept == {(None, "", ""), ("203.0.113.9", "203.0.113.0/24", "Browser/2.0")}


@pytest.mark.parametrize("setting", NO_LIMITS)
@pytest.mark.parametrize("jump", [timedelta(minutes=5), timedelta(hours=3), timedelta(days=400)])
def test_a_clock_that_was_set_back_shuts_nobody_out(limits, flood, setting, jump):
    limits(**{setting: 1})
    post = make_post()
    assert statuses(flood(4, post=post))[-1] == 429

    Comment.objects.update(submitted_at=F("submitted_at") + jump + timedelta(minutes=2))

    assert statuses(flood(1, post=post, body="Again.")) == [303]


@pytest.mark.parametrize("where", ["one post", "many posts"])
def test_twenty_at_once_get_no_further_than_one_after_the_other(database, where):  # noqa: F811
    DiscussionSettings(moderation="none", **NO_LIMITS | {"hourly_per_network": 2}).save()
    posts = [make_post() for _ in range(1 if where == "one post" else 20)]
    all_are_here = threading.Barrier(20, timeout=20)

    def write(n):
        connections["default"] = database.copy()
        try:
            form = {"name": f"N{n}", "email": f"n{n}@example.org", "body": f"Number {n}."}
            all_are_here.wait()
            address = f"/comments/on/{posts[n % len(posts)].pk}/"
            return Client().post(address, form, REMOTE_ADDR=f"203.0.113.{n}").status_code
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(write, range(20)))

    assert sorted(answers) == [303] * 6 + [429] * 14
    assert sorted(stored()) == ["approved"] * 2 + ["pending"] * 4


def test_all_limits_together_cost_two_queries_and_a_lock(limits, send):
    post = make_post()
    for _n in range(60):
        make_comment(post=post, ip_address="127.0.0.1", submitted_at=timezone.now() - timedelta(minutes=90))

    def queries(n):
        with CaptureQueriesContext(connection) as queries:
            assert send(post, name=f"N{n}", email=f"n{n}@example.org", body=f"Number {n}.").status_code == 303
        return len(queries)

    queries(0)
    limits(flood_seconds=0)
    without = queries(1)
    limits(hourly_per_network=30, daily_per_network=150, hourly_per_post=500, daily_limit=3000)

    assert queries(2) - without == 2 + (connection.vendor == "postgresql")
