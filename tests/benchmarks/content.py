"""The blog that is measured: few rows, in the shape of a real one."""

from copy import copy
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from comments.checks import Finding
from comments.models import CheckHit, Comment, Decision, DiscussionSettings
from posts.models import Category, Tag
from tests.factories import make_author, make_comment, make_post

PARAGRAPH = (
    "The keeper wrote the weather down at four, and again at eight, and nobody asked him *why* until the year "
    "in which it mattered. Then two men came from the office with a list of questions, and he read them the book: "
    "wind, water, the state of the lamp, and in a column of its own what he had heard. "
)
BODY = "\n\n".join(["## The book", PARAGRAPH * 2, f"> {PARAGRAPH}", *[PARAGRAPH * 3] * 6, "- wind\n- water\n- lamp"])
# The letter that each of the nine replies below a letter answers: a chain five deep, and some to the side.
REPLIES_ANSWER = [0, 1, 2, 3, 0, 5, 1, 0, 8]
THREADS = 50
OTHER_POSTS = 12
WAITING, MANY_TIMES = 200, 1_000


class Queue(NamedTuple):
    few: object  # a post
    written_to: list  # posts below which comments wait
    session: str  # "name=value", the cookie of somebody who decides on them


class Content(NamedTuple):
    few: object  # the post with 3 comments
    many: object  # the post with 500, a page of 50 threads
    written_to: list  # posts without comments, for those that are posted
    busy: object  # a second post with 500, for those that are posted
    long: object  # a post with 5,000
    longest: object  # a post with 50,000
    session: str  # "name=value", the cookie of somebody who decides on the 200 comments that wait


def fill():
    """Writes the blog into the empty database. Comments come in at once: nobody waits, nobody is too quick."""
    written_to = _begin()
    long, longest = _post("A post with thousands"), _post("A post with tens of thousands")
    _discuss_at_once(long, 10 * THREADS)
    _discuss_at_once(longest, 100 * THREADS)
    busy, many, few = _post("A busy post"), _post("A post with many letters"), _post("A post with three letters")
    _discuss(busy)
    _discuss(many)
    first = make_comment(post=few, body=PARAGRAPH)
    make_comment(parent=first, body=PARAGRAPH)
    make_comment(post=few, body=PARAGRAPH)
    _let_wait(written_to)
    return Content(few, many, written_to, busy, long, longest, _session())


def fill_queue():
    """A blog with a great many comments that wait, and none else but those that they answer."""
    written_to = _begin()
    for post in written_to:
        make_comment(post=post, body=PARAGRAPH)
    _let_wait(written_to, "I was there *on the night*, and saw it otherwise.")
    _let_many_wait()
    return Queue(_post("A post without letters"), written_to, _session())


def _begin():
    discussion = DiscussionSettings.load()
    discussion.moderation, discussion.flood_seconds = discussion.Moderation.NONE, 0
    discussion.save()
    make_author(name="Ada Keeper", bio="Keeps a light, and *a book*.")
    return [_post(f"Number {number}") for number in range(OTHER_POSTS)]


def _let_wait(posts, text=PARAGRAPH):
    """Comments as they come: of some writers several, some in reply, some with a reason."""
    for number in range(WAITING):
        post, person = posts[number % len(posts)], number % 60
        answered = post.comments.first() if number % 3 == 2 else None
        sender = {"name": f"Reader {person}", "email": f"reader{person}@example.org"}
        findings = [Finding("moderation", "hold", "All comments wait.", "all comments do")]
        body = f"Number {number}. {text}"
        make_comment(post=post, parent=answered, body=body, status="pending", findings=findings, **sender)


def _let_many_wait():
    """As many as there are, MANY_TIMES: from other writers, of other texts, a second after another.

    The database copies the rows, with those of the log: through Django it would take minutes.
    """
    last = Comment.objects.latest("pk").pk
    seconds = {
        "sqlite": "strftime('%Y-%m-%d %H:%M:%f', old.submitted_at, (n - 40000) || ' seconds')",
        "postgresql": "old.submitted_at + (n - 40000) * interval '1 second'",
    }[connection.vendor]
    new = {
        "guid": "old.guid || n",
        "name": "old.name || (n % 30)",
        "email": "(n % 30) || old.email",
        "writer": "(n % 30) || old.writer",
        "fingerprint": "substr(n || old.fingerprint, 1, 32)",
        "submitted_at": seconds,
    }
    numbers = f"WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {MANY_TIMES - 1}) "  # noqa: S608
    _copy(Comment, new, "copies", f"old.status = 'pending' AND old.id <= {last}", begin=numbers)
    # Of each of these all comments have the same: that of the last one does for all.
    for model, new in ((Decision, {"decided_at": "comment.submitted_at"}), (CheckHit, {})):
        of_new = {"comment_id": "comment.id", **new}
        _copy(model, of_new, "comments_comment AS comment", f"old.comment_id = {last} AND comment.id > {last}")


def _copy(model, new, source, condition, begin=""):
    """Inserts the rows of `model` that meet the condition, once for each row of `source`; `new`: {column: SQL}."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(new.get(column, f"old.{column}") for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"{begin}INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608  (all names are ours)
            f"SELECT {values} FROM {source} CROSS JOIN {table} AS old WHERE {condition}"
        )


def _session():
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _post(title):
    post = make_post(title=title, body=BODY)
    post.categories.add(Category.objects.get_or_create(name="Lights", slug="lights")[0])
    post.tags.add(*[Tag.objects.get_or_create(name=name, slug=name)[0] for name in ("weather", "books", "lamps")])
    return post


def _discuss(post):
    for thread in range(THREADS):
        branch = [make_comment(post=post, name=f"Reader {thread}", body=PARAGRAPH)]
        for answered in REPLIES_ANSWER:
            branch.append(make_comment(parent=branch[answered], body=f"{PARAGRAPH}\n\nYours, with *regards*."))


def _discuss_at_once(post, threads):
    """As many threads of the same shape, past the forms: all that stands first in one, then all that stands second."""
    first = Comment(post=post, name="Reader", body=PARAGRAPH, status="approved")
    reply = Comment(post=post, name="Bo Reader", body=f"{PARAGRAPH}\n\nYours, with *regards*.", status="approved")
    first.rerender()
    reply.rerender()
    begun, made = timezone.now() - timedelta(days=365), []
    for place, answered in enumerate([None, *REPLIES_ANSWER]):
        rows = []
        for thread in range(threads):
            row = copy(reply if place else first)
            row.pk, row._state = None, copy(row._state)
            row.submitted_at = begun + timedelta(minutes=20 * (thread * 10 + place) * THREADS / threads)
            row.guid = f"{post.pk} {thread} {place}"
            if place:
                row.parent, row.root = made[answered][thread], made[0][thread]
            rows.append(row)
        made.append(Comment.objects.bulk_create(rows, batch_size=1000))
    with transaction.atomic():
        Comment.objects.recount([post.pk])
