"""Identities that stay whatever becomes of titles and addresses."""

import re
from urllib.parse import urlsplit

from django.conf import settings


def tag_uri(day, name):
    """A tag URI (RFC 4151), such as `tag:blog.example,2026-03-14:post-7`; `day` never changes."""
    host = re.sub(r"[^a-z0-9.-]", "-", urlsplit(settings.SITE_URL).hostname)
    return f"tag:{host},{day:%Y-%m-%d}:{name}"
