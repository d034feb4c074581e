"""A large export's texts are set in a second process; what comes of them is the same, whatever becomes of it."""

import multiprocessing

import pytest

from blog_site.wordpress.typesetting import LARGE, Typesetter
from posts.models import Post

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
