"""Imports and undos that are killed: nothing of them is seen, nothing is left, and repeating them works."""

import contextlib
import os
import random
import subprocess
import sys
import time

import pytest

from .blog import end, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.seed]

KILLS = int(os.environ.get("IMPORT_KILLS", 2))
TIMES = 2  # the corpus's largest export over and over: about 120 posts and pages
PAGES = ("/", "/?page=2", "/feed/", "/comments/feed/", "/sitemap.xml", "/2013/", "/category/markup/", "/?p=1178")
TABLES = (
    *("posts_post", "posts_author", "posts_category", "posts_tag", "posts_oldpath", "posts_picture"),
    *("posts_attachment", "posts_post_tags", "comments_comment", "comments_decision"),
    *("blog_site_import", "blog_site_importedrow"),
)
HALF_DONE = "SELECT COUNT(*) FROM blog_site_import WHERE unfinished_after IS NOT NULL OR state = 'undoing'"
CONTENT = """
SELECT permalink, title, status, body_html, published_at, comment_count,
    (SELECT COUNT(*) FROM posts_post_tags WHERE post_id = posts_post.id) FROM posts_post ORDER BY permalink, title
"""
COMMENTS = """
SELECT permalink, comments_comment.id, name, comments_comment.status, submitted_at, comments_comment.body_html,
    comments_comment.parent_id
FROM comments_comment JOIN posts_post ON posts_post.id = post_id ORDER BY permalink, comments_comment.id
"""
PATHS = "SELECT path FROM posts_oldpath ORDER BY path"


@pytest.fixture
def export(shared, tmp_path):
    folder, path = shared / "corpora" / "import", tmp_path / "export.xml"
    source = folder / "exports" / "themeunittestdata.wordpress.xml"
    subprocess.run([sys.executable, str(folder / "make_big.py"), str(source), str(TIMES), str(path)], check=True)
    return str(path)


def numbers(blog):
    """How many rows each table has."""
    return [blog.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in TABLES]  # noqa: S608


def content(blog):
    return [blog.rows(CONTENT), blog.rows(COMMENTS), blog.rows(PATHS)]


def seen(server):
    """What readers get of each page: status and content."""
    found = []
    for page in PAGES:
        with contextlib.closing(server.connect()) as connection:
            connection.request("GET", page)
            answer = connection.getresponse()
            found.append((answer.status, answer.read()))
    return found


def kill_at_work(blog, *command, after):
    """Kills a command `after` so many seconds of its writing; False where it has ended before."""
    process = blog.start("manage.py", *command)
    wait_until(lambda: blog.rows(HALF_DONE) != [(0,)] or process.poll() is not None)
    time.sleep(after)
    was_at_work = process.poll() is None and blog.rows(HALF_DONE) != [(0,)]
    end(process)
    return was_at_work


def test_of_an_import_that_is_killed_nothing_is_seen_and_nothing_stays(blog, export):
    blog.prepare()
    server = blog.serve()
    before, pages = numbers(blog), seen(server)
    chance = random.Random(13)  # noqa: S311

    for _kill in range(KILLS):
        assert kill_at_work(blog, "import_wordpress", export, after=chance.uniform(0, 2))
        assert seen(server) == pages
        blog.manage("finish_imports")
        assert numbers(blog) == before
        assert blog.rows(HALF_DONE) == [(0,)]
    assert kill_at_work(blog, "import_wordpress", export, after=1)
    # The next one sees to it before it begins.
    blog.manage("import_wordpress", export)

    killed = content(blog)
    blog.manage("undo_import", str(blog.rows("SELECT MAX(id) FROM blog_site_import")[0][0]))
    blog.manage("import_wordpress", export)
    assert content(blog) == killed


def test_an_import_that_changes_what_is_here_is_taken_back_when_it_is_killed(blog, export, tmp_path):
    blog.prepare()
    blog.manage("import_wordpress", export)
    before, content_before = numbers(blog), content(blog)
    changed = tmp_path / "changed.xml"
    text = (tmp_path / "export.xml").read_text()
    changed.write_text(text.replace("comment_approved>1<", "comment_approved>0<").replace("<p>", "<p>Changed: "))

    assert kill_at_work(blog, "import_wordpress", str(changed), after=2)
    assert content(blog) != content_before
    worker = blog.start_worker()
    wait_until(lambda: blog.rows(HALF_DONE) == [(0,)])
    end(worker)

    decisions = TABLES.index("comments_decision")
    after = numbers(blog)
    assert after[:decisions] + after[decisions + 1 :] == before[:decisions] + before[decisions + 1 :]
    assert content(blog) == content_before


def test_an_undo_that_is_killed_goes_on_and_readers_see_the_old_blog_meanwhile(blog, export):
    blog.prepare()
    server = blog.serve()
    before, pages = numbers(blog), seen(server)
    chance = random.Random(13)  # noqa: S311
    blog.manage("import_wordpress", export)
    [(number,)] = blog.rows("SELECT id FROM blog_site_import")
    assert seen(server) != pages

    for _kill in range(KILLS):
        if kill_at_work(blog, "undo_import", str(number), after=chance.uniform(0, 1)):
            assert seen(server) == pages
    worker = blog.start_worker()
    wait_until(lambda: blog.rows("SELECT state FROM blog_site_import") == [("undone",)])
    end(worker)

    assert numbers(blog)[:-2] == before[:-2]
    assert seen(server) == pages
