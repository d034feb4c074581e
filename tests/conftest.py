import gc
import os
import shutil
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client, RequestFactory

from blog_site.limits import wait_as_long_as_it_takes
from blog_site.worker import Worker
from blog_site.wsgi import application
from comments.models import DiscussionSettings
from posts import generation
from tests.factories import make_editor, make_staff_author, make_user

# These need what `make browser` and `make faults` install; without it nothing of them is even read.
collect_ignore = [
    folder for folder, package in (("browser", "playwright"), ("faults", "aiosmtpd")) if not find_spec(package)
]

SHARED = Path(__file__).resolve().parents[2] / "shared"
_left_out = {}


def pytest_configure(config):
    # The browser's own process hosts an event loop, which Django takes for asynchronous code.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leaves out, and later says so, what this machine has no input for, and what PostgreSQL is nothing to."""
    for marker, is_here, what in (
        ("seed", SHARED.exists(), "tests that read ../shared, the workshop's own folder, which is not here"),
        ("gettext", shutil.which("xgettext"), "tests that need GNU gettext (Debian, Ubuntu: apt install gettext)"),
    ):
        missing = [] if is_here else [item for item in items if item.get_closest_marker(marker)]
        if missing:
            items[:] = [item for item in items if item not in missing]
            config.hook.pytest_deselected(items=missing)
            _left_out[what] = len(missing)

    if connection.vendor == "postgresql" and not config.option.file_or_dir:
        same = [item for item in items if not _may_use_a_database(item)]
        items[:] = [item for item in items if _may_use_a_database(item)]
        config.hook.pytest_deselected(items=same)
        if same:
            _left_out["tests that use no database, and are the same on SQLite"] = len(same)


def pytest_collection_finish():
    """What is loaded by now stays to the end: a tenth of the time went into looking through it for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _may_use_a_database(item):
    """pytest-django lets only those at one that say so; what starts processes of its own may use one there."""
    uses = {"db", "transactional_db", "client", "blog"} & set(item.fixturenames)
    processes = {"subprocess", "Blog", "serving", "Popen", "connection"} & vars(item.module).keys()
    return bool(uses or processes or item.get_closest_marker("django_db"))


def pytest_sessionfinish(session, exitstatus):
    """A skipped test in CI is a defect: the run fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter, config):
    write = terminalreporter.write_line
    if "not browser" in config.getoption("markexpr"):
        write("Left out: the journeys in a real browser; run them with `make browser` (chromium-headless-shell).")
        write("Left out: the faults of real processes; run them with `make faults`.")
        write("Left out: programs that read the public pages; run them with `make pages` (npm, java, w3m).")
        if connection.vendor == "sqlite":
            write("Left out: PostgreSQL; `DATABASE_URL=postgres://… make test` runs the same tests on it.")
        write("Left out: the benchmarks; run them with `make bench`. Lighthouse: `make audit`.")
    for what, number in _left_out.items():
        write(f"Left out: {number} {what}.")


@pytest.fixture
def shared():
    """The folder with real input to test with."""
    return SHARED


@pytest.fixture(autouse=True)
def _uploads_go_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IMPORTS_ROOT = tmp_path / "imports"


@pytest.fixture(autouse=True)
def _empty_cache():
    yield
    cache.clear()
    generation.forget()
    # A test that loads the web server leaves its limit of 15 seconds behind, which a busy machine does not keep.
    wait_as_long_as_it_takes()


class Mailbox:
    """What the mail server has got, once the worker has nothing left to do; to be read like a list."""

    def _mails(self):
        Worker().run_until_idle()
        return mail.outbox

    def __len__(self):
        return len(self._mails())

    def __iter__(self):
        return iter(self._mails())

    def __getitem__(self, index):
        return self._mails()[index]

    def __eq__(self, other):
        return self._mails() == other

    __hash__ = None

    def clear(self):
        self._mails().clear()


@pytest.fixture
def mailoutbox(db):
    """The mails that have left, as the worker sends them."""
    mail.outbox = []
    return Mailbox()


@pytest.fixture
def discussion(db):
    """Sets fields of the discussion settings: `discussion(moderation="none")`; no flood limit by itself."""

    def change(**fields):
        row = DiscussionSettings.load()
        for name, value in {"flood_seconds": 0, **fields}.items():
            setattr(row, name, value)
        row.save()
        return row

    return change


@pytest.fixture
def editor(client):
    """An editor's account, logged in with `client`."""
    user = make_editor(first_name="Eve", last_name="Ditor")
    client.force_login(user)
    return user


@pytest.fixture
def ann():
    """An editor's account, with a password and an address."""
    return make_editor(username="ann", email="Ann@Example.org")


@pytest.fixture
def writer(client):
    """An author, logged in with `client` as “ann”."""
    account, author = make_staff_author(username="ann", first_name="Ann", last_name="Writer")
    client.force_login(account)
    return author


@pytest.fixture
def boss():
    """An account that may do anything."""
    return make_user(username="boss", is_staff=True, is_superuser=True)


@pytest.fixture
def send(client):
    """Sends the comment form under a post, as a reader's browser does: `send(post, body=…)`."""

    def post_form(post, *, using=None, headers=None, **fields):
        typed = {
            "name": "Bo Reader",
            "email": "bo@example.org",
            "url": "",
            "body": "I have something to say.",
            "parent": "",
        }
        data = {name: value for name, value in {**typed, **fields}.items() if value is not None}
        return (using or client).post(f"/comments/on/{post.pk}/", data, headers=headers or {})

    return post_form


@pytest.fixture
def stranger():
    """A client that, as a server does, answers an exception with a page."""
    return Client(raise_request_exception=False)


@pytest.fixture
def served():
    """Asks the application that gunicorn serves, not Django's test client: `served(path, **environ)`."""
    # As that client does: the connection is the test's, and is not closed at the end of a request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def ask(path, body=b"", **environ):
        statuses = []
        request = RequestFactory().generic(environ.get("REQUEST_METHOD", "GET"), path, body)
        answer = application(request.environ | environ, lambda status, headers: statuses.append(status))
        with closing(answer):
            return int(statuses[0].split()[0]), b"".join(answer)

    yield ask
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
