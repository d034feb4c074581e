"""Who has shown that they read the mail of an address is known by it; whoever types it is not."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from comments import browser, identity
from comments.models import ClaimedName, Comment, Follow, MailAddress, MailedLink, RememberedBrowser
from tests.factories import make_comment, make_editor, make_user

pytestmark = pytest.mark.django_db


def request_with(*, name="", account=None):
    """A request of a browser with the signed cookie of this name, logged in as `account`."""
    response = HttpResponse()
    request = RequestFactory().get("/")
    if name:
        browser.remember(response, name)
        request.COOKIES[browser.cookie()] = response.cookies[browser.cookie()].value
    if account:
        request.COOKIES["sessionid"] = "x"
    request.user = account or AnonymousUser()
    return request


def remembered(email="bo@example.org", name="b" * 32):
    return RememberedBrowser.objects.create(name=name, address=MailAddress.objects.prove(email))


# --- Links in mails


def test_a_link_has_one_purpose_works_once_and_is_kept_as_a_hash():
    token = MailedLink.make("confirm", "Bo@Example.org")

    assert MailedLink.find("mine", token) is None
    assert MailedLink.find("confirm", token[:-1]) is None
    assert MailedLink.find("confirm", token + "\x00") is None
    link, again = MailedLink.find("confirm", token), MailedLink.find("confirm", token)
    assert link.address == "bo@example.org"
    assert token not in str(MailedLink.objects.values())
    assert [link.use(), again.use(), link.use()] == [True, False, False]
    assert not MailedLink.find("confirm", token).is_open


def test_a_link_that_has_expired_is_found_and_does_nothing_and_is_forgotten_later():
    token = MailedLink.make("confirm", "bo@example.org")
    MailedLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    link = MailedLink.find("confirm", token)
    assert (link.is_expired, link.is_open, link.use()) == (True, False, False)

    MailedLink.objects.forget_old()
    assert MailedLink.objects.exists()
    MailedLink.objects.update(expires_at=timezone.now() - timedelta(days=31))
    MailedLink.objects.forget_old()
    assert not MailedLink.objects.exists()


# --- Who a visitor is


def test_a_stranger_is_nobody_and_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert identity.of(request_with()) == (None, None, "")


def test_a_remembered_browser_has_proven_the_address_that_it_belongs_to_until_it_is_ended():
    known = remembered()
    comment = make_comment(browser=known.name, address=known.address)
    assert identity.of(request_with(name=known.name)) == (None, known.address, known.name)

    known.end()

    assert identity.of(request_with(name=known.name)) == (None, None, known.name)
    comment.refresh_from_db()
    assert (comment.browser, comment.address) == ("", known.address)


def test_a_browser_that_was_remembered_before_has_proven_no_address():
    assert identity.of(request_with(name="c" * 32)) == (None, None, "c" * 32)


def test_an_account_has_proven_an_address_only_if_it_confirmed_the_one_that_it_has():
    bo = MailAddress.objects.prove("bo@example.org")
    account = make_user(email="Bo@example.org")
    EmailAddress.objects.create(user=account, email="bo@example.org", verified=False)
    assert identity.of(request_with(account=account)).address is None

    EmailAddress.objects.update(verified=True)
    assert identity.of(request_with(account=account)).address == bo

    type(account).objects.update(email="other@example.org")
    account.refresh_from_db()
    assert identity.of(request_with(account=account)).address is None


def test_who_signs_with_another_address_is_not_known_by_their_own():
    visitor = identity.of(request_with(name=remembered().name))

    assert visitor.address_for(" BO@example.org ") == visitor.address_for("") == visitor.address
    assert visitor.address_for("ruth@example.org") is None


def test_a_refusal_of_mails_takes_no_proof_back_and_a_proof_wants_no_mails():
    MailAddress.objects.answer("bo@example.org", wanted=True)
    MailAddress.objects.answer("bo@example.org", wanted=False)
    MailAddress.objects.answer("cy@example.org", wanted=False)
    MailAddress.objects.prove("cy@example.org")

    assert MailAddress.objects.proven().filter(confirmed_at=None, refused_at__isnull=False).count() == 2


def test_a_person_who_is_erased_leaves_no_browser_no_link_and_no_proof_but_their_refusal():
    editor, known = make_editor(), remembered()
    MailedLink.make("mine", "bo@example.org")
    comment = make_comment(status="trash", browser=known.name, address=known.address, notify=True)
    ClaimedName.objects.claim("Bo Reader", known.address)
    Follow.objects.begin(comment.post, known.address)
    MailAddress.objects.answer("bo@example.org", wanted=False)

    comment.erase(by=editor)

    for model in (RememberedBrowser, ClaimedName, Follow):
        assert not model.objects.exists()
    assert not MailedLink.objects.exists()
    assert Comment.objects.get().address is None
    assert MailAddress.objects.values_list("proven_at", "confirmed_at").get() == (None, None)


def test_what_a_stranger_typed_takes_no_proof_along_when_it_is_erased():
    browser_of_bo = remembered()
    typed_by_another = make_comment(email="bo@example.org")

    typed_by_another.trash(by=make_editor())
    typed_by_another.erase(by=make_editor())

    assert MailAddress.objects.proven().get().address == "bo@example.org"
    assert RememberedBrowser.objects.get() == browser_of_bo


def test_an_account_without_an_address_is_not_who_the_browser_is_remembered_for():
    remembered()
    visitor = identity.of(request_with(name="b" * 32, account=make_user(email="")))

    assert visitor.address_for("") is None
    assert identity.of(request_with(name="b" * 32)).address_for("").address == "bo@example.org"
