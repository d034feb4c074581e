"""People who write and moderate while something else goes on, and how long each of them waited."""

import contextlib
import os
import statistics
import threading
import time
from urllib.parse import urlencode

from .blog import FORM, post_comment

# Seconds on a machine that has nothing else to do. Where three suites share two processors, as in `.ci/run`, a wait
# says more of them than of our locks: there it is half of what SQLite lets a writer wait before it refuses them.
LONGEST_WAIT = float(os.environ.get("LONGEST_WAIT", 2))
TIMES_IDLE = 20  # … or so many times what it takes here when nothing goes on

LOG_IN = """
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from tests.factories import make_user
client = Client(SERVER_NAME="127.0.0.1")
known = User.objects.filter(username="moderator").first()
client.force_login(known or make_user(username="moderator", is_staff=True, is_superuser=True))
print(json.dumps([settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value]))"""


class People:
    """Each of `loops` runs in a thread of its own, with its number, until the `with` ends and `stopping` is set."""

    def __init__(self, loops):
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=loop, args=[number]) for number, loop in enumerate(loops)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


class Crowd(People):
    """`with crowd:` writes comments below `post` and decides on the comments `waiting`, until the block ends.

    `answers`: [(what was done, status, seconds)].
    """

    def __init__(self, blog, server, post, waiting=(), *, writers=2):
        self.server, self.post = server, post
        self.waiting, self.answers = list(waiting), []
        self.session = blog.python(LOG_IN) if waiting else None
        super().__init__([self._write] * writers + [self._decide] * bool(self.session))

    def _write(self, number):
        sent = 0
        while not self.stopping.wait(0.1):
            sent += 1
            text = f"Words number {sent} of person {number} at {time.monotonic()}."
            self.answers.append(("a comment", *post_comment(self.server, self.post, text)))

    def _decide(self, number):
        name, value = self.session
        headers = FORM | {"Cookie": f"{name}={value}; csrftoken={'a' * 32}", "X-CSRFToken": "a" * 32}
        while self.waiting and not self.stopping.wait(0.1):
            form = urlencode({"action": "approve", "_selected_action": self.waiting.pop()})
            before = time.monotonic()
            with contextlib.closing(self.server.connect()) as connection:
                connection.request("POST", "/admin/comments/comment/", form, headers)
                answer = connection.getresponse()
                answer.read()
            self.answers.append(("a decision", answer.status, time.monotonic() - before))

    def median(self):
        return statistics.median(seconds for _what, _status, seconds in self.answers)

    def slowest(self):
        return max(self.answers, key=lambda answer: answer[2])

    def refused(self):
        """The answers that did not do what was asked for: both lead to another page when they have."""
        return [answer for answer in self.answers if answer[1] not in {302, 303}]


def assert_nobody_waited(crowd, idle):
    assert crowd.refused() == []
    longest = max(LONGEST_WAIT, TIMES_IDLE * idle.median())
    assert crowd.slowest()[2] <= longest, (crowd.slowest(), longest)
