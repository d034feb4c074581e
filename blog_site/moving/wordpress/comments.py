"""A comment as WordPress keeps it, made into ours: its fields checked, its text in Markdown and rendered."""

import html
import ipaddress
import re
from typing import NamedTuple

from django.core.exceptions import ValidationError

from blog_site.moving.records import MARKDOWN
from blog_site.moving.wordpress.html.comment_text import comment_markdown
from comments.cleaning import clean_line, clean_text, clean_url
from comments.models import Comment
from comments.rendering import render
from posts.markup import plain_text, render_comment

STATUSES = {
    "1": "approved",
    "approve": "approved",
    "approved": "approved",
    "spam": "spam",
    "trash": "trash",
    "post-trashed": "trash",
}
KINDS = {"": "comment", "comment": "comment", "pingback": "pingback", "trackback": "trackback"}


class Read(NamedTuple):
    """What a record says by itself: the `columns` of a Comment, its time, post and place aside; what is `told` of
    them; and the columns of Comment.RENDERED, where they are known."""

    columns: dict
    told: list
    rendered: dict | None = None

    def rendered_columns(self):
        """The columns of Comment.RENDERED, rendered now where nobody has."""
        said = self.columns
        return self.rendered or render(name=said["name"], body=said["body"], url=said["url"]).columns


def read(record):
    """The Read of a record, not yet rendered; None where its type is none of KINDS."""
    if record.type.lower() not in KINDS:
        return None
    warnings = []
    return Read(_columns(record, warnings.append), warnings)


def read_and_render(record):
    """The Read of a record; None where its type is none of KINDS."""
    known = read(record)
    return known and known._replace(rendered=known.rendered_columns())


def _columns(record, warn):
    which = f"comment {record.id or '?'}"
    name = clean_line(plain_text(record.name) if re.search("[<&]", record.name) else record.name)
    if len(name) > Comment._meta.get_field("name").max_length:
        name = name[: Comment._meta.get_field("name").max_length].rstrip()
        warn(f"{which}: the name was too long and is cut")
    kind = KINDS[record.type.lower()]
    return {
        "kind": kind,
        "name": name,
        "email": _email(record.email, which, warn),
        "url": _url(record.url, which, warn),
        "ip_address": _ip_address(record.ip),
        "body": _as_written(record) or comment_markdown(record.text),
        "status": STATUSES.get(record.approved.lower(), "pending"),
    }


def _as_written(record):
    """The Markdown that our own export keeps beside the HTML, where it still says the same; or nothing."""
    written = clean_text(record.meta.get(MARKDOWN, ""))
    return written if written and render_comment(written).strip() == record.text.strip() else ""


def _email(text, which, warn):
    email = html.unescape(text).strip()
    if not email:
        return ""
    if len(email) <= 254 and re.fullmatch(r"[^\s@<>\x00-\x1f\x7f]+@[^\s@<>\x00-\x1f\x7f]+", email):
        return email
    warn(f"{which}: what stands as e-mail address is none and was dropped")
    return ""


def _url(text, which, warn):
    url = html.unescape(text).strip()
    if url in {"", "http://", "https://"}:
        return ""
    try:
        url = clean_url(url)
    except ValidationError:
        url = ""
    if not url or len(url) > Comment._meta.get_field("url").max_length:
        warn(f"{which}: the writer's address on the web is none, or too long, and was dropped")
        return ""
    return url


def _ip_address(text):
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address) if not getattr(address, "scope_id", None) else None
