"""Taking in a list of subscribers, whole or not at all."""

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from posts import outbox
from posts.email_addresses import mailbox_of, same_address
from posts.models import Subscriber, SubscriptionRequest

from .asking import ask_imported

AT_A_TIME = 500


class Brought(NamedTuple):
    added: int
    known: int  # subscribed here already, and left as they are
    refused: int  # stopped here, or refused: only they can change that
    asked: int  # brought before, and asked


@transaction.atomic
def bring(rows, *, by, ask):
    """Stores the rows of a file: as subscribers, or, with `ask`, as people who are asked by mail first."""
    added = known = refused = asked = 0
    now = timezone.now()
    for start in range(0, len(rows), AT_A_TIME):
        some = rows[start : start + AT_A_TIME]
        addresses = [same_address(row.email) for row in some]
        subscribers = dict(Subscriber.objects.filter(address__in=addresses).values_list("address", "stopped_at"))
        known += sum(stopped_at is None for stopped_at in subscribers.values())
        refused += sum(stopped_at is not None for stopped_at in subscribers.values())
        requests = SubscriptionRequest.objects.valid().filter(by_import=True, address__in=addresses if ask else [])
        waiting = set(requests.values_list("address", flat=True)) - subscribers.keys()
        asked += len(waiting)
        new = [row for row in some if same_address(row.email) not in subscribers.keys() | waiting]
        added += len(new)
        if ask:
            SubscriptionRequest.objects.bulk_create(_request(row, now) for row in new)
        else:
            Subscriber.objects.bulk_create(_subscriber(row, now, by) for row in new)
    if ask and added:
        outbox.put_unless_queued(ask_imported)
    return Brought(added, known, refused, asked)


def _subscriber(row, now, by):
    return Subscriber(
        email=row.email,
        address=same_address(row.email),
        name=row.name,
        frequency=row.frequency,
        subscribed_at=row.since or now,
        posts_from=now,
        came_by=Subscriber.CameBy.IMPORT,
        imported_by=by,
    )


def _request(row, now):
    return SubscriptionRequest(
        email=row.email,
        address=same_address(row.email),
        mailbox=mailbox_of(row.email),
        name=row.name,
        frequency=row.frequency,
        asked_at=now,
        by_import=True,
    )
