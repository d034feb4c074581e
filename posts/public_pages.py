"""Pages that are the same for every stranger: what marks them, and what programs that keep pages are told of them.

A view says so by `@same_for_everybody`; nothing else is ever kept by `blog_site/page_cache/`, which stands in front of
Django and finds out by the `Note` that it sends along with the request.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import wraps

from django.conf import settings
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

# A browser asks each time. Other programs may answer for a second, and for nine more while they ask.
CACHE_CONTROL = "public, max-age=0, s-maxage=1, stale-while-revalidate=9"
NOTE = "blog.page_cache"  # in the request's META: the Note of a cache that will keep the answer
# In the address of a page that its writer alone sees.
PRIVATE = "awaiting"


@dataclass
class Note:
    """What a view tells the cache in front: whether its answer may be kept, and at most until when."""

    is_public: bool = False
    until: datetime | None = None


def changes_at(request, moment):
    """Says that from `moment` on the page which answers `request` is another, though nobody changes anything."""
    known = getattr(request, "changes_at", None)
    if moment > timezone.now() and (known is None or moment < known):
        request.changes_at = moment


def same_for_everybody(view):
    """For a view whose 200 is the same for every stranger, as long as nothing changes what readers see: other programs,
    and our own cache, may keep it. With a cookie of ours it may be another, which is for one browser alone.
    """

    @wraps(view)
    def answer(request, *args, **kwargs):
        # A page may say what is so today. Before the view looks at the clock: midnight may come meanwhile.
        changes_at(request, _midnight())
        response = view(request, *args, **kwargs)
        if _is_for_everybody(request, response):
            return _add_headers(request, response)
        if not request.COOKIES.keys().isdisjoint(settings.OUR_COOKIES):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return answer


def _is_for_everybody(request, response):
    return (
        response.status_code in (200, 304)
        and not response.streaming
        and request.method in ("GET", "HEAD")
        and request.COOKIES.keys().isdisjoint(settings.OUR_COOKIES)
        and "Authorization" not in request.headers
        and PRIVATE not in request.GET
    )


def _add_headers(request, response):
    response.headers.setdefault("Cache-Control", CACHE_CONTROL)
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code == 304:
        return response
    response.headers.setdefault("ETag", _etag(response.content))
    if note := request.META.get(NOTE):
        note.is_public, note.until = True, request.changes_at
        return response
    return get_conditional_response(request, etag=response.headers["ETag"], response=response)


def _etag(content):
    """Weak: it is the same for the page and for the page compressed."""
    return f'W/"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'


def _midnight():
    """When the day ends in the blog's time zone."""
    return timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=1), time.min))
