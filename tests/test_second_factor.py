"""A second factor: what it keeps out, who needs one, and who takes one away."""

from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.accounts.models import AccountEvent
from comments.models import Comment
from tests.factories import make_comment, make_post, make_user
from tests.test_accounts import PASSWORD, is_in, kinds, log_in
from tests.test_passwords import NEW, ask_for_link, link_in, use_link

pytestmark = pytest.mark.django_db


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
    typed = {"code": code()}  # one, though half a minute may end meanwhile
    client.post("/accounts/2fa/authenticate/", typed)
    cache.clear()  # another process has its own
    log_in(second := Client())
    answer = second.post("/accounts/2fa/authenticate/", typed)

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


@pytest.mark.parametrize("credential", ["9" * 5000, '{"a":' * 3000, "[]", "{}", '{"id": 1}', '{"rawId": "%%%"}', ""])
def test_what_is_no_answer_of_a_passkey_is_refused_with_words(client, db, credential):
    client.get("/accounts/2fa/webauthn/login/")

    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})

    assert answer.status_code in {200, 302}
    assert "_auth_user_id" not in client.session
