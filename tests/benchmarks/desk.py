"""How the desk bears a great many comments: each of its pages, with 1,000 comments and with many, as a ratio.

`make bench` runs it on SQLite, with 100,000; with `DATABASE_URL=postgres://…` it makes two databases there, drops
them in the end, and has 1,000,000 of which 200,000 wait. Wall time, since most of it is spent in the database.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta

from tests.benchmarks.database import filling, own_database, vendor
from tests.benchmarks.server import ROOT, environment

FEW = 1_000
MANY = {"sqlite": 100_000, "postgresql": 1_000_000}
REPEATS = 7
AIM = 2
STEP = 5_000
WAITING = 0.2


def main():
    number = MANY[vendor()]
    print_table(*compare("tests.benchmarks.desk", FEW, number), number=number, vendor=vendor())


def compare(module, few, many):
    """What `module` measures with few rows and with many, each in a database and a process of its own."""
    return [_measured(module, number) for number in (few, many)]


def _measured(module, number):
    """What a process of its own says that filled a database with `number` rows and measured its pages."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, own_database(folder) as url:
        env = environment(folder, settings="tests.settings", DATABASE_URL=url)
        command = [sys.executable, "-m", module, str(number)]
        return json.loads(subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE).stdout)


def print_table(few, many, *, number, vendor):
    print(
        f"\nThe desk on {vendor}: milliseconds, median of {REPEATS}; the aim for each page is a ratio of {AIM} at most."
    )
    print(f"{'':44} {'1,000':>9} {f'{number:,}':>11} {'ratio':>7}")
    for name in few["pages"]:
        before, after = few["pages"][name], many["pages"][name]
        missed = "  missed" if after > AIM * before else ""
        print(f"{name:44} {before:9.1f} {after:11.1f} {after / before:7.2f}{missed}")
    print(
        f"\nA batch of 1,000, against a bare UPDATE with the same rows in the log (aim: under 3): {many['batch']:.2f}"
    )


# --- In the process of one database


def measure(number):
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with filling():
        fill(number)
    print(json.dumps({"pages": _pages(), "checks": _checks(), "batch": _batch()}))


def fill(number):
    """Comments as a blog has them: some words and writers often, most of them seldom. Whatever is filtered by
    fills a page in a small blog too, since a page that is half empty is half the work.
    """
    from django.contrib.auth.models import User
    from django.utils import timezone

    from comments.models import CheckHit, Comment, Decision
    from tests.factories import make_author, make_post

    rng = random.Random(7)  # noqa: S311
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    words = ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(5_000)]
    weights = [1 / (place + 1) for place in range(len(words))]
    User.objects.create_superuser("bench", password="bench")
    make_author()
    posts = [make_post(title=f"Post {n}") for n in range(5 if number < 10_000 else 200)]
    start = timezone.now() - timedelta(days=900)
    for first in range(0, number, STEP):
        size = min(STEP, number - first)
        comments, hits = [], []
        for n in range(first, first + size):
            person = rng.randrange(max(10, number // 20))
            has_links = rng.random() < 0.15
            checks = [c for c, share in (("moderation", 0.3), ("links", 0.15)) if rng.random() < share]
            comments.append(
                Comment(
                    post=posts[int(rng.triangular(0, len(posts), 0))],
                    name=f"Reader {person}",
                    email=f"reader{person}@example.org",
                    writer=f"reader{person}@example.org",
                    body=(body := " ".join(rng.choices(words, weights, k=40))),
                    body_html=f"<p>{body}</p>",
                    status="pending"
                    if rng.random() < WAITING
                    else rng.choice(["approved"] * 8 + ["spam"] * 2 + ["trash"]),
                    submitted_at=start + timedelta(days=900) * (n / number),
                    ip_address=f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}",
                    script="Cyrillic" if rng.random() < 0.15 else "Latin",
                    has_links=has_links,
                    first_time=rng.random() < 0.15,
                    fingerprint=f"{n:032x}",
                )
            )
            hits.append(checks)
        Comment.objects.bulk_create(comments)
        _place(comments)
        Decision.objects.bulk_create(
            Decision(comment=comment, to_status=comment.status, findings=[_finding(check) for check in checks])
            for comment, checks in zip(comments, hits, strict=True)
        )
        CheckHit.objects.bulk_create(
            CheckHit(comment=comment, check_name=check)
            for comment, checks in zip(comments, hits, strict=True)
            for check in checks
        )
    # One word, and one check's hit, that stand at three comments however many there are.
    for comment in Comment.objects.in_moderation().order_by("-pk")[:3]:
        Comment.objects.filter(pk=comment.pk).update(body=f"{comment.body} quizzaciously")
        CheckHit.objects.create(comment=comment, check_name="shape")


def _place(comments):
    """Every third of these answers the last one before it on its post."""
    from comments.models import Comment

    last, answers = {}, []
    for place, comment in enumerate(comments):
        before = last.get(comment.post_id)
        if place % 3 == 2 and before:
            comment.parent, comment.root = before, before.root or before
            answers.append(comment)
        last[comment.post_id] = comment
    Comment.objects.bulk_update(answers, ["parent", "root"], batch_size=500)


def _finding(check):
    return {"check": check, "verdict": "hold", "why": f"Found by {check}.", "plain": ""}


def _pages():
    """{page: median milliseconds}"""
    from django.test import Client
    from django.utils import timezone

    from comments.models import Comment

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(_user())
    waiting = Comment.objects.in_moderation().oldest_first()
    number = waiting.count()
    middle = next(comment for comment in waiting[number // 2 :] if comment.post_id < 3)
    seldom = "quizzaciously"
    words = Counter(word for comment in waiting[:100] for word in set(comment.body.split()) if len(word) > 3)
    (common, _number), *_rest = words.most_common(1)
    queue = "/admin/comments/comment/"
    half = f"{timezone.now() - timedelta(days=450):%Y-%m-%d 00:00:00%%2B00:00}"
    addresses = {
        "the admin's home": "/admin/",
        "the queue's first page": queue,
        "a deep page, by its number": f"{queue}?p={number // 25}",
        "a deep page, by its comment": f"{queue}?after={middle.pk}",
        "approved, the first page": f"{queue}?status__exact=approved",
        "all, the first page": f"{queue}?status__exact=all",
        "filter: one post": f"{queue}?post={middle.post_id}",
        "filter: a check that is common": f"{queue}?check=moderation",
        "filter: a check that found three": f"{queue}?check=shape",
        "filter: first-timers": f"{queue}?first=1",
        "filter: has links": f"{queue}?links=1",
        "filter: script": f"{queue}?script=Cyrillic",
        "filter: since a day": f"{queue}?submitted_at__gte={half}",
        "filter: one person": f"{queue}?status__exact=all&person={middle.pk}",
        "search: a common word": f"{queue}?q={common}",
        "search: a rare word": f"{queue}?q={seldom}",
        "search: an address": f"{queue}?status__exact=all&q={middle.email}",
        "search: an IP address": f"{queue}?status__exact=all&q={middle.ip_address}",
        "search: two words": f"{queue}?q={'+'.join(middle.body.split()[:2])}",
        "search: nothing to find": f"{queue}?q=xyzzyxyzzy",
        "a comment's page": f"{queue}{middle.pk}/change/",
    }
    return {name: median(lambda address=address: get(client, address)) for name, address in addresses.items()}


def get(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.headers.get("Location"))


def median(act):
    act()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def _checks():
    """Milliseconds of CPU a comment, this process alone; with what was learned from a full lesson."""
    from comments.checks import SubmissionContext, run_checks
    from comments.models import Comment, Decision, DiscussionSettings, SpamModel
    from comments.models.lessons import MOST_LESSONS

    settings = DiscussionSettings.load()
    settings.hold_words = "\n".join(f"{word}{n}" for n in range(500) for word in ("held", "held phrase "))
    settings.block_words = "\n".join(f"blocked{n}*" for n in range(1000))
    settings.save()
    rows = list(Comment.objects.filter(status__in=["approved", "spam"])[: 2 * MOST_LESSONS])
    user = _user()
    Decision.objects.bulk_create(
        Decision(comment=row, from_status="pending", to_status=row.status, actor=user) for row in rows
    )
    SpamModel.learn()
    comments = [
        Comment(post=row.post, name="A Reader", email="a@example.org", body=f"{row.body} {row.body} {row.body}"[:500])
        for row in Comment.objects.select_related("post__author").order_by("-pk")[:200]
    ]
    for comment in comments:
        comment.rerender()
        run_checks(comment, SubmissionContext())
    start = time.process_time()
    for comment in comments:
        run_checks(comment, SubmissionContext(discussion=settings))
    return 1000 * (time.process_time() - start) / len(comments)


def _user():
    from django.contrib.auth.models import User

    return User.objects.get()


def _batch():
    """A batch of 1,000 through the model, against one bare UPDATE and the same rows of the log in bulk."""
    from django.db import transaction

    from comments.models import Comment, Decision

    user, ratios = _user(), []
    for _ in range(3):
        pks = list(Comment.objects.in_moderation().values_list("pk", flat=True)[:200])
        pks += list(Comment.objects.filter(status="spam").values_list("pk", flat=True)[: 1000 - len(pks)])
        chosen = Comment.objects.filter(pk__in=pks)
        start = time.perf_counter()
        with transaction.atomic():
            Decision.objects.bulk_create(
                Decision(comment_id=pk, from_status="pending", to_status="trash", actor=user) for pk in pks
            )
            chosen.update(status="trash")
        bare = time.perf_counter() - start
        chosen.update(status="pending")
        start = time.perf_counter()
        chosen.decide("trash", by=user)
        ratios.append((time.perf_counter() - start) / bare)
    return statistics.median(ratios)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        measure(int(sys.argv[1]))
    else:
        main()
