"""Where what once stood at an address is now."""

import re

from posts.models import Attachment, OldPath, Post

# What WordPress puts after a post's path for a part or another form of the same.
_FORMS = re.compile(r"(/.+?)/(?:[0-9]{1,3}|trackback|embed|amp)/?")
_DATED = re.compile(r"/\d{4}/\d{2}(?:/\d{2})?/([^/]+)/?")


def find(path):
    """What is public, and once stood at `path` or is meant by it without or with a final slash; or None.

    It knows its present address: `get_absolute_url()`.
    """
    form = _FORMS.fullmatch(path)
    if found := _at(path) or (form and _at(form[1])) or Attachment.objects.at(path):
        return found
    if dated := _DATED.fullmatch(path):
        return Post.objects.published().posts().filter(slug=dated[1]).newest_first().first()
    return None


def find_old(*paths):
    """The OldPath of one of these that leads to what is public, or None."""
    rows = OldPath.objects.filter(path__in=paths).select_related("post", "category", "author").order_by("pk")
    return next((row for row in rows if row.is_public), None)


def find_attachment(number):
    """What a file of the old blog hung on, or else the file; None where neither is here."""
    files = Attachment.objects.filter(imported_id=number).select_related("picture").order_by("pk")
    return find_old(f"/?attachment_id={number}") or files.first()


def _at(path):
    either_way = [path, path.rstrip("/") if path.endswith("/") else f"{path}/"]
    return Post.objects.published().filter(permalink__in=either_way).first() or find_old(*either_way)
