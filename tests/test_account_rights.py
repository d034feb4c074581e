"""What an account may do: who changed it is kept, and it takes a password."""

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from blog_site.accounts.models import AccountEvent
from tests.test_accounts import PASSWORD, kinds, log_in
from tests.test_passwords import NEW

pytestmark = pytest.mark.django_db


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
