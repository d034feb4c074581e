"""Logging in: who gets in, who is told to wait, and what anybody learns from it."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.accounts.models import AccountEvent, Allowance
from blog_site.accounts.upkeep import forget_sessions
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PASSWORD = "a long password"


def log_in(client, name="ann", password=PASSWORD, address="192.0.2.1", path=LOGIN, **fields):
    return client.post(path, {"username": name, "password": password, **fields}, REMOTE_ADDR=address)


def guess(client, times, name="ann", address="198.51.100.7"):
    """What each of so many wrong passwords was answered."""
    return [log_in(client, name, f"wrong {number}", address).status_code for number in range(times)]


def is_in(client):
    return "_auth_user_id" in client.session


def kinds():
    return list(AccountEvent.objects.order_by("pk").values_list("kind", flat=True))


# --- The way in


@pytest.mark.parametrize("name", ["ann", "ANN", " ann ", "Ann@Example.org", "ann@example.org"])
def test_a_name_or_an_address_in_any_case_lets_in(client, ann, name):
    assert log_in(client, name).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize("name", ["anna", "ann@example.com", "", "ann\x00", "%", "a" * 3000])
def test_another_name_does_not(client, ann, name):
    assert log_in(client, name).status_code == 200
    assert not is_in(client)


def test_an_address_that_two_accounts_have_is_no_name_of_either(client, ann):
    make_user(username="bea", email="ann@example.org")

    assert not is_in_after(client, "ann@example.org")
    assert is_in_after(client, "bea")


def is_in_after(client, name):
    log_in(client, name)
    return is_in(client)


def test_a_name_that_looks_like_anothers_address_gets_nothing_of_theirs(client, ann):
    make_user(username="ann@example.org")
    User.objects.filter(username="ann@example.org").update(password=User(password="").password)

    assert not is_in_after(client, "ann@example.org")


def test_a_closed_account_is_answered_as_a_wrong_password_is(client, ann):
    wrong = log_in(client, password="wrong")
    User.objects.update(is_active=False)

    closed = log_in(client)

    assert closed.status_code == 200
    assert without_token(closed) == without_token(wrong)


def test_the_page_sets_nothing_but_the_cookie_of_its_form(client):
    answer = client.get(LOGIN)

    assert set(answer.cookies) == {"csrftoken"}


def test_a_reader_of_posts_gets_no_cookie(client):
    assert not client.get(make_post().get_absolute_url()).cookies


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/accounts/email/", "/accounts/login/code/", "/accounts/social/"]
)
def test_nobody_can_make_an_account_by_themselves(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path, {"username": "mallory", "password1": PASSWORD}).status_code in {404, 405}
    assert not User.objects.exists()


# --- The administration's log-in is the same


def test_the_administration_leads_to_the_log_in_and_back(client, ann):
    asked = client.get("/admin/comments/comment/?status__exact=spam", follow=True)
    page = asked.redirect_chain[-1][0]
    assertContains(asked, "Username or email address")

    answer = log_in(client, path=page)

    assert answer.headers["Location"] == "/admin/comments/comment/?status__exact=spam"


@pytest.mark.parametrize("path", [LOGIN, "/admin/login/"])
@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(client, ann, path, where):
    answer = log_in(client, path=f"{path}?next={where}", next=where)

    assert answer.headers["Location"] in {"/", "/admin/"}


def test_who_may_not_come_in_is_told_so_and_not_asked_again_and_again(client):
    make_user(username="reader")
    log_in(client, "reader")

    answer = client.get("/admin/", follow=True)

    assertContains(answer, "You can’t do this", status_code=403)


# --- Guessing


@pytest.mark.parametrize("path", [LOGIN, "/admin/login/"])
def test_who_guesses_is_told_to_wait_with_what_they_typed_but_the_password(client, ann, path):
    answers = [log_in(client, password=f"Guess{n}", path=path) for n in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    last = answers[-1]
    assert 0 < int(last.headers["Retry-After"]) <= 900
    assert "no-store" in last.headers["Cache-Control"]
    assertContains(last, "Try again in 15 minutes", status_code=429)
    assertContains(last, 'value="ann"', status_code=429)
    assert "Guess" not in last.text


def test_a_program_that_asks_for_json_is_told_to_wait_too(client, ann):
    typed = {"username": "ann", "password": "wrong"}
    answers = [client.post(LOGIN, typed, HTTP_ACCEPT="application/json").status_code for _ in range(6)]

    assert answers == [400] * 5 + [429]


def test_the_right_password_is_not_tried_either_while_one_has_to_wait(client, ann):
    guess(client, 6)

    assert log_in(client, address="198.51.100.7").status_code == 429
    assert not is_in(client)


def test_a_guess_too_many_costs_no_hash(client, ann, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    ann.set_password(PASSWORD)
    ann.save()
    one = seconds_of(lambda: guess(client, 1))
    guess(client, 5)

    assert seconds_of(lambda: guess(client, 3)) < one


def seconds_of(work):
    before = time.process_time()
    work()
    return time.process_time() - before


def test_the_owner_gets_in_from_elsewhere_while_one_network_guesses(client, ann):
    guess(Client(), 60)

    assert log_in(client).status_code == 302


def test_the_owner_gets_in_where_they_were_before_whatever_all_others_do(client, ann):
    log_in(client)
    client.post("/accounts/logout/")
    answers = [guess(Client(), 6, address=f"203.0.113.{number}") for number in range(10)]
    assert sum(answer.count(200) for answer in answers) == 30
    assert log_in(Client(), address="192.0.2.99").status_code == 429

    assert log_in(client, address="203.0.113.1").status_code == 302


def test_a_known_browser_has_no_more_than_its_own_tries(client, ann):
    log_in(client)
    client.post("/accounts/logout/")

    assert guess(client, 12) == [200] * 10 + [429] * 2


def test_a_browser_is_known_only_to_the_account_that_used_it(client, ann):
    make_user(username="bea")
    log_in(client)
    client.post("/accounts/logout/")
    guess(Client(), 6, name="bea")

    assert guess(client, 1, name="bea") == [429]


def test_a_forged_device_is_unknown(client, ann):
    for value in (f"x.{ann.pk}", f"x.{ann.pk}:1abcde:{'x' * 43}", "", "." * 500):
        client.cookies["device"] = value
        guess(client, 5)

        assert guess(client, 1) == [429]


def test_one_network_tries_few_passwords_on_many_accounts(client, ann):
    answers = [guess(client, 1, name=f"user{number}")[0] for number in range(40)]

    assert answers == [200] * 30 + [429] * 10


def test_other_spellings_of_a_name_have_no_tries_of_their_own(client, ann):
    answers = [guess(client, 1, name=name)[0] for name in ("ann", "ANN", " ann", "Ann ", "aNN", "ann")]

    assert answers[-1] == 429


def test_a_whole_provider_network_of_ipv6_counts_as_one(client, ann):
    answers = [guess(client, 1, address=f"2001:db8::{number:x}")[0] for number in range(1, 7)]

    assert answers == [200] * 5 + [429]


def test_one_may_try_again_when_the_time_is_over_and_the_counts_go(client, ann):
    guess(client, 6)
    Allowance.objects.update(ends_at=timezone.now() - timedelta(seconds=1))

    assert log_in(client, address="198.51.100.7").status_code == 302
    client.post("/accounts/logout/")
    Allowance.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    forget_sessions()
    assert not Allowance.objects.exists()


def test_a_clock_that_was_set_back_keeps_nobody_out(client, ann):
    guess(client, 6)
    Allowance.objects.update(ends_at=timezone.now() + timedelta(days=300))

    assert log_in(client, address="198.51.100.7").status_code == 302


def test_logging_in_often_is_not_guessing(ann):
    assert {log_in(Client()).status_code for _ in range(12)} == {302}


def test_nothing_that_was_typed_is_kept_in_the_counts(client, ann):
    guess(client, 2)

    assert all(re.fullmatch("[0-9a-f]{64}", row.key) for row in Allowance.objects.all())


# --- What a stranger learns


def test_no_answer_tells_whether_an_account_exists(ann):
    for name, nobody in (("ann", "nan"), ("ann@example.org", "nan@example.org")):
        known, unknown = Client(), Client()
        for number in range(7):
            seen = log_in(known, name, "wrong", "198.51.100.1")
            other = log_in(unknown, nobody, "wrong", "198.51.100.2")

            assert seen.status_code == other.status_code, number
            assert without_token(seen).replace(name, "N") == without_token(other).replace(nobody, "N")
        Allowance.objects.all().delete()


def test_a_name_that_nobody_has_costs_the_same_work(client, ann, django_assert_num_queries, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    ann.set_password(PASSWORD)
    ann.save()

    known, unknown = (min(seconds_of(lambda n=n: guess(client, 1, name=n)) for _ in range(2)) for n in ("ann", "nan"))

    assert 0.5 < known / unknown < 2


def without_token(answer):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.text)


# --- The log


def test_logins_refusals_and_logouts_are_kept_with_account_and_address(client, ann, caplog):
    caplog.set_level("INFO", logger="blog_site.accounts")
    guess(client, 1)
    log_in(client)
    client.post("/accounts/logout/", REMOTE_ADDR="192.0.2.1")

    rows = AccountEvent.objects.order_by("pk").values_list("kind", "account__username", "address")
    assert list(rows) == [
        ("refused", "ann", "198.51.100.7"),
        ("login", "ann", "192.0.2.1"),
        ("logout", "ann", "192.0.2.1"),
    ]
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("blog_site.accounts")]
    assert "login account='ann' address=192.0.2.1" in lines
    assert "Example" not in "".join(lines)


def test_a_name_that_nobody_has_is_not_kept_since_it_may_be_a_password(client, caplog):
    guess(client, 1, name="my secret password")

    assert AccountEvent.objects.get().account is None
    assert "secret" not in caplog.text


def test_who_has_to_wait_is_kept_once(client, ann):
    guess(client, 20)

    assert kinds() == ["refused"] * 5 + ["throttled"]


def test_refusals_elsewhere_are_said_in_the_log(client, caplog):
    user = make_user(username="reader")
    client.force_login(user)
    client.get("/admin/", follow=True, REMOTE_ADDR="192.0.2.7")

    assert "refused 403 GET '/admin/login/' account='reader' address=192.0.2.7" in caplog.text


def test_a_filled_honeypot_and_a_flood_are_said_in_the_log(send, discussion, caplog):
    discussion(moderation="none", flood_seconds=60)
    post = make_post()

    send(post, subject="Buy boots", body="One.")
    send(post, body="Two.")

    assert f"honeypot filled in below post {post.pk}: address=127.0.0.1" in caplog.text
    assert f"refused 429 POST '/comments/on/{post.pk}/' account=- address=127.0.0.1" in caplog.text


def test_no_event_is_of_an_unknown_kind(db):
    with pytest.raises(IntegrityError, match="account_event_kind_is_known"):
        AccountEvent.objects.create(kind="gossip")


def test_old_events_go(client, ann):
    guess(client, 2)
    AccountEvent.objects.filter(pk=AccountEvent.objects.first().pk).update(at=timezone.now() - timedelta(days=31))

    call_command("forget_networks", verbosity=0)

    assert AccountEvent.objects.count() == 1


def test_the_list_in_the_admin_can_be_read_and_not_changed(client, ann):
    guess(Client(), 1)
    client.force_login(make_user(username="boss", is_staff=True, is_superuser=True))
    page = client.get("/admin/accounts/accountevent/")

    assertContains(page, "login refused")
    assertContains(page, "198.51.100.7")
    assertNotContains(page, "Add account event")
    number = AccountEvent.objects.first().pk
    assert client.post(f"/admin/accounts/accountevent/{number}/delete/", {"post": "yes"}).status_code == 403
    assert AccountEvent.objects.filter(pk=number).exists()
