"""Texts of posts and comments, set in a second process while the first goes on reading: half of an import is that."""

import gc
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import django

from posts.markup import typeset
from posts.words import index_text

from .comments import read_and_render

LARGE = 3_000_000  # bytes of an export, below which a process takes longer to start than it saves
CHUNK = 10  # texts that go there and come back together: each way costs a millisecond
MOST = 8  # chunks that are there at a time: with more, the first process would wait for the second at last


class Typesetter:
    """`begin(post, records)` when its text and its comments' records are known, `finish(post)` when all are to be
    stored. As a context manager it ends the process that it may have begun: one for a `size` above LARGE, if there are
    two `processors`, the machine's own."""

    def __init__(self, size, *, processors=None):
        self.pool = None
        if size > LARGE and (processors or os.cpu_count() or 1) > 1:
            # Not forked: this process has a connection to the database, and a transaction on it.
            context = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(1, mp_context=context, initializer=django.setup)
            # What is there then stays: the collector need not look at it again after each text.
            self.pool.submit(gc.freeze)
        self.waiting, self.begun, self.there = [], {}, []

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def begin(self, post, records=()):
        self.waiting.append((post, records))
        if len(self.waiting) == CHUNK:
            self._send()

    def finish(self, post):
        """Renders the post. Returns what `post.rerender()` does, and a comments.Read for each record, if any."""
        if self.waiting:
            self._send()
        future, place = self.begun.pop(id(post), (None, 0))
        try:
            known, read = future.result()[place] if future else ((), [])
        except BrokenProcessPool:
            self._go_on_alone()
            known, read = (), []
        return post.rerender(*known), read

    def _send(self):
        waiting, self.waiting = self.waiting, []
        self.there = [future for future in self.there if not future.done()]
        if not self.pool or len(self.there) == MOST:
            return
        try:
            texts = [((post.body, post.body_format, post.language), records) for post, records in waiting]
            future = self.pool.submit(_set_all, texts)
        except BrokenProcessPool:
            self._go_on_alone()
        else:
            self.there.append(future)
            self.begun |= {id(post): (future, place) for place, (post, _records) in enumerate(waiting)}

    def _go_on_alone(self):
        """Somebody ended the process, such as a machine that is short of memory."""
        self.pool, self.begun = None, {}


def _set_all(texts):
    """[(what `Post.rerender()` can be given of a text, a Read for each of the records below it)]"""
    return [(_set(*text), [read_and_render(record) for record in records]) for text, records in texts]


def _set(*text):
    text = typeset(*text)
    return text, index_text(text.words)
