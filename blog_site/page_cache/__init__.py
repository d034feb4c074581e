"""The cache of public pages, in front of Django: what it has kept touches no middleware and no template.

`PageCache(application)` is a WSGI application; docs/parts/page-cache.md explains it on one page.

    requests.py   which page a request asks for, if any stranger would get the same
    answers.py    an answer as it is kept: plain, compressed, or 304
    kept.py       what this process keeps, and what it is making
    shared.py     what all processes and machines keep, where they have a Redis

Whether what is kept is still what readers see, `posts/generation.py` says in one small query; which answers may be
kept, the views say (`posts/public_pages.py`).
"""

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from blog_site.middleware import believe_proxies
from posts import generation
from posts.public_pages import NOTE, Note

from .answers import Answer
from .kept import AtWork, Kept
from .requests import page_asked_for
from .shared import shared_pages

MOST_WAIT = 5  # seconds for whoever makes the same page
# Kept from Django while it makes a page: it is to give it whole.
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class PageCache:
    """`application` is Django's; `most`: how many bytes of answers are kept."""

    def __init__(self, application, most):
        self.application = application
        self.kept = Kept(most)
        self.at_work = AtWork()
        self.shared = shared_pages()

    def __call__(self, environ, start_response):
        believe_proxies(environ)
        page = page_asked_for(environ)
        # Before the page is read: what is kept for a state is at least as new.
        state = page and _state()
        if not state:
            return self.application(environ, start_response)
        if answer := self.kept.get(page, state):
            return self._send(page, state, answer, environ, start_response)
        with self.at_work.one_by_one((page, state), MOST_WAIT):
            # Another thread may have made it meanwhile, or another process.
            answer = self.kept.get(page, state) or self._shared(page, state)
            if answer:
                return self._send(page, state, answer, environ, start_response)
            with self.shared.one_by_one(page, state, MOST_WAIT) as has_waited:
                answer = self._shared(page, state) if has_waited else None
                if answer:
                    return self._send(page, state, answer, environ, start_response)
                return self._make(page, state, environ, start_response)

    def _shared(self, page, state):
        answer = self.shared.get(page, state)
        if answer:
            self.kept.put(page, state, answer)
        return answer

    def _send(self, page, state, answer, environ, start_response):
        if answer.prepare(environ.get("HTTP_ACCEPT_ENCODING", "")):
            self.kept.put(page, state, answer)
        # As Django does at the end of a request.
        connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
        return answer.send(environ, start_response)

    def _make(self, page, state, environ, start_response):
        """Has Django answer, and keeps that if its view says that it may."""
        note, began = Note(), []
        conditions = {name: environ.pop(name) for name in CONDITIONS if name in environ}
        environ[NOTE] = note
        body = self.application(environ, lambda *start: began.append(start))
        environ.update(conditions)
        ((status, headers, *error),) = began
        if not (note.is_public and status.startswith("200 ") and _may_be_kept(headers)):
            start_response(status, headers, *error)
            return body
        try:
            answer = Answer(headers, b"".join(body), note.until.timestamp())
        finally:
            body.close()
        if not self._is_another(page, state, answer):
            self.kept.put(page, state, answer)
            self.shared.put(page, state, answer)
        return self._send(page, state, answer, environ, start_response)

    def _is_another(self, page, state, answer):
        """True where the page has no such part and is the same without: `/?comments=5`, `/?comments=6`, and so on."""
        path, part = page
        whole = part and self.kept.get((path, ()), state)
        return bool(whole) and whole.etag == answer.etag


def _may_be_kept(headers):
    """Once more, of the answer as it leaves Django: nothing in it is one person's."""
    named = {name.lower(): value for name, value in headers}
    return "set-cookie" not in named and named.get("cache-control", "").startswith("public")


def _state():
    """The state of what readers see; None where the database does not say: Django asks again, and tells the reader."""
    try:
        return generation.state()
    except DatabaseError:
        connections[DEFAULT_DB_ALIAS].close()
        return None
