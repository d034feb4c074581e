"""Rows for tests: keyword-only functions with defaults that make sense."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from comments.models import Comment, MailAddress
from posts.models import Author, Picture, Post, Subscriber

_numbers = count(1)
LONG_AGO = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


def make_author(*, name="Ann Writer", user=None, bio="Writes about *drains*."):
    return Author.objects.create(name=name, user=user, bio=bio)


def make_post(*, author=None, title="A post", body="Some words.", status="published", published_at=LONG_AGO, **fields):
    """A public post, unless told otherwise; its slug is free."""
    fields.setdefault("slug", f"a-post-{next(_numbers)}")
    return Post.objects.create(
        author=author or Author.objects.first() or make_author(),
        title=title,
        body=body,
        status=status,
        published_at=published_at,
        **fields,
    )


def make_picture(*, size=(1200, 800), name="a.png", alt="A picture", **fields):
    """A stored picture; its file lies below the test's own MEDIA_ROOT."""
    stored = BytesIO()
    Image.new("RGB", size).save(stored, "PNG")
    return Picture.objects.create(file=ContentFile(stored.getvalue(), name=name), alt=alt, **fields)


def make_comment(*, post=None, parent=None, body=None, name="Bo Reader", email="bo@example.org", findings=(), **fields):
    """An approved comment, unless told otherwise; `findings` are those of the checks."""
    fields.setdefault("status", "approved")
    comment = Comment(
        post=post or (parent.post if parent else make_post()),
        parent=parent,
        body=body or f"Words number {next(_numbers)}.",
        name=name,
        email=email,
        **fields,
    )
    comment.rerender()
    comment.insert_with_first_decision(findings)
    return comment


def post_comment(*, post=None, parent=None, client=None, **typed):
    """The comment that a reader's browser sends by the form: it passes the checks, and may wait or be spam after them.

    `client`: the browser, one of a stranger's if none is given. `typed`: what stands in the fields; `None` leaves one
    out.
    """
    post = post or (parent.post if parent else make_post())
    number = next(_numbers)
    fields = {
        "name": "Bo Reader",
        "email": f"bo{number}@example.org",
        "url": "",
        "body": f"I have something to say, number {number}.",
        "parent": parent.pk if parent else "",
        **typed,
    }
    known = set(post.comments.values_list("pk", flat=True))
    data = {name: value for name, value in fields.items() if value is not None}
    answer = (client or Client()).post(f"/comments/on/{post.pk}/", data)
    assert answer.status_code == 303, answer.content.decode()
    return post.comments.exclude(pk__in=known).get()


def make_user(*, username=None, groups=(), **fields):
    user = User.objects.create_user(username or f"user{next(_numbers)}", password="a long password", **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_editor(**fields):
    return make_user(groups=["Editors"], is_staff=True, **fields)


def make_staff_author(**fields):
    """(account, author): may write, and moderate below their own posts."""
    user = make_user(groups=["Authors"], is_staff=True, **fields)
    return user, make_author(name=f"Author {user.username}", user=user)


def make_asker(*, name="Asker", email="asker@example.org", **fields):
    """A comment whose writer wants to hear of answers, at an address that they have confirmed."""
    MailAddress.objects.answer(email, wanted=True)
    return make_comment(name=name, email=email, notify=True, **fields)


def make_subscriber(*, email=None, frequency="each", categories=(), since=LONG_AGO - timedelta(days=1), **fields):
    """Somebody who gets new posts by mail: of `categories` alone if there are any, and what is newer than `since`."""
    subscriber = Subscriber.objects.create(
        email=email or f"reader{next(_numbers)}@example.org",
        frequency=frequency,
        all_categories=not categories,
        subscribed_at=since,
        posts_from=since,
        **fields,
    )
    subscriber.categories.set(categories)
    return subscriber


def site_map_with(post):
    """The address of the part of the sitemap that a post stands in; PostgreSQL goes on counting from test to test."""
    return f"/sitemap-posts-{post.pk // 1000 + 1}.xml"
