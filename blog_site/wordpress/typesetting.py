"""Texts of posts, set in a second process while the first goes on reading: half of an import's work is that."""

import gc
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import django

from posts.markup import plain_text, typeset
from posts.words import index_text

LARGE = 3_000_000  # bytes of an export, below which a process takes longer to start than it saves
CHUNK = 20  # texts that go there and come back together: each way costs a millisecond


class Typesetter:
    """`begin(post)` when its text is known, `finish(post)` when it is to be stored. As a context manager it ends the
    process that it may have begun: one for a `size` above LARGE, if there are two `processors`, the machine's own."""

    def __init__(self, size, *, processors=None):
        self.pool = None
        if size > LARGE and (processors or os.cpu_count() or 1) > 1:
            # Not forked: this process has a connection to the database, and a transaction on it.
            context = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(1, mp_context=context, initializer=_set_up)
        self.waiting, self.begun = [], {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def begin(self, post):
        self.waiting.append(post)
        if len(self.waiting) == CHUNK:
            self._send()

    def finish(self, post):
        """Renders the post, as `post.rerender()` does."""
        if self.waiting:
            self._send()
        future, place = self.begun.pop(id(post), (None, 0))
        try:
            known = future.result()[place] if future else ()
        except BrokenProcessPool:
            self._go_on_alone()
            known = ()
        post.rerender(*known)

    def _send(self):
        posts, self.waiting = self.waiting, []
        if not self.pool:
            return
        try:
            future = self.pool.submit(_set_all, [(post.body, post.body_format, post.language) for post in posts])
        except BrokenProcessPool:
            self._go_on_alone()
        else:
            self.begun |= {id(post): (future, place) for place, post in enumerate(posts)}

    def _go_on_alone(self):
        """Somebody ended the process, such as a machine that is short of memory."""
        self.pool, self.begun = None, {}


def _set_up():
    django.setup()
    # What is there now stays: the collector need not look at it again after each text.
    gc.freeze()


def _set_all(texts):
    """What `Post.rerender()` can be given of each text, a picture's caption aside."""
    return [_set(typeset(*text)) for text in texts]


def _set(text):
    if "<img" in text.html:
        return (text,)
    words = plain_text(text.html)
    return text, words, index_text(words)
