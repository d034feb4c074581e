"""While a long job runs in a process of its own, people write and moderate as if it did not."""

import os
import subprocess
import sys
import time

import pytest

from .blog import Blog, end, wait_until
from .crowd import Crowd, assert_nobody_waited

pytestmark = [pytest.mark.faults, pytest.mark.seed]

SECONDS = float(os.environ.get("CROWD_SECONDS", 8))  # for so long a job is looked at, if it takes longer
TIMES = int(os.environ.get("IMPORT_TIMES", 8))  # a real export over and over: 170 make 100 MB
FILL = """
from comments.models import Batch, Comment, Decision
from comments.rendering import render
from tests.factories import make_post, make_user
owner = make_user(username="owner", is_staff=True, is_superuser=True)
posts = [make_post(title=f"Post {number}") for number in range(3)]
words = "Words of a reader who has a good deal to say about the ford, the river and the road. " * 5
texts = [{"name": f"Reader {n}", "body": f"{words} {n}"} for n in range(3000)]
columns = [text | render(**text, url="").columns for text in texts]
rows = [Comment(post=posts[n % 3], status="pending", **found) for n, found in enumerate(columns)]
Comment.objects.bulk_create(rows)
Decision.objects.bulk_create(Decision(comment=c, to_status="pending") for c in rows)
waiting = [row.pk for row in rows[:300]]
Batch.plan(Comment.objects.filter(pk__in=[row.pk for row in rows[300:]]), "approve", by=owner)
print(json.dumps(waiting))"""
HALF_DONE = "SELECT COUNT(*) FROM blog_site_import WHERE unfinished_after IS NOT NULL"
RUN_BATCH = """
import django
django.setup()
from comments.models import Batch
batch = Batch.objects.get()
batch.switch(Batch.State.RUNNING)
batch.run(seconds=600)"""
CHANGE_TEXTS = """
from comments.models import Comment
from posts.models import Post
Post.objects.update(body_html="")
Comment.objects.update(body_html="")"""


def make_export(shared, path, times):
    folder = shared / "corpora" / "import"
    source = folder / "exports" / "themeunittestdata.wordpress.xml"
    subprocess.run([sys.executable, str(folder / "make_big.py"), str(source), str(times), str(path)], check=True)
    return str(path)


@pytest.fixture(scope="session")
def filled(tmp_path_factory, empty_blog):
    """A blog with 3,000 comments that wait and an import; (it, numbers of comments that wait)."""
    from tests.conftest import SHARED

    folder = tmp_path_factory.mktemp("filled")
    with Blog(folder, template=empty_blog) as blog:
        blog.prepare()
        waiting = blog.python(FILL)
        blog.manage("import_wordpress", make_export(SHARED, folder / "export.xml", 3))
        yield blog, waiting


JOBS = {
    "dry run": ["manage.py", "import_wordpress", "--dry-run", "EXPORT"],
    "import": ["manage.py", "import_wordpress", "EXPORT"],
    "import over what is here": ["manage.py", "import_wordpress", "--overwrite", "CHANGED"],
    "undo": ["manage.py", "undo_import", "1"],
    "rerender": ["manage.py", "rerender"],
    "batch": ["-c", RUN_BATCH],
    "backup": ["manage.py", "backup", "BACKUP"],
    "related posts": ["manage.py", "relate_posts"],
}


@pytest.mark.parametrize("job", JOBS)
def test_nobody_waits_for(filled, job, tmp_path, shared):
    template, waiting = filled
    with Blog(tmp_path, template=template) as blog:
        [(post,)] = blog.rows("SELECT id FROM posts_post WHERE title = 'Post 0'")
        export, changed = tmp_path / "export.xml", tmp_path / "changed.xml"
        make_export(shared, export, 6)
        changed.write_text(export.read_text().replace("<p>", "<p>Changed: "))
        if job == "rerender":
            blog.python(CHANGE_TEXTS)
        files = {"EXPORT": str(export), "CHANGED": str(changed), "BACKUP": str(tmp_path / "backup.zip")}
        server = blog.serve()
        with Crowd(blog, server, post, waiting[:20]) as idle:
            time.sleep(3)

        with Crowd(blog, server, post, waiting[20:]) as crowd:
            begun = time.monotonic()
            process = blog.start(*[files.get(word, word) for word in JOBS[job]])
            while process.poll() is None and time.monotonic() - begun < SECONDS:
                time.sleep(0.1)
        end(process)

        assert process.returncode in {0, -9}, blog.log
        assert len(crowd.answers) > 5
        assert_nobody_waited(crowd, idle)


def test_eight_people_write_while_a_large_blog_moves_in(blog, shared, tmp_path):
    post, export = blog.prepare(), make_export(shared, tmp_path / "export.xml", TIMES)
    server = blog.serve()
    with Crowd(blog, server, post, writers=8) as idle:
        time.sleep(3)

    with Crowd(blog, server, post, writers=8) as crowd:
        process = blog.start("manage.py", "import_wordpress", export)
        wait_until(lambda: blog.rows(HALF_DONE) != [(0,)], patience=600)
        time.sleep(SECONDS)
        end(process)

    assert len(crowd.answers) > 8
    assert_nobody_waited(crowd, idle)
