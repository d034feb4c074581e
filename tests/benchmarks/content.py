"""The blog that is measured: few rows, in the shape of a real one."""

from copy import copy
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from comments.checks import Finding
from comments.models import Comment, DiscussionSettings
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
WAITING = 200


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
    discussion = DiscussionSettings.load()
    discussion.moderation, discussion.flood_seconds = discussion.Moderation.NONE, 0
    discussion.save()
    make_author(name="Ada Keeper", bio="Keeps a light, and *a book*.")
    written_to = [_post(f"Number {number}") for number in range(OTHER_POSTS)]
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


def _let_wait(posts):
    """Comments as they come: of some writers several, some in reply, some with a reason."""
    for number in range(WAITING):
        post, person = posts[number % len(posts)], number % 60
        answered = post.comments.first() if number % 3 == 2 else None
        sender = {"name": f"Reader {person}", "email": f"reader{person}@example.org"}
        findings = [Finding("moderation", "hold", "All comments wait.", "all comments do")]
        body = f"Number {number}. {PARAGRAPH}"
        make_comment(post=post, parent=answered, body=body, status="pending", findings=findings, **sender)


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
