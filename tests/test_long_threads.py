"""A long thread is read by the page, and shows what it would show if it were read whole."""

import random
from datetime import timedelta

import pytest
from django.db import connection

from comments.models import Comment
from comments.models.long_thread import READ_WHOLE
from posts import generation
from posts.models import Post
from tests.factories import LONG_AGO, make_comment, make_post
from tests.query_plans import plans_of

pytestmark = pytest.mark.django_db
LONG = READ_WHOLE + 1


def make_tree(post, number, *, seed):
    """Comments below `post` as they may be: answers to any earlier one, some hidden, in no order of time."""
    dice, made = random.Random(seed), []  # noqa: S311 (the same trees each time)
    for n in range(number):
        parent = dice.choice(made) if made and dice.random() < 0.6 else None
        is_ping = not parent and dice.random() < 0.1
        comment = Comment(
            post=post,
            parent=parent,
            root=parent and (parent.root or parent),
            name=f"Reader {n}",
            body="Words.",
            kind="pingback" if is_ping else "comment",
            status=dice.choice(["approved", "approved", "spam", "pending", "trash"]),
            submitted_at=LONG_AGO + timedelta(minutes=dice.randrange(number // 2)),
        )
        comment.save_base(raw=True, force_insert=True)
        if not is_ping:
            made.append(comment)
    return made


def make_long(post, number):
    """So many that all may read, each third an answer to the one before."""
    made = []
    for n in range(number):
        parent = made[-1] if n % 3 == 2 else None
        made.append(make_comment(post=post, parent=parent, submitted_at=LONG_AGO + timedelta(minutes=n)))
    return made


def seen(thread, comments):
    """All that a thread says of its pages and of each comment."""
    pages = [thread.page(number) for number in (*range(thread.pages + 2), None)]
    places = {c.pk: (thread.page_with(c.pk), thread.branch_from(c.pk)) for c in comments}
    return pages, places, thread.count, thread.pages


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", ["oldest", "newest"])
def test_what_a_long_thread_shows_is_what_it_would_show_if_it_were_read_whole(discussion, seed, order):
    discussion(per_page=4, max_depth=3, order=order)
    post = make_post()
    comments = make_tree(post, 50, seed=seed)
    waiting = {c.pk for c in comments[:20] if c.status == "pending"}

    for also in ((), waiting):
        generation.forget()
        post.comment_count = 0
        whole = Comment.objects.thread_of(post, also=also)
        post.comment_count = LONG
        long = Comment.objects.thread_of(post, also=also)

        assert type(whole.branches) is not type(long.branches)
        assert seen(long, comments) == seen(whole, comments)


def test_where_one_was_in_a_long_thread_the_same_is_nearest_as_in_one_that_is_read_whole():
    post = make_post()
    comments = make_tree(post, 60, seed=3)
    found = []
    for post.comment_count in (0, LONG):
        now = Comment.objects.thread_of(post)
        gone = [c.pk for c in comments if c.status != "approved"]
        found.append([now.nearest_to(pk, Comment.objects.thread_of(post, also=[pk])) for pk in gone])

    assert found[0] == found[1]
    assert any(found[0])


def test_a_page_of_a_long_thread_reads_the_tree_from_an_index_and_its_own_comments_alone(client, discussion):
    discussion(per_page=5)
    post = make_post()
    *_, last = make_long(post, 30)
    Post.objects.filter(pk=post.pk).update(comment_count=LONG)
    url = post.get_absolute_url()
    client.get(url)
    generation.forget()

    page = plans_of(lambda: client.get(url), "comments_comment")
    again = plans_of(lambda: client.get(f"{url}?comments=2"), "comments_comment")
    permalink = plans_of(lambda: client.get(last.get_absolute_url()), "comments_comment")

    # The tree of comments, kept from then on, and the page's own comments.
    assert [len(asked) for asked in (page, again, permalink)] == [2, 1, 0]
    if connection.vendor == "sqlite":  # PostgreSQL goes by how many rows there are
        assert page == [
            "SEARCH comments_comment USING COVERING INDEX comment_tree (post_id=? AND status=?)",
            "SEARCH comments_comment USING INTEGER PRIMARY KEY (rowid=?)",
        ]
        assert again == page[1:]
