"""An answer as it is kept: plain, compressed once for whoever takes it so, and the empty one for whoever has it."""

import gzip
import time
from functools import lru_cache

import brotli
from django.utils.http import parse_etags, parse_http_date_safe

COMPRESS = {"br": lambda body: brotli.compress(body, quality=5), "gzip": lambda body: gzip.compress(body, 6, mtime=0)}
# What is about the body, and is not said where there is none.
OF_A_BODY = {"content-type", "content-length", "content-encoding"}
# A time in whole seconds tells two states apart only when it is well past (RFC 9110, 8.8.2.2).
SETTLED = 61  # seconds
LEAST = 500  # bytes that are worth compressing


class Answer:
    """A 200 of Django's: its `headers`, as pairs, its `body`, and `until` when it is right (`time.time()`)."""

    def __init__(self, headers, body, until, *, is_settled=None):
        self.headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        self.bodies = {"": body}
        self.until = until
        self.unchanged = [(name, value) for name, value in self.headers if name.lower() not in OF_A_BODY]
        named = {name.lower(): value for name, value in headers}
        self.etag = named["etag"]
        self.last_modified = named.get("last-modified")
        self.is_settled = _is_past(self.last_modified) if is_settled is None else is_settled
        self._ready = {}

    @property
    def size(self):
        return sum(map(len, self.bodies.values())) + 4096

    def prepare(self, accepted):
        """Compresses it as a reader takes it, unless it is there; True where it has grown by that."""
        encoding = encoding_for(accepted)
        if encoding in self.bodies:
            return False
        body = self.bodies[""]
        self.bodies[encoding] = COMPRESS[encoding](body) if len(body) >= LEAST else body
        return True

    def send(self, environ, start_response):
        """Answers a request as a WSGI application does."""
        if self._is_known_to(environ):
            start_response("304 Not Modified", self.unchanged)
            return []
        encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        body = self.bodies[encoding]
        start_response("200 OK", self._headers(encoding, body))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _headers(self, encoding, body):
        if encoding not in self._ready:
            is_encoded = body is not self.bodies[""]
            about = [("Content-Encoding", encoding)] if is_encoded else []
            self._ready[encoding] = [*self.headers, *about, ("Content-Length", str(len(body)))]
        return self._ready[encoding]

    def _is_known_to(self, environ):
        if tags := environ.get("HTTP_IF_NONE_MATCH"):
            if tags == self.etag:  # from a browser, and quicker than to read it
                return True
            # Compared weakly, as RFC 9110 says: a program between us may have made it weak or strong.
            known = {tag.removeprefix("W/") for tag in parse_etags(tags)}
            return tags.strip() == "*" or self.etag.removeprefix("W/") in known
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        return since is not None and self.is_settled and since == self.last_modified


def _is_past(last_modified):
    changed_at = parse_http_date_safe(last_modified) if last_modified else None
    return changed_at is not None and changed_at <= time.time() - SETTLED


@lru_cache(maxsize=200)
def encoding_for(accepted):
    """Which of ours an `Accept-Encoding` asks for: `br`, `gzip` or, plain, the empty one."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        key, _, value = parameter.strip().partition("=")
        weights[name.strip()] = _weight(value) if key.strip() == "q" else 1.0
    others = weights.get("*", 0.0)
    wanted = {name: weights.get(name, others) for name in COMPRESS}
    best = max(COMPRESS, key=wanted.get)
    return best if wanted[best] > 0 and wanted[best] >= weights.get("identity", 0.0) else ""


def _weight(text):
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
