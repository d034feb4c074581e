"""The clock of the machine ran three hours ahead and is put right."""

import pytest

from .blog import end, post_comment, wait_until

pytestmark = pytest.mark.faults


def test_mails_that_were_tried_are_sent_and_writers_may_write(blog, mail_server):
    post, server = blog.prepare(flood_seconds=15), blog.serve()
    mail_server.stop()
    worker = blog.start("manage.py", "worker")
    assert post_comment(server, post, "Before.", email="bo@example.org")[0] == 303
    wait_until(lambda: "is tried again in" in blog.log)
    end(worker)
    mail_server.start()

    # The same as if the clock went back: whatever is stored is of three hours later.
    blog.python("""
from datetime import timedelta
from django.db.models import F
from comments.models import Comment
from django_tasks_db.models import DBTaskResult
three = timedelta(hours=3)
Comment.objects.update(submitted_at=F("submitted_at") + three)
tasks = DBTaskResult.objects.filter(finished_at=None)
tasks.update(**{name: F(name) + three for name in ("enqueued_at", "started_at")})
tasks.filter(run_after__year__lt=9000).update(run_after=F("run_after") + three)""")

    blog.start("manage.py", "worker")
    wait_until(lambda: mail_server.mails, patience=20)
    assert post_comment(server, post, "Afterwards.", email="bo@example.org")[0] == 303
