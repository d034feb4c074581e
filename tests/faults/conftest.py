import subprocess

import pytest

from .blog import Blog
from .mail_server import MailServer


@pytest.fixture
def mail_server():
    """A mail server that takes everything until it is told otherwise."""
    with MailServer() as server:
        yield server


@pytest.fixture(scope="session")
def empty_blog(tmp_path_factory):
    with Blog(tmp_path_factory.mktemp("empty")) as blog:
        yield blog


@pytest.fixture
def blog(tmp_path, mail_server, empty_blog):
    """A blog with processes of its own, on SQLite or, where `DATABASE_URL` names a server, on PostgreSQL."""
    with Blog(tmp_path, template=empty_blog, EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}") as blog:
        yield blog


@pytest.fixture
def blog_on_a_small_disk(tmp_path):
    """A blog on SQLite whose database and files stand on a disk of 160 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(folder)], check=True)
    try:
        with Blog(folder, always_sqlite=True) as blog:
            yield blog
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
