"""The owner of an account gets a new password: by a link in a mail, or with the old one; and hears of it."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains

from blog_site.accounts.models import FirstPassword
from tests.factories import make_user
from tests.test_accounts import PASSWORD, guess, is_in, kinds, log_in

pytestmark = pytest.mark.django_db
NEW = "four unrelated words there"


def new_password(client, old=PASSWORD, new=NEW, again=None, path="/accounts/password/change/"):
    return client.post(path, {"oldpassword": old, "password1": new, "password2": again or new})


# --- Forgotten passwords


def ask_for_link(client, email="ann@example.org", address="192.0.2.1"):
    return client.post("/accounts/password/reset/", {"email": email}, REMOTE_ADDR=address)


def link_in(mail):
    return re.search(r"http://127\.0\.0\.1:8000(/accounts/password/reset/key/\S+)", mail.body)[1]


def use_link(client, link, new=NEW):
    page = client.get(link, follow=True)
    return client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})


def test_a_link_by_mail_sets_a_new_password_logs_in_and_ends_the_other_sessions(client, ann, mailoutbox):
    log_in(other := Client())
    ask_for_link(client)
    mail = mailoutbox[-1]
    assert mail.to == ["Ann@example.org"]
    assert "“ann”" in mail.body
    assert "192.0.2.1" in mail.body

    use_link(client, link_in(mail))

    assert is_in(client)
    assert other.get("/admin/").status_code == 302
    assert log_in(Client(), password=NEW).status_code == 302
    assert {"reset-asked", "password", "login"} <= set(kinds())
    assert any("password of your account was changed" in mail.body for mail in mailoutbox)


def test_the_link_gets_the_owner_in_whatever_all_others_guess(client, ann, mailoutbox):
    for number in range(10):
        guess(Client(), 6, address=f"203.0.113.{number}")
    assert log_in(client).status_code == 429

    ask_for_link(client)
    use_link(client, link_in(mailoutbox[-1]))

    assert is_in(client)
    client.post("/accounts/logout/")
    assert log_in(client, password=NEW).status_code == 302


def test_a_link_works_once_and_for_an_hour(client, ann, mailoutbox, settings):
    ask_for_link(client)
    link = link_in(mailoutbox[-1])
    use_link(client, link)
    assertContains(Client().get(link), "no longer works")

    ask_for_link(client)
    second = link_in(mailoutbox[-1])
    settings.PASSWORD_RESET_TIMEOUT = -1
    assertContains(Client().get(second), "no longer works")


@pytest.mark.parametrize(
    "link", ["1-abc/", "0-0/", "zzzzzzzzzzzzz-x/", "1-set-password/", "1-%00/", "1-" + "x" * 100 + "/"]
)
def test_a_made_up_link_opens_nothing(client, ann, link):
    assertContains(client.get(f"/accounts/password/reset/key/{link}"), "no longer works")


def test_a_link_that_the_old_key_signed_goes_on_to_work(client, ann, mailoutbox, settings):
    ask_for_link(client)
    link = link_in(mailoutbox[-1])
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key " * 6

    use_link(client, link)

    assert is_in(client)


def test_asking_says_the_same_whoever_has_an_account_and_mails_nobody_else(client, ann, mailoutbox):
    answers = [ask_for_link(client, email) for email in ("ann@example.org", "nobody@example.org")]

    assert {answer.headers["Location"] for answer in answers} == {"/accounts/password/reset/done/"}
    assert [mail.to for mail in mailoutbox] == [["Ann@example.org"]]


def test_the_request_asks_for_no_account(client, ann):
    counts = []
    for email, address in (("ann@example.org", "192.0.2.1"), ("nobody@example.org", "192.0.2.2")):
        with CaptureQueriesContext(connection) as queries:
            ask_for_link(client, email, address)
        counts.append(len(queries))
        assert not any("auth_user" in query["sql"] for query in queries)
    assert counts[0] == counts[1]


def test_no_mailbox_is_flooded_and_no_network_asks_for_ever(client, ann, mailoutbox):
    answers = [ask_for_link(client).status_code for _ in range(12)]

    assert answers == [302] * 10 + [429] * 2
    assert len(mailoutbox) == 3


def test_closed_accounts_and_those_without_an_address_get_no_mail(client, ann, mailoutbox):
    make_user(username="noaddress")
    User.objects.filter(username="ann").update(is_active=False)

    for email in ("ann@example.org", ""):
        ask_for_link(client, email)

    assert mailoutbox == []


# --- Passwords


def test_a_new_password_ends_the_other_sessions_and_tells_the_owner(client, ann, mailoutbox):
    log_in(other := Client())
    log_in(client)

    new_password(client)

    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302
    assert "password" in kinds()
    assert "Your password was changed" in mailoutbox[-1].subject


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short", "12"),
        ("password1234", "attackers try first"),
        ("PASSWORD1234", "attackers try first"),
        ("qwertyuiop123", "attackers try first"),
        ("!!1234567890qwertyuiop", "attackers try first"),
        ("passwordpassword", "attackers try first"),
        ("ann@example.org", "too similar"),
        ("840183047283740192", "entirely numeric"),
        (PASSWORD, "This is your current password"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(client, ann, new, why):
    log_in(client)

    assertContains(new_password(client, new=new), why)
    assert log_in(Client()).status_code == 302


@pytest.mark.parametrize("new", [NEW, " with blanks at both ends ", "🦆🦢🪿🐓🦆🦢🪿🐓🦆🦢🪿🐓", "x7" * 1000])
def test_any_other_password_is_taken_as_it_is(client, ann, new):
    log_in(client)
    new_password(client, new=new)

    assert log_in(Client(), password=new).status_code == 302


def test_the_old_password_can_not_be_guessed_in_an_open_session(client, ann):
    log_in(client)
    answers = [new_password(client, old=f"guess {number}").status_code for number in range(12)]

    assert answers == [200] * 10 + [429] * 2
    assert new_password(client).status_code == 429


def test_the_first_password_is_for_the_first_login(client, capsys):
    call_command("first_run")
    password = re.search(r"with the password (\S+)", capsys.readouterr().out)[1]

    answer = log_in(client, "admin", password, path="/admin/login/?next=/admin/posts/post/")

    assert answer.headers["Location"].startswith("/accounts/password/change/?next=")
    for path in ("/admin/", "/admin/posts/post/", "/admin/comments/comment/"):
        assert client.get(path).headers["Location"].startswith("/accounts/password/change/")
    assertContains(client.get(answer.headers["Location"]), "only for the first login")
    changed = new_password(client, old=password, path=answer.headers["Location"])
    assert changed.headers["Location"] == "/admin/posts/post/"
    assert client.get("/admin/posts/post/").status_code == 200


def test_the_first_password_stays_one_when_a_new_django_hashes_it_anew(client, boss, settings):
    FirstPassword.objects.give(boss)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", *settings.PASSWORD_HASHERS]

    answer = log_in(client, "boss")

    assert not User.objects.get(pk=boss.pk).password.startswith("md5")
    assert answer.headers["Location"].startswith("/accounts/password/change/?next=")


def test_a_password_that_the_shell_has_set_asks_for_no_other(client, boss):
    FirstPassword.objects.give(boss)
    log_in(client, "boss")
    boss.set_password(NEW)
    boss.save()

    log_in(client, "boss", NEW)

    assert client.get("/admin/").status_code == 200


def test_accounts_that_were_made_otherwise_are_asked_for_nothing(client, boss):
    log_in(client, "boss")

    assert client.get("/admin/").status_code == 200


def test_an_owner_is_told_of_a_password_that_somebody_else_has_chosen(client, ann, boss, mailoutbox):
    log_in(client, "boss")
    call_command("worker", until_idle=True)
    mailoutbox.clear()

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(f"/admin/auth/user/{ann.pk}/password/", {"usable_password": "true", "password1": NEW, "password2": NEW})

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([ann.email], "[Right of Reply] Your password was changed")
    ]
