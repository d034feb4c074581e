"""The whole blog as one JSON object, the record of moderation included: no other format has a place for that.

Every row is an object with its columns under their own names (`docs/moving.md` says what they mean); what we compute
from others is left out. Written post by post, in memory that does not grow with the blog.
"""

import json

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language

from comments.models import ClaimedName, Comment, Decision, DiscussionSettings, MailAddress, Note, Rule, WaitingEdit
from posts.models import (
    Attachment,
    Author,
    Blog,
    Category,
    Mailing,
    MenuItem,
    Notice,
    OldPath,
    Picture,
    Post,
    Revision,
    SocialLink,
    Subscriber,
    Tag,
)

FORMAT, VERSION = "right-of-reply", 1
# What is written below each comment.
LOG = {"decisions": Decision, "notes": Note}
CHUNK = 100  # posts read at a time
# What is computed from the other columns, or says how far a mail has got.
COMPUTED = {
    Author: {"bio_html"},
    Blog: {"footer_html"},
    Notice: {"text_html", "blog_id"},
    MenuItem: {"blog_id"},
    SocialLink: {"blog_id"},
    Post: {
        *("body_html", "contents_html", "teaser_html", "more_label", "reading_minutes", "summary", "related"),
        *("search_text", "search_title", "comment_count", "generation", "corrections_html"),
    },
    Comment: {
        *(*Comment.RENDERED, "root_id", "writer", "first_time", "browser", "network", "flood", "user_agent"),
        *("announced_at", "told_status"),
    },
    Decision: {"comment_id"},
    ClaimedName: {"key"},
    Note: {"id", "comment_id"},
    WaitingEdit: {"id", "comment_id", "body_html"},
    Revision: {"id", "post_id"},
    # What opens a subscription is nobody's but its owner's.
    Subscriber: {"address", "key"},
    Mailing: {"reached"},
    OldPath: {"id", "post_id", "category_id", "tag_id", "author_id"},
}


def pieces():
    """Yields the file in pieces of text."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": timezone.now(),
        "site_url": settings.SITE_URL,
        "language": get_language(),
        "blog": columns(Blog.load()),
        "discussion_settings": columns(DiscussionSettings.load()),
        # Who decided and wrote: names alone, since accounts are not to be had outside.
        "accounts": [
            {"id": user.pk, "username": user.get_username(), "name": user.get_full_name()}
            for user in get_user_model().objects.order_by("pk")
        ],
    }
    for name, model in {
        "authors": Author,
        "categories": Category,
        "tags": Tag,
        "menu": MenuItem,
        "links": SocialLink,
        "notices": Notice,
        "pictures": Picture,
        "files": Attachment,
        "rules": Rule,
        "addresses": MailAddress,
        "claimed_names": ClaimedName,
    }.items():
        head[name] = [columns(row) for row in model.objects.order_by("pk")]
    # The head's last brace waits until the others are in.
    yield f'{_json(head)[:-1]}, "subscribers": ['
    yield from _listed(map(_subscriber, Subscriber.objects.order_by("pk").iterator(chunk_size=CHUNK)))
    yield '\n], "mailings": ['
    yield from _listed(map(columns, Mailing.objects.order_by("pk").iterator(chunk_size=CHUNK)))
    yield '\n], "posts": ['
    posts = Post.objects.order_by("pk").prefetch_related("categories", "tags", "old_paths")
    yield from _listed(map(_post, posts.iterator(chunk_size=CHUNK)))
    yield "\n]}\n"


def _listed(rows):
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{_json(row)}"


def columns(row):
    """A row's own columns, {name: value}, without what is computed."""
    left_out = COMPUTED.get(type(row), set())
    return {
        field.attname: _value(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }


def _post(post):
    comments = (
        post.comments.order_by("pk")
        .prefetch_related(
            models.Prefetch("decisions", Decision.objects.order_by("pk")),
            models.Prefetch("notes", Note.objects.order_by("pk")),
        )
        .select_related("waiting_edit")
    )
    return columns(post) | {
        "categories": [category.pk for category in post.categories.all()],
        "tags": [tag.pk for tag in post.tags.all()],
        "old_paths": [old.path for old in post.old_paths.all()],
        "revisions": [columns(revision) for revision in post.revisions.order_by("pk")],
        "comments": [
            columns(comment)
            | {
                "decisions": [columns(decision) for decision in comment.decisions.all()],
                "notes": [columns(note) for note in comment.notes.all()],
                "waiting_edit": columns(comment.waiting_edit) if hasattr(comment, "waiting_edit") else None,
            }
            for comment in comments
        ],
    }


def _subscriber(subscriber):
    chosen = [] if subscriber.all_categories else subscriber.categories.order_by("pk").values_list("pk", flat=True)
    return columns(subscriber) | {"categories": list(chosen)}


def _value(value):
    return value.name if isinstance(value, models.fields.files.FieldFile) else value


def _json(value):
    return json.dumps(value, ensure_ascii=False, cls=_Encoder)


class _Encoder(json.JSONEncoder):
    def default(self, value):
        return value.isoformat() if hasattr(value, "isoformat") else str(value)
