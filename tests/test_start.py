"""Settings that refuse to start wrongly, and the commands of the first day."""

import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.asserts import assertContains, assertNotContains

from blog_site import env
from comments.mails import tell_author
from comments.models import Comment, Decision
from comments.tasks import learn_spam
from posts import outbox
from posts.models import Post
from tests.factories import make_comment, make_post

ROOT = Path(__file__).resolve().parents[1]
KEY = "k3y-" * 20


def start(**env):
    """`manage.py check` in a process of its own, with nothing in the environment but `env`."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": KEY} | env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DEBUG", "maybe", "True or False"),
        ("HSTS_SUBDOMAINS", "perhaps", "True or False"),
        ("SECRET_KEY_FALLBACKS", "secret@one,,secret@two", "separated by commas"),
        ("DATABASE_URL", "mysql://u:secret@h/d", "sqlite:///FILE or postgres://"),
        ("DATABASE_URL", "nonsense", "sqlite:///FILE or postgres://"),
        ("CACHE_URL", "memory", "redis://"),
        ("EMAIL_URL", "pigeon://", "smtp+tls://"),
        ("SITE_URL", "blog.example", "https://HOST"),
        ("SITE_URL", "https://blog.example/path", "no path"),
        ("ALLOWED_HOSTS", "https://blog.example", "without scheme"),
        ("CSRF_TRUSTED_ORIGINS", "blog.example", "https://blog.example"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "10.0.0.0/8"),
        ("TIME_ZONE", "Mars/Olympus", "Europe/London"),
        ("LANGUAGE_CODE", "tlh", "en-gb"),
        ("ADMINS", "nobody", "addresses"),
        ("DEFAULT_FROM_EMAIL", "nobody", "ann@example.org"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(name, value, allowed):
    started = start(**{name: value})

    (line,) = started.stderr.splitlines()
    assert started.returncode == 1
    assert line.startswith(f"{name} is ")
    assert allowed in line
    assert "secret@" not in line


def test_without_a_secret_key_nothing_starts():
    started = start(SECRET_KEY="")

    assert started.returncode == 1
    assert started.stderr.startswith("SECRET_KEY")


def test_with_nothing_set_it_starts():
    assert start().returncode == 0


@pytest.mark.parametrize(("site", "secure"), [("https://blog.example", True), ("http://127.0.0.1:8000", False)])
def test_an_https_address_switches_on_all_that_belongs_to_it(site, secure):
    code = (
        "import json; from django.conf import settings as s; print(json.dumps([s.SESSION_COOKIE_SECURE, "
        "s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.DEBUG, s.ALLOWED_HOSTS]))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": KEY,
            "SITE_URL": site,
            "DJANGO_SETTINGS_MODULE": "blog_site.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert json.loads(printed) == [secure] * 4 + [False, ["127.0.0.1", "localhost", "[::1]"]]


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({}, "max-age=31536000"),
        ({"HSTS_SUBDOMAINS": "True"}, "max-age=31536000; includeSubDomains"),
        ({"HSTS_SUBDOMAINS": "True", "SITE_URL": "http://127.0.0.1:8000"}, None),
    ],
)
def test_https_is_asked_for_below_the_blogs_name_where_its_owner_says_so(environment, sent):
    code = (
        "import django; django.setup(); from django.test import Client\n"
        "print(Client().get('/healthz/live', secure=True, headers={'Host': '127.0.0.1'})"
        ".headers.get('Strict-Transport-Security'))"
    )
    env = {"PATH": os.environ["PATH"], "SECRET_KEY": KEY, "DJANGO_SETTINGS_MODULE": "blog_site.settings"}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=env | {"SITE_URL": "https://blog.example"} | environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout.strip() == str(sent)


@pytest.mark.django_db
def test_sqlite_is_tuned_for_a_server():
    if connection.vendor != "sqlite":
        assert connection.settings_dict["CONN_HEALTH_CHECKS"]
        return
    options = connection.settings_dict["OPTIONS"]
    with connection.cursor() as cursor:
        pragmas = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("synchronous", "foreign_keys", "busy_timeout")
        }

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert pragmas == {"synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}


# --- The sample blog


@pytest.fixture
def sample(db):
    call_command("demo", stdout=io.StringIO())


def test_the_sample_blog_shows_what_a_newcomer_should_see(client, sample):
    post = Post.objects.get(slug="the-dashboard-was-green")

    page = client.get(post.get_absolute_url())

    assertContains(page, "38 Responses to “The dashboard was green”")
    assertContains(page, "tombstone", count=1)
    assertContains(page, "civic-offices-at-dusk")
    assertContains(page, "<figcaption>")
    assertContains(page, "by-author")
    waiting = Comment.objects.in_moderation()
    assert waiting.count() == 2
    assert all(comment.why_it_waits() for comment in waiting)
    for comment in waiting:
        assertNotContains(page, comment.name)
    assert client.get("/").status_code == client.get("/about/").status_code == 200


def test_every_status_in_the_sample_blog_is_its_last_decision(sample):
    for comment in Comment.objects.all():
        last = Decision.objects.filter(comment=comment).order_by("pk").last()
        assert last.to_status == comment.status
    assert Post.objects.get(slug="the-dashboard-was-green").comment_count == 38


def test_the_sample_blog_refuses_where_posts_exist(db):
    make_post()

    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("demo")
    assert Post.objects.count() == 1


def test_the_first_run_makes_the_account_and_says_its_password_once(db, client):
    first, second = io.StringIO(), io.StringIO()
    call_command("first_run", stdout=first)
    call_command("first_run", stdout=second)

    password = first.getvalue().split("with the password ")[1].split()[0]
    assert client.login(username="admin", password=password)
    assert "password" not in second.getvalue()
    assert User.objects.filter(is_superuser=True).count() == 1
    assert Post.objects.exists()


def test_rerender_computes_stored_html_anew(db):
    comment = make_comment(body="*Fresh*")
    Comment.objects.update(body_html="stale")
    Post.objects.update(body_html="stale", summary="stale")

    call_command("rerender", stdout=io.StringIO())

    comment.refresh_from_db()
    assert comment.body_html.strip() == "<p><em>Fresh</em></p>"
    assert "Some words." in Post.objects.get().body_html


# --- Health


@pytest.mark.django_db
def test_healthz_answers(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_healthz_says_that_the_database_is_broken(tmp_path):
    file = tmp_path / "blog.sqlite3"
    file.write_bytes(b"SQLite format 3\x00" + b"\xff" * 8192)
    code = (
        "import django; django.setup(); from django.test import Client\n"
        "for path in ('/healthz', '/healthz/live'):\n"
        "    answer = Client().get(path, headers={'Host': '127.0.0.1'})\n"
        "    print(answer.status_code, answer.text)"
    )
    env = {"PATH": os.environ["PATH"], "SECRET_KEY": KEY, "DJANGO_SETTINGS_MODULE": "blog_site.settings"}
    env["DATABASE_URL"] = f"sqlite:///{file}"

    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)

    assert run.stdout.splitlines() == ["503 database: DatabaseError", "200 ok"]


@pytest.mark.django_db
def test_pages_go_on_without_the_shared_cache_and_healthz_says_so(client, settings, monkeypatch):
    monkeypatch.setenv("CACHE_URL", "redis://127.0.0.1:9")
    settings.CACHES = {"default": env.cache("CACHE_URL", "")}
    post = make_post()

    answer = client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\ncache: Redis does not answer; pages go on without it")
    assert client.get("/healthz/live").content == b"ok"
    assert client.get(post.card_url).status_code == 200


@pytest.mark.django_db
def test_healthz_says_that_mails_wait_and_that_no_worker_runs(client):
    outbox.put(tell_author, 1)
    outbox.put(learn_spam)
    assert client.get("/healthz").content == b"ok"

    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=16))
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.content.decode().splitlines() == [
        "mail: 1 waiting for more than 15 minutes",
        "worker: 1 waiting for more than 15 minutes",
    ]
    assert client.get("/healthz/live").status_code == 200


@pytest.mark.django_db
def test_healthz_does_not_take_what_is_meant_for_later_for_stuck(client):
    outbox.put(learn_spam, at=timezone.now() + timedelta(days=1))
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=16))

    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_healthz_says_that_files_can_not_be_stored(client, settings, tmp_path):
    (tmp_path / "a file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "a file"

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.content.startswith(b"media: ")


@pytest.mark.django_db
def test_healthz_says_that_migrations_are_missing(client):
    MigrationRecorder.Migration.objects.filter(app="comments").delete()

    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (503, b"migrations: run manage.py migrate")
