"""Several people with the admin at the same moment."""

import re
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.faults

PEOPLE = 8


class Browser:
    """One that is logged in, with its own cookies."""

    def __init__(self, server, username):
        self.root = f"http://127.0.0.1:{server.port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.submit("/admin/login/", username=username, password="a long password")

    def submit(self, path, **fields):
        """Opens the page, fills in its form and sends it; returns the status after redirects."""
        with self.opener.open(self.root + path) as page:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())[1]
        data = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        try:
            with self.opener.open(self.root + path, data) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code


@pytest.mark.parametrize("model", ["post", "tag", "category"])
def test_things_of_one_name_saved_at_once_all_come_in(blog, model):
    blog.prepare()
    blog.python(f"""
from tests.factories import make_user
for number in range({PEOPLE}):
    make_user(username=f"owner{{number}}", is_staff=True, is_superuser=True)""")
    server = blog.serve()
    people = [Browser(server, f"owner{number}") for number in range(PEOPLE)]
    fields = {
        "post": {
            "title": "The same",
            "body": "Words.",
            "status": "published",
            "author": "1",
            "kind": "post",
            "published_at_0": "2026-03-14",
            "published_at_1": "09:30:00",
            "comments_open": "on",
            "body_format": "markdown",
            "menu_order": "0",
        }
    }.get(model, {"name": "The same"})

    with ThreadPoolExecutor(PEOPLE) as crowd:
        answers = list(crowd.map(lambda browser: browser.submit(f"/admin/posts/{model}/add/", **fields), people))

    title = "title" if model == "post" else "name"
    assert set(answers) == {200}
    assert blog.rows(f"SELECT COUNT(*) FROM posts_{model} WHERE {title} = 'The same'") == [(PEOPLE,)]  # noqa: S608
