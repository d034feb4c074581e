import pytest

from .blog import Blog
from .disks import small_disk
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


@pytest.fixture(scope="session")
def prepared_blog(tmp_path_factory, empty_blog):
    """(a blog as `prepare()` leaves it, the number of its post): to be copied in a moment."""
    with Blog(tmp_path_factory.mktemp("prepared"), template=empty_blog) as blog:
        yield blog, blog.prepare()


@pytest.fixture
def blog(tmp_path, mail_server, empty_blog, prepared_blog):
    """A blog with processes of its own, on SQLite or, where `DATABASE_URL` names a server, on PostgreSQL."""
    url = f"smtp://127.0.0.1:{mail_server.port}"
    with Blog(tmp_path, template=empty_blog, prepared=prepared_blog, EMAIL_URL=url) as blog:
        yield blog


@pytest.fixture
def blog_on_a_small_disk():
    """A blog on SQLite whose database and files stand on a disk of 160 MB."""
    with small_disk("160m") as folder, Blog(folder, always_sqlite=True) as blog:
        yield blog
