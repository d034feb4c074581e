"""How often one network may ask for what costs something and leaves no comment; comments `comments.flood` counts.

The count is in Django's cache: all processes and machines agree where that is a Redis (CACHE_URL), and each counts for
itself where it is not. What must not be forgotten is counted by rows.
"""

from django.core.cache import cache

from posts.networks import network_of


def is_enough(request, what, *, most, within):
    """Counts this request; True where `most` came from its network within so many seconds before.

    While a Redis is away nothing is counted.
    """
    key = f"comments.{what}.{network_of(request.META.get('REMOTE_ADDR') or None) or '-'}"
    cache.add(key, 0, within)
    try:
        return (cache.incr(key) or 0) > most
    except ValueError:  # it has expired between the two
        return False
