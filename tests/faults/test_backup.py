"""The drill of docs/operating.md, word by word, over databases that a crash left in any state."""

import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from tests.benchmarks.server import ROOT

from .blog import end, post_comment
from .disks import small_disk

pytestmark = pytest.mark.faults


def commands(section):
    """What the document says to type in that section."""
    text = (ROOT / "docs" / "operating.md").read_text()
    part = text.split(f"## {section}\n")[1].split("\n## ")[0]
    return [line for block in re.findall(r"```\n(.*?)```", part, re.DOTALL) for line in block.strip().splitlines()]


def follow(blog, section, backup, check=True):
    """Types the commands of a section, with this Python and that file; returns what the last one printed."""
    for line in commands(section):
        line = line.replace(".venv/bin/python", sys.executable).replace("var/backup.zip", str(backup))
        done = subprocess.run(shlex.split(line), cwd=ROOT, env=blog.env, capture_output=True, text=True)
        assert not check or done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def texts(blog):
    return {text for (text,) in blog.rows("SELECT body FROM comments_comment")}


def test_the_drill_brings_back_what_was_there(blog, tmp_path):
    post, backup = blog.prepare(), tmp_path / "backup.zip"
    blog.python("from tests.factories import make_picture; make_picture(name='drain.png')")
    server = blog.serve()
    stop = threading.Event()
    sent = []

    def write():
        while not stop.is_set():
            text = f"Letter {len(sent)}."
            assert post_comment(server, post, text)[0] == 303
            sent.append(text)

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(1)
    before = list(sent)
    follow(blog, "Backups", backup)
    stop.set()
    writer.join()
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    [picture] = (tmp_path / "data" / "media").rglob("*.png")
    content = picture.read_bytes()
    picture.unlink()

    follow(blog, "Restoring", backup)

    assert set(before) <= texts(blog) <= set(sent)
    assert picture.read_bytes() == content
    assert post_comment(blog.serve(), post, "Afterwards.")[0] == 303


@pytest.mark.parametrize("state", ["overwritten", "log left", "empty", "missing"])
def test_whatever_a_crash_left_is_replaced(blog, tmp_path, state):
    post, backup = blog.prepare(), tmp_path / "backup.zip"
    server = blog.serve()
    post_comment(server, post, "Keep me.")
    follow(blog, "Backups", backup)
    post_comment(server, post, "Came later.")
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    if blog.is_sqlite:
        file = tmp_path / "data" / "blog.sqlite3"
        if state == "overwritten":
            overwrite(file)
        elif state == "log left":
            assert file.with_name("blog.sqlite3-wal").stat().st_size
        elif state == "empty":
            file.write_bytes(b"")
        else:
            file.unlink()
    else:
        blog.execute_inside(
            {
                "overwritten": "DELETE FROM comments_checkhit; UPDATE comments_comment SET body = ''",
                "log left": "SELECT 1",
                "empty": "DROP TABLE comments_comment CASCADE",
                "missing": "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
            }[state]
        )

    follow(blog, "Restoring", backup)

    assert texts(blog) == {"Keep me."}
    if blog.is_sqlite:
        assert sqlite3.connect(tmp_path / "data" / "blog.sqlite3").execute("PRAGMA integrity_check").fetchone() == (
            "ok",
        )
    assert post_comment(blog.serve(), post, "Afterwards.")[0] == 303


def overwrite(file):
    with open(file, "r+b") as database:
        database.seek(8192)
        database.write(b"\xff" * (200_000 - 8192))


def test_restoring_below_a_blog_that_runs_loses_no_word(blog, tmp_path):
    """SQLite's broken file would be moved from under it, and it would go on writing there."""
    post, backup = blog.prepare(), tmp_path / "backup.zip"
    server = blog.serve()
    assert post_comment(server, post, "Keep me.")[0] == 303
    follow(blog, "Backups", backup)

    if blog.is_sqlite:
        overwrite(tmp_path / "data" / "blog.sqlite3")
        assert "the blog is still running: stop the blog" in follow(blog, "Restoring", backup, check=False)
        assert not list((tmp_path / "data").glob("*.broken-*"))
        server.process.terminate()
        follow(blog, "Restoring", backup)
        server = blog.serve()
    else:
        follow(blog, "Restoring", backup)

    assert post_comment(server, post, "Afterwards.")[0] == 303
    assert texts(blog) == {"Keep me.", "Afterwards."}


def test_a_backup_that_is_killed_leaves_no_file_that_looks_like_one(blog, tmp_path):
    blog.prepare()
    (tmp_path / "data" / "media").mkdir(parents=True, exist_ok=True)
    for number in range(200):
        (tmp_path / "data" / "media" / f"{number}.bin").write_bytes(b"%d" % number * 100_000)
    target = tmp_path / "backup.zip"

    process = blog.start("manage.py", "backup", str(target))
    while not list(tmp_path.glob("backup.zip.part")):
        time.sleep(0.01)
    end(process)

    assert not target.exists()
    follow(blog, "Backups", target)


def test_a_full_disk_leaves_no_backup_and_says_so(blog):
    blog.prepare()
    with small_disk("64k") as small:
        said = follow(blog, "Backups", small / "backup.zip", check=False)
        assert not list(small.glob("backup*"))

    assert "no whole backup" in said or "There is no file" in said
