"""A batch that one process works at while another takes it back."""

import pytest

from .blog import end, wait_until

pytestmark = pytest.mark.faults

WORK = """
import time
from comments.models import Batch
from comments.models import batch as module
module.STEP = 20
batch = Batch.objects.get()
batch.switch(Batch.State.RUNNING)
while batch.step():
    time.sleep(0.1)"""

UNDO = """
from django.test import Client
from django.contrib.auth.models import User
from comments.models import Batch
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(User.objects.get(username="owner"))
client.post(f"/admin/comments/comment/undo/{Batch.objects.get().pk}/")"""


def test_undoing_a_batch_that_another_process_works_at_leaves_nothing_of_it(blog):
    blog.python("""
from comments.models import Batch, Comment
from tests.factories import make_post, make_user
owner, post = make_user(username="owner", is_staff=True, is_superuser=True), make_post()
rows = [Comment(post=post, name="Bo", body=f"Words {number}.", status="pending") for number in range(2000)]
Comment.objects.bulk_create(rows)
from comments.models import Decision
Decision.objects.bulk_create(Decision(comment=c, to_status="pending") for c in Comment.objects.all())
Batch.plan(Comment.objects.all(), "spam", by=owner)""")
    count = "SELECT COUNT(*) FROM comments_comment WHERE status = 'spam'"

    at_work = blog.start("-c", f"import django; django.setup()\n{WORK}")
    wait_until(lambda: blog.rows(count) > [(0,)])
    blog.python(UNDO)
    still = at_work.poll() is None or blog.rows("SELECT done FROM comments_batch WHERE verb = 'spam'") < [(2000,)]
    at_work.wait(30)
    end(at_work)

    assert still, "it was finished before it could be undone"
    assert blog.rows(count) == [(0,)]
    assert blog.rows("SELECT state FROM comments_batch WHERE verb = 'spam'") == [("stopped",)]
