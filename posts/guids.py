"""Identities in feeds: given once and stored, so that they stay whatever becomes of titles, addresses and hosts."""

import re
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from posts.feeds.text import xml_text

# What `id` of Atom takes: an address that normalising leaves alone, or a name that is none.
_CANONICAL = re.compile(
    r"https?://[a-z0-9.-]+(:(?!80/|443/)\d+)?/(?:[\w!$&'()*+,;=:@/?#~.-]|%[0-9A-F]{2})*"
    r"|tag:[a-z0-9.-]+,\d{4}-\d{2}-\d{2}:[\w/:@-]+"
    r"|urn:uuid:[0-9a-f-]{36}",
    re.ASCII,
)


def new_guid():
    """An identity that nothing else has or will have, on any blog."""
    return f"urn:uuid:{uuid.uuid4()}"


def kept_guid(text):
    """The identity that something brought along, as a feed may have it; a new one where nothing is left of it."""
    return xml_text(text).strip() or new_guid()


def new_prefix():
    """What the identities of a blog's feeds begin with: a tag URI (RFC 4151), to which their paths are added."""
    host = re.sub(r"[^a-z0-9.-]", "-", urlsplit(settings.SITE_URL).hostname)
    return f"tag:{host},{timezone.now():%Y-%m-%d}:{uuid.uuid4().hex}"


def as_uri(guid):
    """The identity as Atom may have it. An imported blog may have used any text: such a one is another there."""
    return guid if _CANONICAL.fullmatch(guid) else f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, guid)}"
