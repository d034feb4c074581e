"""A client floods the blog under fresh names and addresses: others go on writing, and the author gets a few emails."""

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from .blog import FORM, end, wait_until

pytestmark = pytest.mark.faults

FLOOD, OTHERS, LIMIT = 120, 8, 5
ALONE = 5  # emails about one comment each, before they are gathered


def send(server, post, text, address):
    """Sends the form from that address, as a proxy passes it on; returns (status, text)."""
    form = {"name": text, "email": f"{abs(hash(text))}@example.org", "body": text}
    with contextlib.closing(server.connect()) as connection:
        connection.request("POST", f"/comments/on/{post}/", urlencode(form), FORM | {"X-Forwarded-For": address})
        answer = connection.getresponse()
        answer.read()
    return answer.status, text


def an_hour_passes(blog):
    blog.python("""
from datetime import timedelta
from django.db.models import F
from django_tasks_db.models import DBTaskResult
tasks = DBTaskResult.objects.filter(status="READY", run_after__year__lt=9000)
tasks.update(run_after=F("run_after") - timedelta(hours=1, minutes=1))""")


def tasks_due(blog):
    return blog.python("""
from django_tasks_db.models import DBTaskResult
print(json.dumps(DBTaskResult.objects.ready().count() + DBTaskResult.objects.running().count()))""")


def test_a_flood_is_stopped_others_write_on_and_the_author_gets_a_few_emails(blog, mail_server):
    blog.env["TRUSTED_PROXIES"] = "127.0.0.1"
    post = blog.prepare(flood_seconds=15, hourly_per_network=LIMIT)
    server = blog.serve()
    worker = blog.start_worker()

    with ThreadPoolExecutor(10) as people:
        flood = [people.submit(send, server, post, f"Flood number {n}.", f"203.0.113.{n % 250}") for n in range(FLOOD)]
        others = [people.submit(send, server, post, f"Reader number {n}.", f"198.51.{n}.7") for n in range(OTHERS)]
        flood, others = [one.result() for one in flood], [one.result() for one in others]
    end(worker)  # in the middle of its work, perhaps

    assert {status for status, _text in others} == {303}
    taken = [text for status, text in flood if status == 303]
    assert len(taken) == 3 * LIMIT
    assert {status for status, text in flood if text not in taken} == {429}
    statuses = Counter(blog.rows("SELECT status, network FROM comments_comment WHERE body LIKE 'Flood%'"))
    assert statuses == {("approved", "203.0.113.0/24"): LIMIT, ("pending", "203.0.113.0/24"): 2 * LIMIT}
    assert blog.rows("SELECT COUNT(*) FROM comments_comment WHERE body LIKE 'Reader%' AND status = 'approved'") == [
        (OTHERS,)
    ]

    blog.start_worker()
    wait_until(lambda: not tasks_due(blog))
    # One more if the worker was ended between the server's yes and its mark.
    assert ALONE <= len(mail_server.mails) <= ALONE + 1
    an_hour_passes(blog)
    wait_until(lambda: mail_server.mails[-1][1].endswith(f"{3 * LIMIT + OTHERS - ALONE} new comments"))
    told = "".join(text for _to, _subject, text in mail_server.mails)
    assert [text for text in taken + [text for _status, text in others] if text not in told] == []
    assert len(mail_server.mails) <= ALONE + 2
