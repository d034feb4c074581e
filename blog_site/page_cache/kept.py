"""What one process keeps of pages, and who of it is making one just now."""

import threading
import time
from collections import OrderedDict
from contextlib import contextmanager


class Kept:
    """The answers that were asked for last, up to `most` bytes of them; of each page that of the last state."""

    def __init__(self, most):
        self.most = most
        self.size = 0
        self._lock = threading.Lock()
        self._answers = OrderedDict()  # {page: (state, answer, its size)}, the one that was asked for last at the end

    def get(self, page, state):
        with self._lock:
            known, answer, _size = self._answers.get(page, (None, None, 0))
            if known != state or time.time() >= answer.until:
                return None
            self._answers.move_to_end(page)
            return answer

    def put(self, page, state, answer):
        with self._lock:
            self._take_out(page)
            if answer.size <= self.most:
                self._answers[page] = (state, answer, answer.size)
                self.size += answer.size
            while self.size > self.most:
                self._take_out(next(iter(self._answers)))

    def clear(self):
        with self._lock:
            self._answers.clear()
            self.size = 0

    def _take_out(self, page):
        _state, _answer, size = self._answers.pop(page, (None, None, 0))
        self.size -= size


class AtWork:
    """Which pages the threads of this process are making: each one once, however many ask for it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._made = {}  # {what is made: the event that it is}

    @contextmanager
    def one_by_one(self, what, most):
        """The first makes it; the others begin when it is done with it, or after `most` seconds, all at once."""
        with self._lock:
            is_first = what not in self._made
            made = self._made.setdefault(what, threading.Event())
        if not is_first:
            made.wait(most)
            yield
            return
        try:
            yield
        finally:
            with self._lock:
                del self._made[what]
            made.set()
