"""A large export's texts are set in a second process; what comes of them is the same, whatever becomes of it."""

import multiprocessing
from functools import partial

import pytest
from django.db import transaction

from blog_site.moving import run
from blog_site.moving.wordpress.render_process import LARGE, Typesetter
from comments.models import Comment
from posts.models import Post
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db
TEXTS = [
    "<h2>One</h2><h2>Two</h2><h2>Three</h2><p>See https://example.org/ & more<!--more--> below.</p>",
    '<pre><code class="language-python">a && b</code></pre>',
    "<p>Only words.</p>",
    # More than go to the other process at once.
    *(f"<p>Words, and {number}.</p>" for number in range(50)),
]


def make_texts():
    return [Post(body=text, body_format="html") for text in TEXTS]


def rendered(posts):
    return [[getattr(post, name) for name in Post.RENDERED] for post in posts]


@pytest.fixture
def by_one_process():
    posts = make_texts()
    for post in posts:
        post.rerender()
    return rendered(posts)


@pytest.mark.parametrize(("size", "processors", "number"), [(LARGE + 1, 2, 1), (LARGE + 1, 1, 0), (LARGE, 2, 0)])
def test_a_second_process_sets_the_same(by_one_process, size, processors, number):
    posts = make_texts()

    with Typesetter(size, processors=processors) as typesetter:
        for post in posts:
            typesetter.begin(post)
        typesetter.finish(posts[0])
        processes = len(multiprocessing.active_children())
        for post in posts[1:]:
            typesetter.finish(post)

    assert processes == number
    assert rendered(posts) == by_one_process
    assert not multiprocessing.active_children()


def test_it_goes_on_in_the_first_process_where_the_second_is_ended(by_one_process):
    posts = make_texts()

    with Typesetter(LARGE + 1, processors=2) as typesetter:
        for post in posts:
            typesetter.begin(post)
        typesetter.finish(posts[0])
        for process in multiprocessing.active_children():
            process.kill()
        for post in posts[1:]:
            typesetter.finish(post)

    assert rendered(posts) == by_one_process


def comes_in(path, monkeypatch, *, processors):
    """(the report, the rows of the comments) of an import that is taken back."""
    begun = []

    def large(_size):
        begun.append(Typesetter(LARGE + 1, processors=processors))
        return begun[0]

    monkeypatch.setattr(run, "Typesetter", large)
    with transaction.atomic():
        report = import_(path)
        columns = ("imported_id", "name", "email", "body", "status", "writer", *Comment.RENDERED)
        rows = list(Comment.objects.order_by("imported_id").values(*columns))
        transaction.set_rollback(True)
    assert bool(begun[0].there) == (processors > 1)
    return report, rows


def test_comments_come_in_the_same_whichever_process_reads_them(tmp_path, monkeypatch):
    comment = partial(make_wxr_comment, text="<b>Bold</b>, https://example.org/ and <code>a &lt; b</code>\n\nMore")
    inside = [
        comment(id=1),
        comment(id=2, author="Ünal “the ford” &amp; Co", comment_author_email="nowhere"),
        comment(id=3, type="order_note"),
        comment(id=4, approved="spam", parent=1),
        comment(id=5, type="pingback", comment_author_url="ftp://example.org/"),
    ]
    path = make_export(tmp_path, make_item(inside="".join(inside)), make_item(id=2, slug="two", text="<!--more-->"))

    alone, together = (comes_in(path, monkeypatch, processors=processors) for processors in (1, 2))

    assert together == alone
    report, rows = together
    assert [row["imported_id"] for row in rows] == [1, 2, 4, 5]
    assert "<strong>Bold</strong>" in rows[0]["body_html"]
    assert any("what stands as e-mail address is none" in line for line in report["warnings"])
