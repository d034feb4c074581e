"""What the owner of an account does with it: a new password, a second factor, an end to sessions; and what is told."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.accounts.models import AccountEvent, FirstPassword
from blog_site.accounts.upkeep import forget_sessions
from blog_site.upkeep import JOBS
from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post, make_user
from tests.test_accounts import PASSWORD, guess, is_in, kinds, log_in
from tests.test_start import KEY, ROOT

pytestmark = pytest.mark.django_db
NEW = "four unrelated words there"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ann():
    return make_editor(username="ann", email="Ann@Example.org")


@pytest.fixture
def boss():
    return make_user(username="boss", is_staff=True, is_superuser=True)


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


# --- New devices


def test_a_login_from_a_new_device_is_told_to_the_owner_and_one_from_a_known_one_is_not(client, ann, mailoutbox):
    client.post(
        "/accounts/login/", {"username": "ann", "password": PASSWORD}, REMOTE_ADDR="192.0.2.9", HTTP_USER_AGENT=FIREFOX
    )

    (mail,) = mailoutbox
    assert mail.to == ["Ann@example.org"]
    assert "A login from a new device" in mail.subject
    for words in ("Firefox on Windows", "192.0.2.9", timezone.localtime().strftime("%Y"), "/accounts/sessions/"):
        assert words in mail.body
    mailoutbox.clear()
    client.post("/accounts/logout/")
    log_in(client)
    assert mailoutbox == []


def test_what_a_browser_calls_itself_says_nothing_else_in_a_mail(client, ann, mailoutbox):
    client.post(
        "/accounts/login/", {"username": "ann", "password": PASSWORD}, HTTP_USER_AGENT="Click https://evil.example\nNow"
    )

    assert "evil" not in mailoutbox[0].body


# --- Sessions


def test_a_session_ends_some_time_after_it_was_last_used(client, ann, settings):
    log_in(client)
    age(client, seen_at=settings.SESSION_IDLE - 60)
    assert client.get("/admin/").status_code == 200
    age(client, seen_at=settings.SESSION_IDLE + 60)

    assert client.get("/admin/").status_code == 302
    assert "expired" in kinds()


def test_a_session_ends_some_time_after_the_login_however_often_it_is_used(client, ann, settings):
    log_in(client)
    age(client, begun_at=settings.SESSION_MAX + 60)

    assert client.get("/admin/").status_code == 302


def test_a_session_that_is_used_goes_on_and_its_owner_sees_when_that_was(client, ann):
    log_in(client)
    age(client, seen_at=3600)
    client.get("/admin/", REMOTE_ADDR="192.0.2.44")

    assert timezone.now().timestamp() - client.session["seen_at"] < 60
    assertContains(client.get("/accounts/sessions/"), "192.0.2.44")


def age(client, **seconds):
    session = client.session
    for name, ago in seconds.items():
        session[name] = int(timezone.now().timestamp()) - ago
    session.save()


def test_the_list_of_sessions_shows_ones_own_and_ends_them_after_a_proof(client, ann, boss):
    log_in(other := Client())
    log_in(third := Client())
    log_in(stranger := Client(), "boss")
    log_in(client)
    page = client.get("/accounts/sessions/")
    assert page.text.count("Network address") == 3

    asked = client.post("/accounts/sessions/")
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    assert other.get("/admin/").status_code == 200
    client.post(asked.headers["Location"], {"password": PASSWORD})

    assert [browser.get("/admin/").status_code for browser in (client, other, third, stranger)] == [200, 302, 302, 200]


def test_nobody_ends_anothers_session(client, ann, boss):
    log_in(theirs := Client(), "boss")
    log_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/sessions/", {"session": UserSession.objects.get(user=boss).pk})

    assert theirs.get("/admin/").status_code == 200


def test_an_administrator_ends_the_sessions_of_others(client, ann, boss):
    log_in(theirs := Client())
    log_in(client, "boss")

    client.post("/admin/auth/user/", {"action": "end_sessions", "_selected_action": ann.pk})

    assert theirs.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_logging_out_empties_the_browsers_memory_of_pages_and_leaves_what_was_being_written(client, ann):
    log_in(client)
    answer = client.post("/accounts/logout/")

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.cookies["sessionid"]["max-age"] == 0
    assert not Session.objects.exists()


def test_sessions_that_are_over_are_deleted(client, ann):
    assert forget_sessions in JOBS
    log_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))

    forget_sessions()

    assert not Session.objects.exists()


# --- A second factor


def give_app(user):
    return TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").instance


def code(step=1):
    return format_hotp_value(
        hotp_value("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", list(yield_hotp_counters_from_time())[step])
    )


def test_a_password_alone_gets_nobody_in_where_an_app_is_set_up(client, ann):
    give_app(ann)

    assert log_in(client).headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/").status_code == 302
    client.post("/accounts/2fa/authenticate/", {"code": code()})

    assert client.get("/admin/").status_code == 200
    assert kinds() == ["login"]


def test_a_link_by_mail_does_not_stand_for_the_second_factor(client, ann, mailoutbox):
    give_app(ann)
    ask_for_link(client)

    use_link(client, link_in(mailoutbox[-1]))

    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert is_in(client)


def test_a_code_counts_once_in_all_processes(client, ann):
    give_app(ann)
    log_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    cache.clear()  # another process has its own
    log_in(second := Client())
    answer = second.post("/accounts/2fa/authenticate/", {"code": code()})

    assertContains(answer, "has been used before")
    assert not is_in(second)


def test_codes_can_not_be_guessed(client, ann):
    give_app(ann)
    log_in(client)
    answers = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(7)]

    assert answers == [200] * 5 + [429] * 2
    assert client.post("/accounts/2fa/authenticate/", {"code": code()}).status_code == 429
    assert "throttled" in kinds()


def test_staff_without_a_second_factor_set_one_up_where_the_blog_requires_it(client, ann, settings):
    settings.STAFF_MFA = "required"
    log_in(client)

    page = client.get("/admin/comments/comment/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/2fa/?next=")
    assertContains(page, "need a second factor")
    give_app(ann)
    assert client.get("/admin/comments/comment/").status_code == 200


def test_until_then_their_session_is_a_readers_on_the_rest_of_the_site(client, ann, settings):
    draft = make_post(title="A draft", status="draft")
    waiting = make_comment(post=make_post(), status="pending", body="A comment that waits.")
    log_in(client)
    assert client.get(draft.get_absolute_url()).status_code == 200
    assertContains(client.get(waiting.post.get_absolute_url()), "A comment that waits.")

    settings.STAFF_MFA = "required"

    assert client.get(draft.get_absolute_url()).status_code == 404
    assertNotContains(client.get(waiting.post.get_absolute_url()), "A comment that waits.")
    assert client.get("/accounts/").status_code == 200
    give_app(ann)
    assert client.get(draft.get_absolute_url()).status_code == 200


def test_who_chooses_anothers_password_is_asked_whether_it_is_them(client, ann, boss):
    log_in(client, "boss")
    path = f"/admin/auth/user/{ann.pk}/password/"
    chosen = {"usable_password": "true", "password1": NEW, "password2": NEW}

    for asked in (client.get(path), client.post(path, chosen)):
        assert asked.headers["Location"] == f"/accounts/reauthenticate/?next={quote(path, safe='')}"
    ann.refresh_from_db()
    assert not ann.check_password(NEW)
    assert NEW not in str(dict(client.session))
    client.post("/accounts/reauthenticate/", {"password": "not the one"})
    assert client.get(path).status_code == 302

    assert client.post(asked.headers["Location"], {"password": PASSWORD}).headers["Location"] == path
    client.post(path, chosen)

    ann.refresh_from_db()
    assert ann.check_password(NEW)


def test_who_may_not_choose_it_is_not_even_asked(client, ann, boss):
    log_in(client)

    assert client.get(f"/admin/auth/user/{boss.pk}/password/").status_code == 403


def test_nobody_else_is_asked_for_one(client, ann, settings):
    log_in(client)
    assert client.get("/admin/").status_code == 200
    settings.STAFF_MFA = "required"
    make_user(username="reader")
    log_in(reader := Client(), "reader")

    assert reader.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("mfa/authenticator", "account/emailaddress", "usersessions/usersession"),
        *("socialaccount/socialapp", "socialaccount/socialtoken", "socialaccount/socialaccount"),
    ],
)
def test_the_administration_shows_no_secrets_of_accounts(client, ann, boss, path):
    give_app(ann)
    log_in(client, "boss")

    assert client.get(f"/admin/{path}/").status_code == 404
    assertNotContains(client.get(f"/admin/auth/user/{ann.pk}/change/"), "JBSWY3DP")


def test_an_administrator_takes_a_lost_second_factor_away(client, ann, boss):
    give_app(ann)
    log_in(client, "boss")

    client.post("/admin/auth/user/", {"action": "remove_second_factors", "_selected_action": ann.pk})

    assert log_in(Client()).headers["Location"] == "/"
    assert AccountEvent.objects.get(kind="factor-removed").by == boss


def test_who_manages_accounts_but_is_no_superuser_takes_nobodys_away(client, ann):
    manager = make_user(username="manager", is_staff=True)
    manager.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    give_app(ann)
    log_in(client, "manager")

    client.post("/admin/auth/user/", {"action": "remove_second_factors", "_selected_action": ann.pk})

    assert Authenticator.objects.exists()


def test_a_second_factor_is_changed_only_after_a_proof(client, ann):
    give_app(ann)
    log_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code()})

    answer = client.post("/accounts/2fa/totp/deactivate/")

    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.exists()


def test_a_deleted_moderator_leaves_no_second_factor_and_no_session(client, ann, boss):
    comment = Comment.objects.create(post=make_post(), name="Bo", body="Words.", status="pending")
    comment.approve(by=ann)
    give_app(ann)
    log_in(client, "boss")

    client.post(f"/admin/auth/user/{ann.pk}/delete/", {"post": "yes"})

    assert not Authenticator.objects.exists()
    assert User.objects.get(pk=ann.pk).username.startswith("former-")


# --- Rights


def change_account(client, user, **fields):
    page = client.get(f"/admin/auth/user/{user.pk}/change/")
    form = page.context["adminform"].form
    typed = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    typed = {name: value for name, value in typed.items() if value not in (None, False, "") and name != "password"}
    for name in ("last_login", "date_joined"):
        when = typed.pop(name, None)
        if when:
            local = timezone.localtime(when)
            typed |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}
    typed |= {name: [row.pk for row in typed.get(name, [])] for name in ("groups", "user_permissions")}
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    data = {name: value for name, value in (hidden | typed | fields).items() if value is not None}
    answer = client.post(f"/admin/auth/user/{user.pk}/change/", data)
    assert answer.status_code == 302, re.findall('class="errorlist.*', answer.text)
    return answer


def test_a_change_of_rights_is_kept_with_who_made_it(client, ann, boss):
    log_in(client, "boss")
    authors = Group.objects.get(name="Authors")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    change_account(client, ann, is_superuser="on", groups=[authors.pk])

    event = AccountEvent.objects.get(kind="rights")
    assert (event.account, event.by, event.address) == (ann, boss, "127.0.0.1")
    assert event.detail == "+group Authors, +superuser, -group Editors"


def test_at_a_screen_left_open_nobody_gives_rights_before_the_password(client, ann, boss):
    log_in(client, "boss")
    session = client.session
    for method in session["account_authentication_methods"]:
        method["at"] -= 3600
    session.save()

    with pytest.raises(AssertionError, match="confirm that it is you"):
        change_account(client, ann, is_superuser="on", first_name="Typed")

    assert not User.objects.get(pk=ann.pk).is_superuser
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    change_account(client, ann, is_superuser="on")
    assert User.objects.get(pk=ann.pk).is_superuser


def test_a_change_of_anything_else_is_no_change_of_rights(client, ann, boss):
    log_in(client, "boss")

    change_account(client, ann, first_name="Anna")

    assert User.objects.get(pk=ann.pk).first_name == "Anna"
    assert "rights" not in kinds()


def test_what_a_group_may_do_is_kept_too(client, boss):
    log_in(client, "boss")
    group = Group.objects.get(name="Authors")
    before = list(group.permissions.values_list("pk", flat=True))
    extra = Permission.objects.get(codename="delete_user")

    client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Authors", "permissions": [*before, extra.pk]})

    assert AccountEvent.objects.get(kind="rights").detail == "group Authors: +permission auth.delete_user"


def test_new_and_deleted_accounts_and_a_password_set_by_another_are_kept(client, ann, boss):
    log_in(client, "boss")
    typed = {"username": "new", "usable_password": "true", "password1": NEW, "password2": NEW}
    client.post("/admin/auth/user/add/", typed)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(f"/admin/auth/user/{ann.pk}/password/", {"usable_password": "true", "password1": NEW, "password2": NEW})
    client.post(f"/admin/auth/user/{ann.pk}/delete/", {"post": "yes"})

    assert [kind for kind in kinds() if kind != "login"] == ["made", "password", "removed"]
    assert set(AccountEvent.objects.exclude(kind="login").values_list("by__username", flat=True)) == {"boss"}


def test_the_account_pages_are_their_owners_alone(client):
    for path in (
        "",
        "password/change/",
        "sessions/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/totp/key.svg",
        "2fa/webauthn/",
    ):
        answer = client.get(f"/accounts/{path}")

        assert answer.status_code == 302, path
        assert "/login/" in answer.headers["Location"] or "/reauthenticate/" in answer.headers["Location"]


def test_no_cache_keeps_an_account_page(client, ann):
    log_in(client)
    for path in ("", "password/change/", "sessions/", "2fa/", "logout/"):
        answer = client.get(f"/accounts/{path}")

        assert "no-store" in answer.headers["Cache-Control"], path
        assertNotContains(answer, "<style")


def test_under_https_every_cookie_is_of_this_host_alone(client, ann, settings, send, discussion):
    discussion(moderation="none")
    settings.COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client.get("/accounts/login/", secure=True)
    client.post("/accounts/login/", {"username": "ann", "password": PASSWORD}, secure=True)
    send(make_post(), using=(reader := Client()), remember="on")
    new_password(client)  # which says so in a message
    names = {*client.cookies, *reader.cookies}

    assert {"__Host-sessionid", "__Host-csrftoken", "__Host-device", "__Host-remembered"} <= names
    for cookie in (*client.cookies.values(), *reader.cookies.values()):
        assert cookie.key.startswith("__Host-"), cookie
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        if cookie["max-age"] != 0:
            assert cookie["secure"], cookie


def test_https_gives_the_cookies_their_prefix():
    code = (
        "import json; from django.conf import settings as s; "
        "print(json.dumps([s.COOKIE_PREFIX, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SAVED_FORMS_COOKIE_NAME]))"
    )

    def names(site):
        environment = {"PATH": os.environ["PATH"], "SECRET_KEY": KEY, "SITE_URL": site}
        environment["DJANGO_SETTINGS_MODULE"] = "blog_site.settings"
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    under_https = ["__Host-", "__Host-sessionid", "__Host-csrftoken", "__Secure-saved_forms"]
    assert names("https://blog.example") == under_https
    assert names("http://127.0.0.1:8000") == ["", "sessionid", "csrftoken", "saved_forms"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STAFF_MFA", "yes"),
        ("SESSION_MAX_DAYS", "0"),
        ("SESSION_IDLE_HOURS", "-3"),
        ("SESSION_IDLE_HOURS", "1.5"),
        ("WEB_CONCURRENCY", "two"),
    ],
)
def test_a_wrong_number_or_choice_stops_the_start_with_a_line(name, value):
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": KEY, "DJANGO_SETTINGS_MODULE": "blog_site.settings"}
    command = [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"]
    done = subprocess.run(command, cwd=ROOT, env=environment | {name: value}, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} is {value!r}; it may be ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("credential", ["9" * 5000, '{"a":' * 3000, "[]", "{}", '{"id": 1}', '{"rawId": "%%%"}', ""])
def test_what_is_no_answer_of_a_passkey_is_refused_with_words(client, db, credential):
    client.get("/accounts/2fa/webauthn/login/")

    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})

    assert answer.status_code in {200, 302}
    assert "_auth_user_id" not in client.session


def test_an_owner_is_told_of_a_password_that_somebody_else_has_chosen(client, ann, boss, mailoutbox):
    log_in(client, "boss")
    call_command("worker", until_idle=True)
    mailoutbox.clear()

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(f"/admin/auth/user/{ann.pk}/password/", {"usable_password": "true", "password1": NEW, "password2": NEW})

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([ann.email], "[Right of Reply] Your password was changed")
    ]


def test_a_session_that_ends_while_its_time_is_noted_is_no_error(client, ann):
    log_in(client)
    session = client.session
    session["seen_at"] -= 1000
    session.save()
    Session.objects.filter(session_key=session.session_key).delete()

    assert client.get("/").status_code == 200


def test_a_nul_in_a_cookie_is_no_session(client, db):
    client.cookies["sessionid"] = "abcdefgh\\000ijkl"

    assert client.get("/accounts/").status_code == 302
