"""How fast one may comment: per person, and, more generously, per network.

A household or an office behind one address has many people: the address alone stops nobody until
it sends more than a room full of people would.
"""

import ipaddress
from datetime import timedelta

from django.utils import timezone

from comments.models import Comment

NETWORK_LIMIT = 20  # comments from one network within the same seconds


def seconds_to_wait(comment, settings):
    """Whole seconds until `comment` may be sent, at most `settings.flood_seconds`, or 0 if it may be sent now."""
    if not settings.flood_seconds:
        return 0
    recent = Comment.objects.sent_within(timedelta(seconds=settings.flood_seconds))
    too_fast = recent.by_writer(comment).order_by("-submitted_at").first() or _over_network_limit(comment, recent)
    if not too_fast:
        return 0
    passed = (timezone.now() - too_fast.submitted_at).total_seconds()
    return min(max(1, round(settings.flood_seconds - passed)), settings.flood_seconds)


def _over_network_limit(comment, recent):
    if not comment.ip_address:
        return None
    network = _network(comment.ip_address)
    # Few rows, since they are a few seconds old: compared here, the same on every database.
    from_network = [
        other
        for other in recent.exclude(ip_address=None).order_by("-submitted_at").only("ip_address", "submitted_at")[:500]
        if _network(other.ip_address) == network
    ]
    return from_network[NETWORK_LIMIT - 1] if len(from_network) >= NETWORK_LIMIT else None


def _network(address):
    version = ipaddress.ip_address(address).version
    return ipaddress.ip_network((address, 24 if version == 4 else 64), strict=False)
