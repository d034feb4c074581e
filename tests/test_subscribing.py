"""New posts by mail, as a reader gets them: the form, the one mail that asks, the choice, and the end."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Blog, Category, Subscriber, SubscriptionRequest
from tests.factories import make_post, make_subscriber
from tests.wxr import import_, make_export, make_item

pytestmark = pytest.mark.django_db


def ask(client, email="bo@example.org", **typed):
    return client.post("/subscribe/", {"email": email, "frequency": "each", **typed})


def path_in(mail, purpose):
    """The path of the link in a mail whose page is for this."""
    return re.search(rf"http://[^/]+(/subscribe/{purpose}/\S+)", mail.body)[1]


def subscribed(client, mailoutbox, email="bo@example.org", **typed):
    """Goes the whole way; returns the row."""
    assert ask(client, email, **typed).status_code == 303
    client.post(path_in(mailoutbox[-1], "confirm"), {"confirm": ""})
    return Subscriber.objects.of(email)


# --- The way in


def test_somebody_who_confirms_their_address_is_subscribed_as_they_chose(client, mailoutbox):
    news = Category.objects.create(name="News")
    make_post().categories.add(news)

    answer = ask(client, frequency="weekly", categories=[news.pk])
    page = client.get(answer.url)
    mail = mailoutbox[0]
    link = path_in(mail, "confirm")
    assert not Subscriber.objects.exists()
    shown = client.get(link)
    done = client.post(link, {"confirm": ""}, follow=True)

    assertContains(page, "Check your email")
    assert mail.to == ["bo@example.org"]
    assertContains(shown, "Yes, subscribe")
    assertContains(shown, "News")
    assertContains(done, "You are subscribed.")
    subscriber = Subscriber.objects.get()
    assert (subscriber.email, subscriber.frequency, subscriber.all_categories) == ("bo@example.org", "weekly", False)
    assert list(subscriber.categories.all()) == [news]


def test_a_program_that_follows_every_link_of_the_mail_changes_nothing(client, mailoutbox):
    ask(client)
    links = re.findall(r"http://[^/]+(/\S*)", mailoutbox[0].body)

    for link in links:
        client.get(link)
        client.head(link)

    assert not Subscriber.objects.exists()
    assert client.get(path_in(mailoutbox[0], "confirm")).status_code == 200


def test_known_unknown_stopped_and_refused_addresses_get_one_answer_by_the_same_work(client, django_assert_num_queries):
    make_subscriber(email="known@example.org")
    make_subscriber(email="stopped@example.org").stop()
    Subscriber.refuse("refused@example.org")
    emails = ["new@example.org", "known@example.org", "stopped@example.org", "refused@example.org", "KNOWN@example.org"]
    client.get("/subscribe/")

    answers = []
    for email in emails:
        with django_assert_num_queries(6):
            answer = ask(client, email)
        answers.append(
            (answer.status_code, sorted(answer.headers.items()), answer.content, client.get(answer.url).content)
        )

    assert all(answer == answers[0] for answer in answers)


def test_who_is_subscribed_already_is_told_by_mail_and_who_refused_hears_nothing(client, mailoutbox):
    make_subscriber(email="known@example.org")
    Subscriber.refuse("refused@example.org")

    ask(client, "Known@Example.org")
    ask(client, "refused@example.org")

    (mail,) = mailoutbox
    assert "You get them already" in mail.body
    assert mail.to == ["known@example.org"]
    assert "/subscribe/confirm/" not in mail.body


def test_a_link_works_once_and_a_second_click_right_after_it_is_no_mistake(client, mailoutbox):
    subscriber = subscribed(client, mailoutbox)
    link = path_in(mailoutbox[0], "confirm")

    again = client.post(link, {"confirm": ""})
    assert again.status_code == 302
    subscriber.stop()
    later = Client().post(link, {"confirm": ""})

    assert later.status_code == 404
    assertContains(client.get(link), "This link does not work", status_code=404)
    assert not Subscriber.objects.get().is_active


def test_a_link_dies_after_a_week_and_is_no_other_links_token(client, mailoutbox):
    subscriber = subscribed(client, mailoutbox)
    ask(client, "cy@example.org")
    confirm = path_in(mailoutbox[-1], "confirm")
    tokens = [path.rstrip("/").rpartition("/")[2] for path in (confirm, subscriber.manage_url, subscriber.stop_url)]

    for purpose, own in zip(("confirm", "manage", "stop"), tokens, strict=True):
        wrong = [token for token in tokens if token != own]
        wrong += [own[:-1] + ("A" if own[-1] != "A" else "B"), own[:60], f"{own}x", own.replace(".", "")]
        for token in wrong:
            assert client.post(f"/subscribe/{purpose}/{token}/", {"stop": ""}).status_code in {404, 405}, (
                purpose,
                token,
            )
    SubscriptionRequest.objects.update(asked_at=timezone.now() - timedelta(days=7, minutes=1))

    assert client.post(confirm, {"confirm": ""}).status_code == 404
    assert [row.email for row in Subscriber.objects.active()] == ["bo@example.org"]


def test_who_did_not_ask_can_have_the_address_left_alone_for_good(client, mailoutbox):
    ask(client)
    link = path_in(mailoutbox[0], "confirm")

    # As a mail program does, too: the link is in its List-Unsubscribe.
    page = client.post(link, {"List-Unsubscribe": "One-Click"})
    ask(client)

    assertContains(page, "No emails to this address")
    assert mailoutbox[0].extra_headers["List-Unsubscribe"].endswith(f"{link}>")
    assert len(mailoutbox) == 1
    assert not Subscriber.objects.active().exists()


def test_a_stranger_can_not_be_flooded_from_one_network_or_from_many(client, mailoutbox):
    for number in range(12):
        answer = client.post(
            "/subscribe/", {"email": f"b.o+{number}@example.org"}, REMOTE_ADDR=f"203.0.113.{number + 1}"
        )
    for number in range(12):
        Client().post("/subscribe/", {"email": "bo@example.org"}, REMOTE_ADDR=f"198.51.{number}.1")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assertContains(answer, "b.o+11@example.org", status_code=429)
    assert len(mailoutbox) == 3


@pytest.mark.parametrize(
    ("email", "is_taken"),
    [
        ("bo+blog@example.org", True),
        ("BÖ@EXÄMPLE.ORG", True),
        (f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.org", True),
        (f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 60}.org", False),
        ("bo@example.org\nBcc: cy@example.org", False),
        ('"bo"@example.org', False),
        ("bo@example.org, cy@example.org", False),
        ("bo", False),
        ("bo\x00@example.org", False),
        ("", False),
    ],
)
def test_every_address_that_mail_could_go_to_is_taken_and_no_other(client, mailoutbox, email, is_taken):
    answer = ask(client, email)

    assert answer.status_code == (303 if is_taken else 422)
    assert [mail.to for mail in mailoutbox] == ([[email]] if is_taken else [])


def test_what_no_form_of_ours_sends_is_refused_and_breaks_nothing(client, mailoutbox):
    subscriber = make_subscriber()
    manage = subscriber.manage_url.removeprefix("http://127.0.0.1:8000")

    for wrong in ({"categories": "9" * 30}, {"categories": "\x00"}, {"categories": "²"}, {"frequency": "hourly\x00"}):
        page = ask(client, **wrong)
        assertContains(page, f'<a href="#id_{next(iter(wrong))}_0">', status_code=422)
        assert client.post(manage, {"frequency": "weekly", **wrong}).status_code == 422
    for method in (client.put, client.delete, client.patch):
        assert {method("/subscribe/").status_code, method(manage).status_code} == {405}

    assert not mailoutbox
    subscriber.refresh_from_db()
    assert subscriber.frequency == "each"


def test_another_sites_form_subscribes_nobody(client, mailoutbox):
    answer = client.post("/subscribe/", {"email": "bo@example.org"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not mailoutbox


# --- The pages


def test_the_form_is_the_same_bytes_for_everybody_and_sets_no_cookie(client):
    first, second = client.get("/subscribe/"), Client().get("/subscribe/")

    assert first.content == second.content
    assert not first.cookies
    assertContains(first, "We don’t track")


def test_links_to_the_form_cost_readers_no_query_and_are_gone_where_the_author_does_not_offer_it(client):
    address = make_post().get_absolute_url()
    client.get(address)

    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    Blog.objects.update_or_create(pk=1, defaults={"posts_by_mail": False})
    client.get(address)
    with CaptureQueriesContext(connection) as asked_without:
        without = client.get(address)

    assertContains(page, 'href="/subscribe/"', count=2)
    assertNotContains(without, "/subscribe/")
    assert len(asked) == len(asked_without)
    assert client.get("/subscribe/").status_code == 404
    assert ask(client).status_code == 405


def test_a_page_that_came_in_with_its_address_keeps_it(client, tmp_path):
    page = {"post_type": "page", "title": "Ways to follow us", "slug": "subscribe"}
    import_(make_export(tmp_path, make_item(link="https://old.example/subscribe/", **page)))

    assertContains(client.get("/subscribe/"), "Ways to follow us")
    assertContains(client.get("/subscribe/?form"), "Your email address")


# --- Afterwards


def test_a_subscriber_changes_and_ends_it_by_the_links_in_every_mail(client, mailoutbox):
    news = Category.objects.create(name="News")
    make_post().categories.add(news)
    subscriber = subscribed(client, mailoutbox)
    manage = subscriber.manage_url.removeprefix("http://127.0.0.1:8000")

    page = client.get(manage)
    saved = client.post(manage, {"frequency": "weekly", "categories": [news.pk]}, follow=True)
    subscriber.refresh_from_db()
    assert (subscriber.frequency, subscriber.all_categories) == ("weekly", False)
    stopped = client.post(manage, {"stop": ""})

    assertContains(page, "bo…@example.org")
    assertNotContains(page, "bo@example.org")
    assertContains(saved, "Saved.")
    assertContains(stopped, "You are unsubscribed")
    subscriber.refresh_from_db()
    assert not subscriber.is_active


def test_a_mail_program_ends_it_with_one_post_and_a_look_does_not(client):
    subscriber = make_subscriber()
    stop = subscriber.stop_url.removeprefix("http://127.0.0.1:8000")

    page = client.get(stop)
    subscriber.refresh_from_db()
    assert subscriber.is_active
    csrf = Client(enforce_csrf_checks=True)
    for _again in range(2):
        assertContains(csrf.post(stop, {"List-Unsubscribe": "One-Click"}), "You are unsubscribed")

    assertContains(page, "Unsubscribe")
    subscriber.refresh_from_db()
    assert not subscriber.is_active


def test_somebody_who_has_unsubscribed_can_have_the_address_erased(client, mailoutbox):
    subscriber = subscribed(client, mailoutbox)
    stop = subscriber.stop_url.removeprefix("http://127.0.0.1:8000")
    client.post(stop, {"erase": ""})
    assert not Subscriber.objects.get().is_active

    erased = client.post(stop, {"erase": ""})

    assertContains(erased, "Your address is erased")
    assert not Subscriber.objects.exists()
    assert not SubscriptionRequest.objects.exclude(email="").exists()
    assert client.post(path_in(mailoutbox[0], "confirm"), {"confirm": ""}).status_code == 404
    assert client.get(stop).status_code == 404


def test_who_subscribes_again_gets_links_that_the_old_mails_do_not_have(client, mailoutbox):
    subscriber = subscribed(client, mailoutbox)
    old = subscriber.stop_url.removeprefix("http://127.0.0.1:8000")
    subscriber.stop()

    again = subscribed(client, mailoutbox)

    assert (again.pk, again.is_active) == (subscriber.pk, True)
    assert client.post(old).status_code == 404
    assert Subscriber.objects.get().is_active


def test_what_was_never_confirmed_is_forgotten(client, mailoutbox):
    ask(client)
    assert SubscriptionRequest.objects.get().network
    SubscriptionRequest.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    SubscriptionRequest.objects.forget_networks()
    assert not SubscriptionRequest.objects.get().network

    SubscriptionRequest.objects.update(asked_at=timezone.now() - timedelta(days=8))
    SubscriptionRequest.objects.forget_old()

    assert not SubscriptionRequest.objects.exists()
