"""The search finds what is public at that moment, and nothing else."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django.asserts import assertNotContains

from comments.models import Comment
from posts.models import Post
from tests.factories import LONG_AGO, make_comment, make_editor, make_post
from tests.test_search import search, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def word():
    return "quizzaciously"


@pytest.mark.parametrize("status", ["draft", "private", "trash"])
def test_a_post_that_is_not_public_is_not_found_nor_its_comments(client, editor, word, status):
    post = make_post(body=f"It said {word}.", title=word, status=status)
    make_comment(post=post, body=word)

    assert titles(search(client, word)) == []
    assertNotContains(search(client, word), f"<mark>{word}")


def test_a_scheduled_post_is_found_from_its_time_on(client, word):
    post = make_post(title=word, published_at=timezone.now() + timedelta(hours=1))
    make_comment(post=post, body=f"Early {word}.", name="Cleo")
    assert titles(search(client, word)) == []

    Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(seconds=1))

    assert titles(search(client, word)) == [word, "Cleo"]


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_a_comment_that_is_not_public_is_not_found(client, word, status):
    make_comment(body=f"It said {word}.", status=status)

    assert titles(search(client, word)) == []


def test_the_index_follows_every_decision_on_a_comment(client, word):
    editor = make_editor()
    comment = make_comment(body=f"It said {word}.", name="Cleo", status="pending")

    for verb, found in (
        *(("approve", True), ("hold", False), ("approve", True), ("spam", False), ("restore", True)),
        *(("trash", False), ("restore", True)),
    ):
        getattr(comment, verb)(by=editor)
        assert bool(titles(search(client, word))) is found, verb
    comment.edit("Something else.", by=editor)
    assert titles(search(client, word)) == []
    assert titles(search(client, "something else")) == ["Cleo"]


def test_the_index_follows_batches_of_comments(client, word):
    editor = make_editor()
    for number in range(5):
        make_comment(body=f"{word} {number}")

    Comment.objects.all().decide("trash", by=editor)
    assert titles(search(client, word)) == []

    Comment.objects.all().decide("restore", by=editor)
    assert len(titles(search(client, word))) == 5


def test_the_index_follows_edits_bulk_updates_and_deletion_of_posts(client, word):
    post = make_post(title="Before", body="Nothing.")
    assert titles(search(client, word)) == []

    post.body = f"Now {word}."
    post.save()
    assert titles(search(client, word)) == ["Before"]

    post.title = f"A {word} title"
    post.body = "Nothing again."
    post.save(update_fields=["title", "body"])
    assert titles(search(client, word)) == [f"A {word} title"]

    Post.objects.update(title="Plain")
    assert titles(search(client, word)) == []
    assert titles(search(client, "plain")) == ["Plain"]

    Post.objects.update(status="draft")
    assert titles(search(client, "plain")) == []
    Post.objects.update(status="published")
    assert titles(search(client, "plain")) == ["Plain"]

    Post.objects.all().delete()
    assert titles(search(client, "plain")) == []


def test_rows_that_come_in_past_the_models_are_found(client, word):
    first = make_post()
    Post.objects.bulk_create(
        [Post(title=word, slug="b", permalink="/b/", author=first.author, status="published", published_at=LONG_AGO)]
    )

    # What nobody has computed is what `rerender` computes.
    call_command("rerender", verbosity=0)

    assert titles(search(client, word)) == [word]


def test_what_was_deleted_for_ever_is_in_no_part_of_the_index(word):
    editor = make_editor()
    comment = make_comment(body=f"It said {word}.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM search_words WHERE word = %s", [word])
        assert cursor.fetchone() == (1,)

    comment.trash(by=editor)
    comment.erase(by=editor)
    call_command("worker", until_idle=True)

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM search_words WHERE word = %s", [word])
        assert cursor.fetchone() == (0,)
        for table in ("search_comments", "search_spellings") if connection.vendor == "sqlite" else ():
            cursor.execute(f"SELECT COUNT(*) FROM {table}_data WHERE instr(block, 'quiz') > 0")  # noqa: S608
            assert cursor.fetchone() == (0,)
    assert Comment.objects.get().search_text == ""
