"""What the processes of one blog take of memory: a certain amount, and no more however long they run."""

import contextlib
import http.client
import os
import random
import re
import socket
import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest

from .blog import FORM, wait_until

pytestmark = pytest.mark.faults

# So often, at least, all is asked for that a blog has, and at most until there is no more growth.
WALKS = int(os.environ.get("MEMORY_WALKS", 2))
MOST_WALKS = max(10, WALKS)
# After so many nothing is new any more: the long form, of `make soak`, has all those after it take no more than these.
SETTLED = 40
CLIENTS = 16  # as many as there are threads in the two workers, and all at once
LIMIT = 290  # megabytes for the set that `make run` starts: web server with two workers, worker, and who watches them
# Megabytes from one walk of 256 requests to the next: what threads keep for themselves, and all need at their fullest,
# is there after a few, whichever process gets which request; what leaks is more each time.
GROWTH = 10
WORDS = ["ford", "drain", "council", "water", "money", "street", "press", "report", "meeting", "budget"]

PREPARE = """
from django.contrib.auth.models import User
from django.test import Client
from comments.models import Comment, DiscussionSettings
from posts.models import Post, Tag
from tests.factories import make_author, make_comment, make_post
DiscussionSettings(
    moderation="none",
    flood_seconds=0,
    notify_on="none",
    hourly_per_network=None,
    daily_per_network=None,
    hourly_per_post=None,
    daily_limit=None,
).save()
author, tag = make_author(), Tag.objects.create(name="Water")
for number in range(30):
    body = f"## The ford\\n\\nIt is *closed* again, $x_{number}$.\\n\\n" * 20
    post = make_post(author=author, title=f"Post {number}", body=body)
    post.tags.add(tag)
long = make_post(author=author, title="Long thread")
for number in range(300):
    make_comment(post=long, body=f"Comment {number} about fords and drains.")
client = Client()
client.force_login(User.objects.create_superuser("chief", "chief@example.org", "a long password for one"))
posts = list(Post.objects.published().select_related("author"))
print(json.dumps({
    "cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()),
    "posts": [[post.pk, post.get_absolute_url(), post.card_url] for post in posts],
    "long": long.get_absolute_url(),
    "comments": list(Comment.objects.values_list("pk", flat=True)[:50]),
}))"""


def descendants(pid):
    """A process and all that it started, by their numbers."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def megabytes(process):
    """What they take together; of what several share, each has its part (PSS, as Linux tells it)."""
    total = 0
    for pid in descendants(process.pid):
        with contextlib.suppress(OSError):
            total += int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)[1])
    return total / 1024


class Visitor:
    """Asks for whatever a blog has, one after the other, on one connection; two visitors have asked for all of it."""

    def __init__(self, port, blog, seed):
        self.port, self.blog, self.seed, self.random = port, blog, seed, random.Random(seed)  # noqa: S311 (repeatable)
        self.answers = []

    def walk(self):
        requests = [*self.pages(), *self.desk(), self.comment(), self.comment(), self.comment(), self.preview()]
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as connection:
            for request in requests[self.seed % 2 :: 2]:
                connection.request(*request)
                answer = connection.getresponse()
                answer.read()
                self.answers.append(answer.status)

    def pages(self):
        _pk, path, card = self.random.choice(self.blog["posts"])
        paths = [
            *(path, f"{path}feed/", card, "/", "/?page=2", "/archives/", "/tag/water/", "/sitemap.xml", "/feed/"),
            *("/feed/atom/", "/feed/json/", "/comments/feed/", "/tag/water/feed/", "/sitemap-posts-1.xml"),
            *(f"{self.blog['long']}?comments={self.random.choice(pages)}" for pages in ([1, 2, 3], [4, 5, 6])),
            f"/search/?q={self.random.choice(WORDS)}+{self.random.choice(WORDS)}+{self.random.randint(0, 99)}",
            f"/nothing-{self.random.random()}/",
        ]
        return [("GET", path) for path in paths]

    def comment(self):
        form = {
            "name": f"Bo {self.random.random()}",
            "email": f"{self.random.random()}@example.org",
            "body": " ".join(self.random.choices(WORDS, k=self.random.randint(5, 200))) + str(self.random.random()),
        }
        return "POST", f"/comments/on/{self.random.choice(self.blog['posts'])[0]}/", urlencode(form), FORM

    def desk(self):
        post, comment = self.random.choice(self.blog["posts"])[0], self.random.choice(self.blog["comments"])
        paths = [
            *("", "posts/post/", "posts/post/add/", f"posts/post/{post}/change/", "posts/picture/", "auth/user/"),
            *("comments/comment/", f"comments/comment/?q={self.random.choice(WORDS)}"),
            *(f"comments/comment/{comment}/change/", "comments/discussionsettings/1/change/"),
        ]
        return [("GET", f"/admin/{path}", None, {"Cookie": self.blog["cookie"]}) for path in paths]

    def preview(self):
        token = "a" * 32
        body = "Some *text* with [a link](https://example.org/) and $x^2$.\n\n" * self.random.randint(1, 20)
        form = {"title": "Draft", "body": body, "body_format": "markdown", "status": "draft", "kind": "post"}
        headers = FORM | {"Cookie": f"{self.blog['cookie']}; csrftoken={token}"}
        return "POST", "/admin/posts/post/preview/", urlencode(form | {"csrfmiddlewaretoken": token}), headers


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def is_up(port):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        try:
            connection.request("GET", "/healthz/live")
            return connection.getresponse().status == 200
        except OSError:
            return False


def test_memory_stays_what_it_is_however_much_is_asked_for(blog):
    port, made = free_port(), blog.python(PREPARE)
    blog.env |= {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "2"}
    process = blog.start("-m", "blog_site.serve")
    wait_until(lambda: is_up(port))
    visitors = [Visitor(port, made, seed) for seed in range(CLIENTS)]

    taken = [0]
    while len(taken) <= WALKS or (len(taken) <= MOST_WALKS and taken[-1] - taken[-2] >= GROWTH):
        threads = [threading.Thread(target=visitor.walk) for visitor in visitors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken.append(megabytes(process))
        print(f"{256 * (len(taken) - 1):,} requests: {taken[-1]:.0f} MB", flush=True)

    answers = [status for visitor in visitors for status in visitor.answers]
    assert len(answers) == 256 * (len(taken) - 1)
    assert set(answers) == {200, 303, 404}
    assert taken[-1] < LIMIT
    assert taken[-1] - taken[-2] < GROWTH
    if len(taken) > 2 * SETTLED:
        assert max(taken[-SETTLED:]) - max(taken[:SETTLED]) < GROWTH
