"""The first mail to an address: it asks its owner to confirm, or says that the address is subscribed already.

Who typed an address learns nothing of it: whatever is known of it, the same row is stored and the same task queued, and
what follows reaches its owner alone.
"""

import time

from django.utils.translation import gettext as _
from django_tasks import task

from posts import outbox
from posts.models import Subscriber, SubscriptionRequest
from posts.models.subscription_request import VALID
from posts.networks import network_of

from .mails import send_to_stranger, send_to_subscriber

MOST_SECONDS = 8  # for which one task asks those who were imported; see sending.py


def ask(email, *, ip_address, frequency, categories):
    """Has the owner of an address asked whether they want new posts by mail. Call it in a transaction."""
    request = SubscriptionRequest.objects.create(
        email=email,
        frequency=frequency,
        categories=categories and [category.pk for category in categories],
        network=network_of(ip_address),
    )
    outbox.put(answer, request.pk)


@task(queue_name=outbox.MAIL)
def answer(request_pk):
    """Sends what a request calls for, as far as the day's mails to that mailbox allow."""
    request = SubscriptionRequest.objects.valid().filter(pk=request_pk, sent_at=None, used_at=None).first()
    if not request:
        return
    subscriber = Subscriber.objects.of(request.email)
    if subscriber and subscriber.stopped_by == Subscriber.StoppedBy.REFUSED:
        return
    if not request.may_be_sent():
        return
    if subscriber and subscriber.is_active:
        send_to_subscriber(_("You already get new posts by email"), "known", subscriber, {}, is_asked_for=False)
    else:
        context = {"days": VALID.days, "by_import": request.by_import}
        send_to_stranger(_("Please confirm that you want new posts by email"), "confirm", request, context)
    request.mark_sent()


@task(queue_name=outbox.MAIL, priority=outbox.LATER)
def ask_imported(after=0):
    """Asks those whom an import brought, from the number `after` on; what is asked for at the form goes first."""
    until = time.monotonic() + MOST_SECONDS
    waiting = SubscriptionRequest.objects.valid().filter(by_import=True, sent_at=None, used_at=None)
    while request := waiting.filter(pk__gt=after).order_by("pk").first():
        if time.monotonic() > until:
            outbox.put(ask_imported, after)
            return
        try:
            answer.func(request.pk)
        except outbox.Refused:
            request.mark_sent()
        except RuntimeError:
            # This address may have to wait where others need not.
            outbox.put(answer, request.pk)
        after = request.pk
