"""What is kept of a commenter's machine, and for how long: long enough to act against abuse, and no longer."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from comments.models import Comment

KEPT = timedelta(days=30)  # IP addresses and the browser's name for itself
STEP = 500  # rows a transaction, so that nobody who writes waits for long


def forget_networks():
    """Empties the IP addresses and user agents of comments older than `KEPT`; returns of how many."""
    old = Comment.objects.filter(submitted_at__lt=timezone.now() - KEPT)
    known = old.filter(Q(ip_address__isnull=False) | ~Q(network="") | ~Q(user_agent="")).order_by("pk")
    done = 0
    while rows := list(known[:STEP]):
        for comment in rows:
            comment.ip_address, comment.user_agent = None, ""
            # Without an e-mail address, the IP address was a part of what tells one writer from another.
            comment.describe()
        Comment.objects.bulk_update(rows, ["ip_address", "network", "user_agent", "writer"])
        done += len(rows)
    return done
