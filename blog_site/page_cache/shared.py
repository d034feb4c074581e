"""What all processes and machines keep of pages that have one Redis (`CACHE_URL`): each page is made once for all.

An answer stands there under the state it was made in, so that none has to be taken back: whoever looks for another
state looks elsewhere, and what nobody looks for any more goes by its age.
"""

import hashlib
import json
import time
from contextlib import contextmanager, nullcontext
from functools import cache

import django
from django.conf import settings

from .answers import Answer

LONGEST = 3600  # seconds that an answer is there
CLAIM = 10  # seconds after which whoever makes a page is taken for gone
GLANCE = 0.02  # seconds between two looks
AWAY = 5  # seconds in which nobody asks a Redis that did not answer


def shared_pages():
    """`Shared`, if the cache is a Redis; otherwise the same doors with nothing behind them."""
    return Shared() if is_in_use() else Alone()


def is_in_use():
    return "redis" in settings.CACHES["default"]["BACKEND"].lower()


def client():
    """Of Redis itself: unlike the cache made of it, it says when it does not answer."""
    from django_redis import get_redis_connection

    return get_redis_connection("default")


class Alone:
    def get(self, page, state):
        return None

    def put(self, page, state, answer):
        pass

    def one_by_one(self, page, state, most):
        return nullcontext(False)


class Shared:
    def __init__(self):
        self._away_until = 0.0
        version()  # of the code that is loaded now

    def get(self, page, state):
        stored = self._ask("get", key(page, state))
        return read(stored) if stored else None

    def put(self, page, state, answer):
        seconds = min(answer.until - time.time(), LONGEST)
        if seconds > 1:
            self._ask("set", key(page, state), written(answer), ex=int(seconds))

    @contextmanager
    def one_by_one(self, page, state, most):
        """False for the first who comes, who makes it; True for the others, when it is made or after `most` seconds."""
        claim = f"{key(page, state)}:made"
        # Where Redis is away nobody is known to make it.
        if self._ask("set", claim, b"1", nx=True, ex=CLAIM) or self._is_away:
            try:
                yield False
            finally:
                self._ask("delete", claim)
            return
        until = time.monotonic() + most
        while time.monotonic() < until and self._ask("exists", claim):
            time.sleep(GLANCE)
        yield True

    @property
    def _is_away(self):
        return time.monotonic() < self._away_until

    def _ask(self, command, *values, **options):
        """What Redis answers; None while it is away."""
        if self._is_away:
            return None
        from redis.exceptions import RedisError

        try:
            return getattr(client(), command)(*values, **options)
        except RedisError:
            self._away_until = time.monotonic() + AWAY
            return None


def key(page, state):
    digest = hashlib.blake2b(repr((page, state)).encode(), digest_size=16).hexdigest()
    return f"{settings.CACHES['default'].get('KEY_PREFIX', '')}page:{version()}:{digest}"


def written(answer):
    head = {"headers": answer.headers, "until": answer.until, "is_settled": answer.is_settled}
    return json.dumps(head).encode() + b"\n" + answer.bodies[""]


def read(stored):
    head, _, body = stored.partition(b"\n")
    head = json.loads(head)
    return Answer(head["headers"], body, head["until"], is_settled=head["is_settled"])


@cache
def version():
    """Another for each version of what makes pages: while servers get new code one by one, each has its own pages."""
    digest = hashlib.blake2b(django.get_version().encode(), digest_size=16)
    names = ("SITE_URL", "LANGUAGE_CODE", "TIME_ZONE", "WEBSUB_HUB", "STATIC_URL", "MEDIA_URL", "SECURE_HSTS_SECONDS")
    digest.update(repr([getattr(settings, name) for name in names] + [settings.CONTENT_SECURITY_POLICY]).encode())
    files = [settings.BASE_DIR / folder for folder in ("blog_site", "comments", "posts", "templates")]
    read = [path for folder in files for path in folder.rglob("*") if path.suffix in {".py", ".html", ".mo"}]
    read += [path for path in [settings.STATIC_ROOT / "staticfiles.json"] if path.exists()]
    for path in sorted(read):
        digest.update(path.read_bytes())
    return digest.hexdigest()
