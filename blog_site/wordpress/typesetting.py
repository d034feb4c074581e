"""Texts of posts, set in a second process while the first goes on reading: half of an import's work is that."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import django

from posts.markup import typeset

LARGE = 10_000_000  # bytes of an export, below which a process takes longer to start than it saves


class Typesetter:
    """`begin(post)` when its text is known, `finish(post)` when it is to be stored. As a context manager it ends the
    process that it may have begun: one for a `size` above LARGE, if there are two `processors`, the machine's own."""

    def __init__(self, size, *, processors=None):
        self.pool = None
        if size > LARGE and (processors or os.cpu_count() or 1) > 1:
            # Not forked: this process has a connection to the database, and a transaction on it.
            context = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(1, mp_context=context, initializer=django.setup)
        self.begun = {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def begin(self, post):
        if self.pool:
            self.begun[id(post)] = self.pool.submit(typeset, post.body, post.body_format, post.language)

    def finish(self, post):
        """Renders the post, as `post.rerender()` does."""
        try:
            future = self.begun.pop(id(post), None)
            post.rerender(future and future.result())
        except BrokenProcessPool:
            # Somebody ended it, such as a machine that is short of memory: it goes on here.
            self.pool, self.begun = None, {}
            post.rerender()
