"""What was stored while ß was taken for ss is, after the upgrade, that of the person who typed it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from comments.models import Comment, Follow, MailAddress, MailedLink
from posts.models import Subscriber, SubscriptionRequest, Undeliverable
from tests.factories import make_comment, make_subscriber

pytestmark = pytest.mark.django_db

TYPED, FOLDED = "Jo.Straße@example.org", "jo.strasse@example.org"
SPELLED = "jo.straße@example.org"


def upgrade():
    for migration in (
        "posts.migrations.0017_subscribers_keep_sharp_s",
        "comments.migrations.0010_addresses_keep_sharp_s",
    ):
        import_module(migration).spell_as_typed(apps, connection.schema_editor())


def stored_folded(**fields):
    """A comment, and what its writer confirmed, as it was stored before."""
    comment = make_comment(email=TYPED, **fields)
    address = MailAddress.objects.create(address=FOLDED, confirmed_at=timezone.now(), proven_at=timezone.now())
    Comment.objects.filter(pk=comment.pk).update(writer=FOLDED, address=address)
    MailedLink.objects.filter(comment=comment).update(address=FOLDED)
    return comment, address


def test_an_address_that_was_confirmed_is_its_owners_and_not_that_of_who_reads_a_similar_one():
    comment, address = stored_folded()
    MailedLink.make(MailedLink.CONFIRM, TYPED, comment)
    MailedLink.objects.update(address=FOLDED)
    Follow.objects.begin(comment.post, address)
    Undeliverable.objects.create(token="as it was", address=FOLDED, stopped_at=timezone.now())
    untouched = make_comment(email="Zoë@example.org")

    upgrade()

    assert MailAddress.objects.of(TYPED) == address == Follow.objects.get().address
    assert MailAddress.objects.of(FOLDED) is None
    comment.refresh_from_db()
    assert (comment.writer, comment.address) == (SPELLED, address)
    assert MailedLink.objects.get().address == SPELLED
    assert Undeliverable.objects.stops(TYPED)
    assert not Undeliverable.objects.stops(FOLDED)
    assert Comment.objects.get(pk=untouched.pk).writer == "zoë@example.org"


def test_a_confirmation_that_may_be_either_persons_stays_as_it_was():
    comment, _address = stored_folded()
    make_comment(email=FOLDED)

    upgrade()

    assert MailAddress.objects.of(FOLDED).proven_at
    assert MailAddress.objects.of(TYPED) is None
    comment.refresh_from_db()
    assert comment.writer == SPELLED


def test_subscribers_stay_under_the_address_that_they_typed_and_are_there_once():
    for email in (TYPED, "groß@example.org"):
        make_subscriber(email=email)
        SubscriptionRequest(email=email).save()
    Subscriber.objects.filter(email=TYPED).update(address=FOLDED)
    SubscriptionRequest.objects.filter(email=TYPED).update(address=FOLDED)
    Subscriber.objects.filter(email="groß@example.org").update(address="gross@example.org")
    since = make_subscriber(email="groß@example.org")

    upgrade()

    assert Subscriber.objects.of(TYPED).email == TYPED
    assert Subscriber.objects.of("groß@example.org") == since
    assert Subscriber.objects.count() == 2
    assert SubscriptionRequest.objects.get(email=TYPED).address == SPELLED
