"""Rows for tests: keyword-only functions with defaults that make sense."""

from datetime import UTC, datetime
from io import BytesIO
from itertools import count

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from PIL import Image

from comments.models import Comment, MailAddress
from posts.models import Author, Picture, Post

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


def make_comment(*, post=None, parent=None, body=None, name="Bo Reader", email="bo@example.org", **fields):
    """An approved comment, unless told otherwise."""
    fields.setdefault("status", "approved")
    return Comment.objects.create(
        post=post or (parent.post if parent else make_post()),
        parent=parent,
        body=body or f"Words number {next(_numbers)}.",
        name=name,
        email=email,
        **fields,
    )


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
