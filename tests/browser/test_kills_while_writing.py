"""The browser or the server is killed at any moment while somebody writes: at most the last five seconds are lost.

It stands here and not among the faults, since it needs Chromium, which not every machine that runs those has. A short
run by default; `make soak` kills 200 times.
"""

import contextlib
import json
import os
import random
import subprocess
import time

import pytest
from playwright.sync_api import Error

from tests.faults.blog import Blog, end, wait_until
from tests.faults.web import free_port, start_web

from .conftest import ARGUMENTS, CHROMIUM

pytestmark = pytest.mark.browser

KILLS = int(os.environ.get("WRITING_KILLS", 3))
MOST_LOST = 5  # seconds of typing
UNTIL_A_KILL = (MOST_LOST + 0.5, MOST_LOST + 3)  # seconds: without an autosave more would be lost than may be
PACE = 100  # ms between two numbers: somebody quick
PATIENCE = 60_000  # ms: what was killed has to start again


class Author:
    """Somebody at a computer: a profile of the browser that outlives its processes, and a session of the blog."""

    def __init__(self, browsers, profile, port, cookie):
        self.browsers, self.profile, self.cookie = browsers, profile, cookie
        self.root = f"http://127.0.0.1:{port}"
        self.address = f"{self.root}/admin/posts/post/1/change/"
        self.typed = []  # when each of the numbers was typed

    def start_browser(self):
        told = self.profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                *(CHROMIUM, "--headless=new", *ARGUMENTS, "--remote-debugging-port=0"),
                *(f"--user-data-dir={self.profile}", "about:blank"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(lambda: told.exists() and told.read_text().count("\n") >= 1)
        port = told.read_text().split()[0]
        self.browser = self.browsers.connect_over_cdp(f"http://127.0.0.1:{port}")
        context = self.browser.contexts[0]
        context.set_default_timeout(PATIENCE)
        # A browser writes its cookies to the disk every half a minute: whoever loses theirs logs in again.
        context.add_cookies([{"name": "sessionid", "value": self.cookie, "url": self.root}])
        self.page = context.pages[0]

    def kill_browser(self):
        end(self.process)
        with contextlib.suppress(Error):
            self.browser.close()

    def open(self):
        """Opens the form, and takes what it offers."""
        self.page.goto(self.address)
        # What the browser alone had kept is offered once the server has it.
        self.page.wait_for_function("() => !Object.keys(localStorage).some((name) => name.startsWith('unsaved'))")
        restore = self.page.get_by_role("link", name="Restore").first
        if self.typed:
            restore.click()
            # Or what is typed next would go into the page before.
            self.page.wait_for_url("**restore=**")
        self.page.locator("#id_body").press("ControlOrMeta+End")

    def write(self, seconds):
        """Types one number after the other, for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.page.keyboard.type(f"{len(self.typed)} ")
            self.typed.append(time.monotonic())
            self.page.wait_for_timeout(PACE)

    def last_number(self):
        return last_number(self.page.locator("#id_body").input_value())


def last_number(text):
    """The last that was typed to its end: a space follows each."""
    return int(text.rpartition(" ")[0].split()[-1])


@pytest.fixture
def blog(tmp_path):
    with Blog(tmp_path, always_sqlite=True) as blog:
        yield blog


def session_of_an_author(blog):
    return blog.python("""
from django.test import Client
from tests.factories import make_post, make_staff_author
account, author = make_staff_author()
make_post(author=author, body="start", pk=1)
client = Client()
client.force_login(account)
print(json.dumps(client.cookies["sessionid"].value))""")


def newest(blog):
    """The last number that the server has."""
    [(fields,)] = blog.rows("SELECT fields FROM posts_autosave ORDER BY saved_at DESC LIMIT 1")
    return last_number(json.loads(fields)["body"][0])


def test_of_what_is_typed_until_a_kill_at_most_five_seconds_are_lost(blog, chromium, tmp_path):
    port, chance = free_port(), random.Random(15)  # noqa: S311
    server = start_web(blog, port)
    author = Author(chromium.browser_type, tmp_path / "profile", port, session_of_an_author(blog))
    author.profile.mkdir()
    author.start_browser()
    author.open()
    lost = []
    try:
        for number in range(KILLS):
            author.write(chance.uniform(*UNTIL_A_KILL))
            if number % 2:
                end(server)
                author.write(chance.uniform(0.5, 3))
                server = start_web(blog, port)
                # Nobody does anything, and all of it arrives.
                wait_until(lambda: newest(blog) == len(author.typed) - 1)
            else:
                killed_at = time.monotonic()
                author.kill_browser()
                author.start_browser()
                author.open()
                unsaved = author.typed[author.last_number() + 1 :]
                lost.append(killed_at - unsaved[0] if unsaved else 0)
    finally:
        author.kill_browser()

    assert max(lost) <= MOST_LOST, lost
    assert blog.rows("SELECT body FROM posts_post") == [("start",)]
