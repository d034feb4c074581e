"""What is kept of a commenter's machine, and for how long: long enough to act against abuse, and no longer."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from comments.models import Comment
from posts.steps import Steps

KEPT = timedelta(days=30)  # IP addresses and the browser's name for itself


def forget_networks():
    """Empties the IP addresses and user agents of comments older than `KEPT`; returns of how many."""
    old = Comment.objects.filter(submitted_at__lt=timezone.now() - KEPT)
    known = old.filter(Q(ip_address__isnull=False) | ~Q(network="") | ~Q(user_agent="")).order_by("pk")
    done, steps = 0, Steps()
    while rows := list(known[: steps.size()]):
        with steps.step():
            for comment in rows:
                comment.ip_address, comment.user_agent = None, ""
                # Without an e-mail address, the IP address was a part of what tells one writer from another.
                comment.describe()
            Comment.objects.bulk_update(rows, ["ip_address", "network", "user_agent", "writer"])
        steps.learn()
        done += len(rows)
    return done
