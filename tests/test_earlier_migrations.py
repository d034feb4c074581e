"""Whatever state of the repository a database is from, `manage.py migrate` brings it to 0.1.0, and nothing is lost."""

import subprocess
import sys

import pytest

from blog_site.earlier_migrations import EARLIER
from tests.benchmarks.server import ROOT
from tests.faults.blog import Blog
from tests.test_upgrades import structure

MIDDLE = {"posts": "0007_finding", "comments": "0004_what_the_desk_looks_for", "blog_site": "0002_imported_files"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with Blog(tmp_path_factory.mktemp("empty")) as blog:
        yield blog


@pytest.fixture(scope="module")
def first_release(empty, tmp_path_factory):
    """A blog of 0.1.0."""
    with Blog(tmp_path_factory.mktemp("first"), template=empty) as blog:
        blog.python(f"""
from django.core.management import call_command
for app in {list(EARLIER)!r}:
    call_command("migrate", app, "0001_initial", verbosity=0)""")
        yield blog


@pytest.fixture
def blog(first_release, tmp_path):
    """A blog of 0.1.0, for one test."""
    with Blog(tmp_path, template=first_release) as blog:
        yield blog


def record(blog, migrations):
    """Has the database say that of our apps it has had these migrations, and no others."""
    blog.python(f"""
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
recorder = MigrationRecorder(connection)
recorder.migration_qs.filter(app__in={list(EARLIER)!r}).delete()
for app, name in {migrations!r}:
    recorder.record_applied(app, name)""")


def migrate(blog):
    """(what `manage.py migrate` says to its end, whether it went well)"""
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=blog.env, capture_output=True, text=True)
    return done.stderr, done.returncode == 0


def recorded(blog):
    return sorted(blog.rows("SELECT app, name FROM django_migrations"))


def whole(app):
    return [(app, name) for name in EARLIER[app]]


class Stopped(Blog):
    """A blog whose database has had the earlier migrations as far as `targets`, and no more; with a post, which has a
    comment."""

    def __init__(self, folder, targets):
        super().__init__(folder)
        self.targets = targets

    def __enter__(self):
        self.python(f"""
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from blog_site.earlier_migrations import in_force
with in_force():
    executor = MigrationExecutor(connection)
    apps = executor.migrate({self.targets!r}).apps
now = timezone.now()
author = apps.get_model("posts", "Author").objects.create(name="Ann", slug="ann")
post = apps.get_model("posts", "Post").objects.create(
    title="A post", slug="a-post", body="Words.", body_html="<p>Words.</p>", author=author, status="published",
    published_at=now, permalink="/2019/05/04/a-post/",
)
apps.get_model("comments", "Comment").objects.create(
    post=post, name="Bo", body="Mine.", body_html="<p>Mine.</p>", status="approved", submitted_at=now
)""")
        return self


STOPS = {
    "after the first": [(app, names[0]) for app, names in EARLIER.items() if app in {"posts", "comments"}],
    "as of 29 November 2026": [
        ("posts", "0014_when_the_blog_changed"),
        ("comments", "0013_confirmed_addresses"),
        ("blog_site", "0005_signs_in_comments"),
    ],
}


@pytest.mark.parametrize("targets", STOPS.values(), ids=STOPS)
def test_a_database_that_stopped_in_the_middle_gets_the_rest(tmp_path, empty, targets):
    with Stopped(tmp_path, targets) as blog:
        assert migrate(blog) == ("", True)

        assert migrate(blog) == ("", True)
        assert structure(blog) == structure(empty)
        assert blog.python("""
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
page = client.get("/2019/05/04/a-post/").content.decode()
print(json.dumps([client.get("/healthz").content.decode(), "Mine." in page, "One Response to" in page]))""") == [
            "ok",
            True,
            True,
        ]


def test_healthz_says_that_it_has_to_be_migrated(tmp_path):
    with Stopped(tmp_path, list(MIDDLE.items())) as blog:
        said = blog.python("""
from blog_site.health import CHECKS
print(json.dumps(CHECKS["migrations"]()))""")

    assert said == "run manage.py migrate"


def test_one_that_had_them_all_goes_on_and_healthz_agrees(blog):
    record(blog, [migration for app in EARLIER for migration in whole(app)])

    assert migrate(blog) == ("", True)
    assert ("blog_site", "0001_initial") in recorded(blog)
    assert (
        blog.python("""
from django.test import Client
print(json.dumps(Client(SERVER_NAME="127.0.0.1").get("/healthz").content.decode()))""")
        == "ok"
    )


def test_a_new_one_goes_on_from_its_first_migration(blog):
    record(blog, [(app, "0001_initial") for app in EARLIER])

    assert migrate(blog) == ("", True)
