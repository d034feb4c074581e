"""The web server and the worker are killed at any moment while people write: no comment that was taken is lost."""

import contextlib
import http.client
import os
import random
import re
import time
import uuid
from collections import Counter

import pytest

from tests.benchmarks.server import Server

from .blog import end, post_comment, wait_until
from .crowd import People
from .web import free_port, start_web

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("FAULT_KILLS", 5))
WRITERS, PAUSE = 4, 0.5  # people, and seconds between two comments of one
LETTER = re.compile(r"A letter, \w+\.")
UNLIMITED = dict.fromkeys(["hourly_per_network", "daily_per_network", "hourly_per_post", "daily_limit"])


class Writers(People):
    """They write until the `with` ends, whether somebody answers or not. `taken`: the texts answered with 303."""

    def __init__(self, server, post):
        self.server, self.post, self.sent, self.taken = server, post, [], []
        super().__init__([self._write] * WRITERS)

    def _write(self, _number):
        while not self.stopping.wait(PAUSE):
            text = f"A letter, {uuid.uuid4().hex}."
            self.sent.append(text)
            with contextlib.suppress(OSError, http.client.HTTPException):
                if post_comment(self.server, self.post, text)[0] == 303:
                    self.taken.append(text)


def test_what_was_taken_stands_once_and_its_mail_comes_whichever_process_is_killed(blog, mail_server):
    post, port, chance = blog.prepare(**UNLIMITED), free_port(), random.Random(13)  # noqa: S311
    web, worker = start_web(blog, port), blog.start_worker()
    with Writers(Server(web, port), post) as writers:
        for number in range(KILLS):
            taken = len(writers.taken)
            wait_until(lambda taken=taken: len(writers.taken) > taken)
            time.sleep(chance.uniform(0, 1))
            if number % 2:
                end(worker)
                worker = blog.start_worker()
            else:
                end(web)
                web = start_web(blog, port)

    print(f"{len(writers.sent)} comments sent, {len(writers.taken)} taken")
    stored = Counter(text for (text,) in blog.rows("SELECT body FROM comments_comment"))
    # One whose answer did not come may stand there too: nobody knows better than its writer, who sees the page.
    assert [text for text in writers.taken if stored[text] != 1] == []
    assert max(stored.values()) == 1

    wait_until(lambda: set(blog.tasks()) <= {"SUCCESSFUL"}, patience=60 + 10 * KILLS)
    mailed = Counter(text for _to, _subject, mail in mail_server.mails for text in LETTER.findall(mail))
    assert set(stored) == set(mailed)
    assert mailed.total() <= len(stored) + KILLS // 2
