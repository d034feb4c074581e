"""Many who change things at once: nobody waits for another's transaction, none is in another's way, and a reader never
has a generation with rows that are older than it."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from django.db import connection, connections, transaction

from comments.models import Comment
from posts.generation import present
from posts.models import ChangeCount, Post, Tag, public_changed
from tests.factories import make_comment, make_post
from tests.test_many_writers import database  # noqa: F401 (a fixture)

WRITERS, CHANGES = 4, 25


def number():
    return present(SimpleNamespace())[0].number


def test_whoever_reads_a_generation_then_reads_all_that_belongs_to_it(database):  # noqa: F811
    posts = [make_post() for _ in range(3)]
    start, is_over, seen = number(), threading.Event(), []

    def write(seed):
        connections["default"] = database.copy()
        chance = random.Random(seed)  # noqa: S311
        for change in range(CHANGES):
            with transaction.atomic():
                # Said before other rows are taken: if all had to take one row for it, two would wait for each other.
                public_changed()
                Tag.objects.bulk_create([Tag(name="t", slug=f"t-{seed}-{change}")])
                time.sleep(chance.random() / 200)
                Post.objects.filter(pk=chance.choice(posts).pk).update(title=f"{seed} {change}")
        connections["default"].close()

    def read():
        connections["default"] = database.copy()
        while not is_over.is_set():
            generation = number()
            seen.append((generation, Tag.objects.count()))
        connections["default"].close()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(read)
        for writer in [pool.submit(write, seed) for seed in range(WRITERS)]:
            writer.result(timeout=120)
        is_over.set()
        reader.result(timeout=30)

    # Three calls a transaction, which are one change to readers.
    assert number() - start == 3 * WRITERS * CHANGES
    assert all(tags >= (generation - start) // 3 for generation, tags in seen), seen
    assert seen == sorted(seen)
    assert all((generation - start) % 3 == 0 for generation, _tags in seen)
    assert ChangeCount.objects.count() <= 3 * WRITERS


def test_a_long_transaction_keeps_nobody_from_a_decision(database):  # noqa: F811
    comment, long_work_has_begun, decided = make_comment(status="pending"), threading.Event(), threading.Event()
    start = number()

    def work():
        connections["default"] = database.copy()
        with transaction.atomic():
            public_changed()
            long_work_has_begun.set()
            # On SQLite, where one writes at a time, this is what a step of long work may take; see posts.steps.
            decided.wait(timeout=0.2 if connection.vendor == "sqlite" else 30)
        connections["default"].close()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        long_work_has_begun.wait(timeout=10)
        begun = time.monotonic()
        Comment.objects.get(pk=comment.pk).approve(by=None)
        took, between = time.monotonic() - begun, number()
        decided.set()
        working.result(timeout=10)

    assert took < 5
    assert between > start
    assert number() > between or connection.vendor == "sqlite"
