"""The disk of uploads full or read-only: a row and its file come and go together, and the form keeps its words."""

import os
import re
import subprocess
import urllib.request
from html import unescape

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.pictures import encoded, photograph, upload

from .disks import small_disk
from .test_admin import Browser

pytestmark = pytest.mark.faults

WORDS = "A drain, “covered” & closed"


@pytest.fixture
def disk(blog):
    """A disk of 512 KB for uploads."""
    with small_disk("512k") as folder:
        blog.env |= {"MEDIA_ROOT": f"{folder}/media", "IMPORTS_ROOT": f"{folder}/imports"}
        yield folder


@pytest.fixture
def owner(blog, disk):
    blog.python("from tests.factories import make_user; make_user(username='owner', is_staff=True, is_superuser=True)")
    return Uploader(blog.serve(), "owner")


class Uploader(Browser):
    def send(self, path, **fields):
        """Fills in the form at a path, files too, and sends it; returns the page that comes."""
        with self.opener.open(self.root + path) as page:
            fields["csrfmiddlewaretoken"] = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())[1]
        body = encode_multipart(BOUNDARY, fields)
        request = urllib.request.Request(self.root + path, body, {"Content-Type": MULTIPART_CONTENT})
        with self.opener.open(request) as answer:
            return unescape(answer.read().decode())


def files(disk):
    """What lies on the disk: {name: bytes}."""
    return {str(path.relative_to(disk)): path.stat().st_size for path in disk.rglob("*") if path.is_file()}


def small_picture():
    return upload(encoded(photograph(60, 40)), "small.jpg")


def read_only(disk, flag="ro"):
    subprocess.run(["mount", "-o", f"remount,{flag}", str(disk)], check=True)


def test_a_picture_that_does_not_fit_leaves_nothing_behind_and_keeps_the_words(blog, disk, owner):
    large = upload(encoded(photograph(700, 500), "PNG"), "large.png")

    page = owner.send("/admin/posts/picture/add/", file=large, alt=WORDS, caption="Closed.")

    assert "Nothing was saved. The disk is full or read-only" in page
    assert f'value="{WORDS}"' in page.replace("&amp;", "&")
    assert blog.rows("SELECT COUNT(*) FROM posts_picture") == [(0,)]
    assert files(disk) == {}
    owner.send("/admin/posts/picture/add/", file=small_picture(), alt=WORDS)
    assert blog.rows("SELECT COUNT(*) FROM posts_picture") == [(1,)]
    assert len(files(disk)) == 1


def test_where_files_can_neither_come_nor_go_rows_do_neither(blog, disk, owner):
    owner.send("/admin/posts/picture/add/", file=small_picture(), alt="Here.")
    blog.python("""
from django.core.files.base import ContentFile
from posts.models import Attachment
Attachment(address="a.example/a.txt", path="a.txt").file.save("a.txt", ContentFile(b"Words."))""")
    ((picture,),), ((attachment,),) = (blog.rows(f"SELECT id FROM posts_{each}") for each in ("picture", "attachment"))  # noqa: S608
    before = files(disk)
    deletions = [
        (f"/admin/posts/picture/{picture}/delete/", {"post": "yes"}),
        ("/admin/posts/picture/", {"action": "delete_selected", "_selected_action": picture, "post": "yes"}),
        (f"/admin/posts/attachment/{attachment}/delete/", {"post": "yes"}),
        ("/admin/posts/attachment/", {"action": "delete_selected", "_selected_action": attachment, "post": "yes"}),
    ]

    read_only(disk)
    try:
        page = owner.send("/admin/posts/picture/add/", file=small_picture(), alt=WORDS)
        changed = owner.send(f"/admin/posts/picture/{picture}/change/", file=small_picture(), alt=WORDS)
        told = [owner.send(path, **fields) for path, fields in deletions]
    finally:
        read_only(disk, "rw")

    assert "Nothing was saved. The disk is full or read-only" in page
    assert WORDS in page
    assert "Nothing was saved. The disk is full or read-only" in changed
    assert WORDS in changed
    assert all("Nothing was deleted. The files can't be" in page for page in told)
    assert blog.rows("SELECT alt FROM posts_picture") == [("Here.",)]
    assert blog.rows("SELECT COUNT(*) FROM posts_attachment") == [(1,)]
    assert files(disk) == before
    for path, fields in deletions[::2]:
        owner.send(path, **fields)
    assert blog.rows("SELECT COUNT(*) FROM posts_picture") == blog.rows("SELECT COUNT(*) FROM posts_attachment")
    assert files(disk) == {}


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_an_export_that_can_not_be_kept_leaves_nothing_behind(blog, disk, owner, fault):
    size = 600_000 if fault == "full" else 10
    export = upload(os.urandom(size), "export.xml")

    if fault == "read-only":
        read_only(disk)
    try:
        page = owner.send("/admin/blog_site/import/add/", uploads=export, overwrite="on")
    finally:
        read_only(disk, "rw")

    assert "Nothing was saved. The disk is full or read-only" in page
    assert re.search(r'name="overwrite"[^>]* checked', page)
    assert blog.rows("SELECT COUNT(*) FROM blog_site_import") == [(0,)]
    assert files(disk) == {}
