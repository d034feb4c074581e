"""WXR, the format of WordPress's exports, element by element: how its writer says each kind of value."""

import html
import re
from datetime import UTC
from xml.sax.saxutils import escape

from django.utils import timezone

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- A WordPress export (WXR), to be taken in under Tools, Import, WordPress. -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" \
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/" \
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
"""


def text(value):
    return escape(_NOT_XML.sub("", str(value)))


def cdata(value):
    return f"<![CDATA[{_NOT_XML.sub('', str(value)).replace(']]>', ']]]]><![CDATA[>')}]]>"


def elements(**values):
    return "".join(f"<wp:{name}>{cdata(value)}</wp:{name}>" for name, value in values.items())


def meta(key, value, of="post"):
    return f"<wp:{of}meta>{elements(meta_key=key, meta_value=value)}</wp:{of}meta>\n"


def as_html(value):
    """Plain text as WordPress keeps titles and names: escaped once."""
    return html.escape(str(value), quote=False)


def dates(name, moment):
    """A time in the blog's zone and in GMT; zero where there is none, as WordPress writes it."""
    if not moment:
        return elements(**{name: "0000-00-00 00:00:00", f"{name}_gmt": "0000-00-00 00:00:00"})
    local = timezone.localtime(moment)
    gmt = moment.astimezone(UTC)
    return elements(**{name: f"{local:%Y-%m-%d %H:%M:%S}", f"{name}_gmt": f"{gmt:%Y-%m-%d %H:%M:%S}"})
