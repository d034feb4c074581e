"""Real browsers for the journeys: each page in a context of its own, watched until the test's end."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.signals import request_finished, request_started
from django.db import connections
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from posts.models import Category, Picture, Tag
from tests.factories import make_author, make_comment, make_post, make_staff_author

from .watch import Watch, assert_nothing_is_kept

# Debian packs Chromium twice: without a window it is the same browser, and takes half the time.
BROWSERS = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
CHROMIUM = os.environ.get("CHROMIUM") or str(next(filter(Path.exists, BROWSERS), BROWSERS[-1]))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT = 15_000  # ms, for each step: it takes so long only where something is wrong, or other tests need the machine
# With those without JavaScript each width and each scheme comes twice.
LOOKS = [("dark", 320), ("light", 375), ("light", 1280)]
NARROW_AND_WIDE = [("light", 320), ("dark", 1280)]


def _name(look):
    return "-".join(str(part) for part in look)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """SQLite in a file, as on a server. In memory, threads that meet at a table are refused instead of waiting."""
    database = connections.settings["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "blog.sqlite3")
        # Nothing of it must outlive the machine: no commit waits for the disk.
        database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _time_limit():
    expect.set_options(timeout=TIMEOUT)


class UnderWay:
    """What the server is answering. A form that is left sends its text once more: no database is emptied under that."""

    def __init__(self):
        self.begun, self.ended = [], []

    def begin(self, **_signal):
        self.begun.append(time.monotonic())

    def end(self, **_signal):
        self.ended.append(time.monotonic())

    def wait(self, *, quiet=0.2, seconds=5):
        """Until the server has had nothing to do for a moment."""
        since = until = time.monotonic()
        while time.monotonic() - max([since, *self.begun[-1:], *self.ended[-1:]]) < quiet or self._is_busy():
            if time.monotonic() > until + seconds:
                return
            time.sleep(0.02)

    def _is_busy(self):
        return len(self.begun) > len(self.ended)


@pytest.fixture
def under_way(live_server):
    counted = UnderWay()
    request_started.connect(counted.begin)
    request_finished.connect(counted.end)
    yield counted
    request_started.disconnect(counted.begin)
    request_finished.disconnect(counted.end)


@pytest.fixture
def open_browser(chromium, live_server, under_way):
    """`open_browser(scheme="dark", width=320, javascript=False)`: a page of a browser that was never here before.

    `density`: its screen's pixels a point.

    `page.watch.look()` asserts that nothing is wrong on its pages so far; the end of the test does it anyway.
    """
    opened = []

    def open_one(*, scheme="light", width=1280, javascript=True, density=1):
        context = chromium.new_context(
            base_url=live_server.url,
            color_scheme=scheme,
            viewport={"width": width, "height": 800},
            device_scale_factor=density,
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        context.set_default_timeout(TIMEOUT)
        opened.append(context)
        watch = Watch(context, live_server.url)
        page = context.new_page()
        page.watch = watch
        return page

    yield open_one

    try:
        for context in opened:
            for page in context.pages:
                if hasattr(page, "watch"):
                    page.watch.look()
    finally:
        wrote = any("/admin/posts/post/" in page.url for context in opened for page in context.pages)
        for context in opened:
            context.close()
        if wrote:
            under_way.wait()


@pytest.fixture(
    params=[(*look, True) for look in LOOKS] + [(*look, False) for look in NARROW_AND_WIDE],
    ids=lambda look: _name(look[:2]) + ("" if look[2] else "-without-javascript"),
)
def reader(request, open_browser):
    """The page of somebody who only reads, in each look, with and without JavaScript. Nothing is kept of them."""
    scheme, width, javascript = request.param
    page = open_browser(scheme=scheme, width=width, javascript=javascript)

    yield page

    assert_nothing_is_kept(page.context)


@pytest.fixture(params=NARROW_AND_WIDE, ids=_name)
def page(request, open_browser):
    """A page with JavaScript, once small and light, once wide and dark."""
    scheme, width = request.param
    return open_browser(scheme=scheme, width=width)


@pytest.fixture(params=NARROW_AND_WIDE, ids=_name)
def page_without_javascript(request, open_browser):
    scheme, width = request.param
    return open_browser(scheme=scheme, width=width, javascript=False)


@pytest.fixture
def thread(live_server, discussion):
    """Two comments by Ann and Bea; whoever writes below them is published at once."""
    discussion(moderation="none")
    first = make_comment(name="Ann", body="Where is the boot?")
    return first, make_comment(post=first.post, name="Bea", body="What boot?")


def picture_bytes(*, width=1200, height=800):
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#b3a58f").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def library(live_server):
    """A small blog: twelve posts of the last twelve days, the newest with all that a post can have."""
    author = make_author(name="Ann Writer", bio="Writes about *drains*, and has done so since 1998.")
    now = timezone.now()
    for age in range(12, 1, -1):
        make_post(author=author, title=f"Report number {age}", published_at=now - timedelta(days=age))
    picture = Picture(alt="A grating, half lifted", caption="The grating on Mill Lane.", credit="Photo: Ann Writer")
    picture.file.save("grating.jpg", ContentFile(picture_bytes()))
    post = make_post(
        author=author,
        title="What was in the drain",
        slug="what-was-in-the-drain",
        body="We lifted the grating.\n\n## What we found\n\n> A boot.\n\n| what | number |\n|---|---|\n| boot | 1 |",
        published_at=now - timedelta(days=1),
        picture=picture,
    )
    town = Category.objects.create(name="The town")
    post.categories.add(Category.objects.create(name="Drains", parent=town))
    post.tags.add(Tag.objects.create(name="mill lane"), Tag.objects.create(name="boots"))
    first = make_comment(post=post, name="Catherine", body="I wondered where that boot went.")
    answer = make_comment(parent=first, name="Ann Writer", body="It is yours if you want it.", email="ann@example.org")
    make_comment(parent=answer, name="Catherine", body="I only have *one* foot to put in it.")
    removed = make_comment(post=post, name="Rude Rudi", body="Words that somebody regrets.")
    make_comment(parent=removed, name="Mild Mila", body="That was uncalled for.")
    removed.trash(by=None)
    return post


def log_in(page, user, *, then="/admin/"):
    page.goto(then)
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


@pytest.fixture
def ann(live_server):
    """Somebody who writes here: the account and the author."""
    return make_staff_author(username="ann")


@pytest.fixture
def desk(open_browser, ann):
    """A page of Ann's, who has logged in."""
    page = open_browser()
    log_in(page, ann[0])
    return page
