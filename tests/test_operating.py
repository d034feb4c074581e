"""What operators watch: numbers at /metrics, the log as JSON; and how the web server sizes itself."""

import json
import logging
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.asserts import assertContains

from blog_site import logs, machine, upgrading
from comments.models import Comment
from tests.benchmarks.server import ROOT
from tests.factories import make_comment

TOKEN = "a-long-token-for-the-program-that-watches"


def numbers_of(response):
    return dict(line.rsplit(" ", 1) for line in response.content.decode().splitlines() if not line.startswith("#"))


@pytest.mark.django_db
def test_this_machine_sees_how_often_each_view_answered_what(client):
    counted = 'django_http_responses_total_by_status_view_method_total{method="GET",status="200",view="posts:overview"}'
    before = float(numbers_of(client.get("/metrics")).get(counted, 0))

    client.get("/archives/")

    assert float(numbers_of(client.get("/metrics"))[counted]) == before + 1


@pytest.mark.django_db
def test_strangers_find_no_numbers_and_a_program_with_the_token_does(client, settings):
    settings.METRICS_TOKEN = TOKEN
    stranger = Client(REMOTE_ADDR="192.0.2.7")

    page = client.get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1")
    others = stranger.get("/metrics"), stranger.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}x")

    assert [page.status_code, *(each.status_code for each in others)] == [404] * 3
    assert page.content == stranger.get("/nothing-is-here").content.replace(b"nothing-is-here", b"metrics")
    assert stranger.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").status_code == 200
    settings.METRICS_TOKEN = ""
    assert stranger.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 404


@pytest.mark.django_db
def test_who_comes_through_a_proxy_on_this_machine_is_not_taken_for_the_machine(client, settings):
    settings.SITE_URL = "https://blog.example.org"

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", secure=True).status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_PROTO="https").status_code == 404
    settings.SITE_URL = "http://blog.example.org"  # where a proxy need not say anything
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_a_method_that_somebody_makes_up_is_counted_with_all_others(client):
    client.generic("BREW", "/")

    page = client.get("/metrics")

    assertContains(page, "<invalid method>")
    assert "BREW" not in page.content.decode()


@pytest.mark.django_db
def test_the_json_of_a_request_has_its_number_and_its_view_and_nobodys_data(settings, caplog):
    settings.MIDDLEWARE = ["blog_site.logs.numbered", *settings.MIDDLEWARE]
    number = "0123456789abcdef"

    Client(REMOTE_ADDR="192.0.2.7").get(
        "/search/?q=ann@example.org", HTTP_X_REQUEST_ID=number, HTTP_USER_AGENT="Secret/1.0"
    )

    (record,) = [record for record in caplog.records if record.name == "blog_site.requests"]
    text = logs.JSONFormatter().format(record)
    line = json.loads(text)
    assert (line["method"], line["view"], line["status"]) == ("GET", "search", 200)
    assert not any(secret in text for secret in ("ann@", "192.0.2.7", "Secret"))


def test_a_message_with_people_in_it_loses_them_and_keeps_its_number():
    token = logs.request_id.set("0123456789abcdef")
    try:
        raise ValueError("Key (email)=(ann@example.org) from 192.0.2.7 and 2001:db8::1 at 12:30:00")
    except ValueError:
        record = logging.getLogger("test").makeRecord("test", logging.ERROR, "", 0, "to %s", ("bo@example.org",), None)
        record.exc_info = sys.exc_info()
        line = json.loads(logs.JSONFormatter().format(record))
    finally:
        logs.request_id.reset(token)

    assert line["request_id"] == "0123456789abcdef"
    assert line["message"] == "to …@…"
    assert "(email)=(…@…) from … and … at 12:30:00" in line["exception"]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"cpu.max": "max 100000", "memory.max": "max"}, 4),
        ({"cpu.max": "50000 100000"}, 2),
        ({"cpu.max": "300000 100000", "memory.max": str(1024**3)}, 3),
        ({"memory.max": str(512 * 1024**2)}, 3),
        ({"memory.max": str(200 * 1024**2)}, 1),
    ],
)
def test_the_web_server_has_a_process_for_each_processor_that_it_may_use_and_has_memory_for(
    monkeypatch, tmp_path, limits, expected
):
    (tmp_path / "own").write_text("0::/system.slice/blog.service\n")
    group = tmp_path / "system.slice/blog.service"
    group.mkdir(parents=True)
    for name, value in limits.items():
        (group / name).write_text(f"{value}\n")
    monkeypatch.setattr(machine, "CGROUPS", tmp_path)
    monkeypatch.setattr(machine, "OWN_CGROUP", tmp_path / "own")
    monkeypatch.setattr(machine.os, "sched_getaffinity", lambda pid: set(range(4)))
    monkeypatch.setattr(machine.os, "sysconf", lambda name: 2**22 if name == "SC_PHYS_PAGES" else 4096)

    assert machine.processes() == expected


@pytest.fixture
def installed(settings, tmp_path, monkeypatch):
    """As an operator's machine is, not a developer's."""
    settings.STATIC_ROOT = tmp_path / "static"
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)


def upgrade():
    output = StringIO()
    call_command("upgrade", stdout=output)
    lines = [line.partition(": ") for line in output.getvalue().splitlines()]
    return {name: said.rpartition(" (")[0] for name, _, said in lines}


@pytest.mark.django_db
def test_an_upgrade_says_what_it_did_and_has_nothing_to_do_the_second_time(installed):
    comment = make_comment(body="*Here*")
    Comment.objects.update(body_html="By the old rules.")

    first, second = upgrade(), upgrade()

    assert Comment.objects.get(pk=comment.pk).body_html == comment.body_html
    assert "comments: 1 changed" in first["texts"]
    assert "static files copied" in first["static files"]
    assert first["search index"] == "is there"
    assert second["migrations"] == second["texts"] == "nothing to do"
    assert second["static files"].startswith("0 static files copied")


@pytest.mark.django_db
def test_an_upgrade_renders_texts_again_when_a_rule_has_changed(installed, monkeypatch):
    upgrade()
    make_comment(body="*Here*")
    Comment.objects.update(body_html="By the old rules.")

    monkeypatch.setattr(upgrading, "LIBRARIES", ["Django", *upgrading.LIBRARIES])

    assert "comments: 1 changed" in upgrade()["texts"]


def test_a_process_of_the_web_server_ends_however_often_it_is_told_to():
    """Ctrl-C tells it twice: the terminal does, and gunicorn's first process, while it is at ending already."""
    code = """
import os, signal
from gunicorn.config import Config
from blog_site.patient_worker import PatientWorker
worker = PatientWorker(0, os.getppid(), [], None, 30, Config(), None)
worker.tpool = worker.get_thread_pool()
worker.tpool.submit(print, "done")
signal.signal(signal.SIGINT, worker.handle_quit)
with worker.tpool._shutdown_lock:
    signal.raise_signal(signal.SIGINT)
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=20)

    assert (ended.returncode, ended.stdout) == (0, "done\n"), ended.stderr
