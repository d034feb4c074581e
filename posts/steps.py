"""Long work in short transactions, between which others write.

SQLite has one lock for everybody who writes, and whoever waits for it asks again every tenth of a second: work that
takes it back at once keeps all others out. So work holds it for a moment, and then leaves it alone for another.
PostgreSQL locks rows, and has waiters take them in turn: there the transactions only have to be short.
"""

import time
from contextlib import contextmanager
from itertools import islice

from django.db import connection, transaction

HOLD = 0.2  # seconds for which the lock is held, in one transaction or several, before others have their turn
TURN = 0.15  # seconds of that turn: longer than SQLite's pause between two tries
FIRST, MOST = 20, 500  # rows of the first step, and of any


class Steps:
    """`with steps.step():` is a transaction that gives way to others first, where it is their turn."""

    def __init__(self):
        self.held = self.took = 0
        self.ended = time.monotonic()
        self.sizes = {}

    @contextmanager
    def step(self):
        self._give_way()
        with transaction.atomic():
            # From here on it has the lock.
            begun = time.monotonic()
            yield
        self.ended = time.monotonic()
        self.took = self.ended - begun
        self.held += self.took

    def split(self, rows, *, kind="", at_most=MOST):
        """Yields the rows in lists, each to be written in one step: as many as take about `HOLD` seconds."""
        rows = iter(rows)
        while some := list(islice(rows, self.size(kind, at_most=at_most))):
            self.took = 0
            yield some
            self.learn(kind)

    def size(self, kind="", *, at_most=MOST):
        """How many rows of a `kind` the next step should have; `learn()` takes it from the last one. Within a
        transaction of the caller's all at once: shorter steps would let nobody in."""
        size = self.sizes.setdefault(kind, FIRST)
        return at_most if connection.in_atomic_block else min(size, at_most)

    def learn(self, kind=""):
        if self.took > HOLD:
            self.sizes[kind] = max(1, self.sizes[kind] // 2)
        elif self.took < HOLD / 2:
            self.sizes[kind] = min(MOST, self.sizes[kind] * 2)

    def _give_way(self):
        if connection.vendor != "sqlite" or connection.in_atomic_block:
            return
        free_for = time.monotonic() - self.ended
        if self.held >= HOLD and free_for < TURN:
            time.sleep(TURN - free_for)
            free_for = TURN
        if free_for >= TURN:
            self.held = 0
