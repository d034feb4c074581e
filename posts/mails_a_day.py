"""How many mails a day may ask the owner of an address something, whoever typed the address in how many forms.

Each holds one of the day's places, which stands in its row: `mailbox`, `day` and `number`, unique together. So however
many workers there are, the database lets in no mail more.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

MOST_A_DAY = 3  # of a kind, to one mailbox
DAY = timedelta(days=1)


def take_place(others, write):
    """Has `write(day=…, number=…)` store one of today's mails to a mailbox. Returns what it gives; None: no place left.

    `others`: the rows of the same mailbox. Those of the last 24 hours count, also where the date has changed since.
    """
    now = timezone.now()
    lately = others.exclude(number=None).filter(Q(asked_at__gt=now - DAY) | Q(sent_at__gt=now - DAY))
    for number in range(1, MOST_A_DAY + 1):
        if lately.count() >= MOST_A_DAY:
            break
        try:
            with transaction.atomic():
                return write(day=now.date(), number=number)
        except IntegrityError:
            continue  # that number is taken, perhaps this moment
    return None
