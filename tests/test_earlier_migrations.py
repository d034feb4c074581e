"""A database that stopped in the middle of the migrations before 0.1.0 is told the way, and nothing becomes of it."""

import json
import subprocess
import sys
import zipfile

import pytest

from blog_site.earlier_migrations import EARLIER, THROUGH
from tests.benchmarks.server import ROOT
from tests.faults.blog import Blog

MIDDLE = {"posts": "0007_finding", "comments": "0004_what_the_desk_looks_for", "blog_site": "0002_imported_files"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    with Blog(tmp_path_factory.mktemp("empty")) as blog:
        yield blog


@pytest.fixture
def blog(empty, tmp_path):
    with Blog(tmp_path, template=empty) as blog:
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


@pytest.mark.parametrize("app", MIDDLE)
def test_a_database_in_the_middle_is_told_which_commit_to_go_through_and_stays_as_it_is(blog, app):
    until = EARLIER[app].index(MIDDLE[app]) + 1
    others = [migration for other in EARLIER if other != app for migration in whole(other)]
    record(blog, [*others, *whole(app)[:until]])
    before = recorded(blog)

    said, went_well = migrate(blog)

    (line,) = said.splitlines()
    assert not went_well
    assert f"check out the commit {THROUGH}" in line
    assert "nothing was changed" in line
    assert recorded(blog) == before


@pytest.mark.parametrize(("app", "table"), [("posts", "posts_post"), ("comments", "comments_comment")])
def test_so_is_one_that_stopped_after_the_first_whose_name_is_todays(blog, app, table):
    record(blog, [(app, "0001_initial")])
    blog.python(f"""
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute('ALTER TABLE {table} RENAME COLUMN guid TO as_it_was')""")

    before = recorded(blog)

    said, went_well = migrate(blog)

    assert not went_well
    assert THROUGH in said
    assert recorded(blog) == before


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


def test_a_backup_from_the_middle_is_refused_before_anything_is_touched(blog, tmp_path):
    blog.manage("backup", str(tmp_path / "whole.zip"))
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive, zipfile.ZipFile(tmp_path / "middle.zip", "w") as middle:
        for member in archive.namelist():
            content = archive.read(member)
            if member == "manifest.json":
                manifest = json.loads(content)
                others = [pair for pair in manifest["migrations"] if pair[0] != "posts"]
                content = json.dumps(manifest | {"migrations": [*others, *whole("posts")[:7]]}).encode()
            middle.writestr(member, content)
    blog.prepare()

    done = subprocess.run(
        [sys.executable, "manage.py", "restore", str(tmp_path / "middle.zip"), "--yes"],
        cwd=ROOT,
        env=blog.env,
        capture_output=True,
        text=True,
    )

    assert done.returncode
    assert THROUGH in done.stderr
    assert blog.rows("SELECT COUNT(*) FROM posts_post") == [(1,)]
