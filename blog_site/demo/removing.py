"""The sample blog goes again, as far as nobody has written in it, and comes back until somebody writes their own."""

import contextlib
import hashlib
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import ProtectedError

from comments.models import Comment, Rule
from posts.models import Author, Blog, Category, Picture, Post, Tag, public_changed

# What is compared to see whether somebody has changed a row.
WORDS = {
    "posts": (Post, ("title", "body", "excerpt", "slug", "status", "author_id", "picture_id")),
    "authors": (Author, ("name", "slug", "bio", "fediverse", "links", "photo_id", "user_id")),
    "categories": (Category, ("name", "slug", "description", "parent_id")),
    "tags": (Tag, ("name", "slug", "description")),
    "pictures": (Picture, ("file", "alt", "caption", "credit")),
    "rules": (Rule, ("number", "title", "text")),
}


@dataclass
class Removed:
    """How many posts and pages went, and the titles of those that stay since somebody has written in them."""

    posts: int = 0
    kept: list = field(default_factory=list)


def numbers():
    """{kind: the numbers of its rows}, of all that the sample blog may write."""
    return {name: set(model.objects.values_list("pk", flat=True)) for name, (model, _columns) in WORDS.items()}


def record(authors, before):
    """What the sample blog has written, to be kept and given to `remove()`; `before` are the `numbers()` until then."""
    values = {
        name: {str(row.pk): _digest(row, columns) for row in model.objects.exclude(pk__in=before[name])}
        for name, (model, columns) in WORDS.items()
    }
    return values | {
        "accounts": [author.user_id for author in authors],
        "comments": {str(pk): body for pk, body in Comment.objects.values_list("pk", "body")},
    }


def can_write():
    """Whether the sample blog finds its place empty: nobody has written anything."""
    is_empty = not any(model.objects.exists() for model in (Post, Comment, Category, Tag, Rule, Picture))
    return is_empty and not get_user_model().objects.filter(username__in=["denise-arkle", "yusuf-garside"]).exists()


@transaction.atomic
def remove(sample):
    """Removes what `record()` has noted, and is as it was; returns what `Removed` says."""
    removed = Removed()
    going = _untouched_posts(sample, removed)
    Comment.objects.filter(post__in=going).take_out()
    posts = Post.objects.filter(pk__in=going)
    # A page above others is protected by them.
    posts.update(parent=None)
    removed.posts = len(going)
    posts.delete()
    for name in ("categories", "tags", "authors", "pictures", "rules"):
        _remove_unused(name, sample)
    _remove_accounts(sample)
    _remove_tagline(sample)
    public_changed()
    return removed


def _untouched_posts(sample, removed):
    """The numbers of posts and pages that go. What stands above one that stays, stays."""
    rows = {row.pk: row for row in _rows("posts", sample).select_for_update()}
    touched = {pk for pk, row in rows.items() if not _is_as_it_was("posts", row, sample)}
    comments = Comment.objects.filter(post__in=rows).values_list("pk", "body", "post")
    touched |= {post for pk, body, post in comments if sample["comments"].get(str(pk)) != body}
    touched |= set(Post.objects.filter(parent__in=rows).exclude(pk__in=rows).values_list("parent", flat=True))
    while above := {rows[pk].parent_id for pk in touched} - touched - {None}:
        touched |= above
    removed.kept = [str(rows[pk]) for pk in sorted(touched)]
    return rows.keys() - touched


def _remove_unused(name, sample):
    # The newest first: a category comes after the one above it.
    for row in _rows(name, sample).order_by("-pk"):
        is_filed_under = name in {"categories", "tags"} and (row.posts.exists() or _has_children(row))
        if not is_filed_under and _is_as_it_was(name, row, sample):
            # Protected: a post that stays, or one of the blog's own, has it.
            with contextlib.suppress(ProtectedError), transaction.atomic():
                row.delete()


def _has_children(row):
    return isinstance(row, Category) and Category.objects.filter(parent=row).exists()


def _remove_accounts(sample):
    """Those that nobody has ever used, nor can: they were made without a password."""
    for user in get_user_model().objects.filter(pk__in=sample["accounts"], last_login=None, author=None):
        if not user.has_usable_password() and not user.is_superuser:
            with contextlib.suppress(ProtectedError), transaction.atomic():
                user.delete()


def _remove_tagline(sample):
    blog = Blog.load()
    if blog.tagline and blog.tagline == sample.get("tagline"):
        blog.tagline = ""
        blog.save()


def _rows(name, sample):
    return WORDS[name][0].objects.filter(pk__in=map(int, sample[name]))


def _is_as_it_was(name, row, sample):
    return sample[name][str(row.pk)] == _digest(row, WORDS[name][1])


def _digest(row, columns):
    values = repr([str(getattr(row, column)) for column in columns])
    return hashlib.blake2b(values.encode(), digest_size=8).hexdigest()
