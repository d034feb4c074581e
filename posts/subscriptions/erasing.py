"""Subscribers who go, and nothing of them stays but the day's count of mails to their mailbox."""

from django.db import transaction
from django.utils import timezone

from posts.models import SubscriptionRequest, Undeliverable

AT_A_TIME = 500


@transaction.atomic
def erase(subscribers):
    """Deletes these subscribers, a queryset, with what was asked for them; mail that came back is kept without its
    address, and still stops mail to it."""
    addresses = list(subscribers.values_list("address", flat=True))
    for start in range(0, len(addresses), AT_A_TIME):
        some = addresses[start : start + AT_A_TIME]
        requests = SubscriptionRequest.objects.filter(address__in=some)
        requests.filter(used_at=None).update(used_at=timezone.now())
        requests.update(email="", address="", name="", network="")
        Undeliverable.objects.forget(some)
    subscribers.delete()
