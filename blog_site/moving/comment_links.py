"""Links in comments that lead to the old blog: to where the same stands here, as posts' links do.

A comment's links have a host, since what visitors write may not lead into the site by a path alone.
"""

import html
import re

from django.conf import settings

from posts.writing.addresses_in_text import ADDRESS, address_at, target

from .addresses import host
from .records import MARKDOWN
from .text import TAG

_NAME = re.compile(r"<(/?)(a|code|pre)\b", re.IGNORECASE)
_HREF = re.compile(r"""(\shref\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE)


def lead_here(records, new):
    """Gives comments' texts their new links. `new(address)`: the path where the same stands here, a whole address, or
    None where it stays.

    A record that is changed keeps its text `as_in_file`.
    """

    def whole(address):
        # What leads here already does so whatever it is called.
        path = None if host(address) == host(settings.SITE_URL) else new(address)
        return f"{settings.SITE_URL}{path}" if path and path.startswith("/") else path

    for record in records:
        if "://" not in record.text and "www." not in record.text.lower():
            continue
        text = _with_links(record.text, whole)
        if text != record.text:
            record.as_in_file, record.text = record.text, text
            if written := record.meta.get(MARKDOWN):
                record.meta[MARKDOWN] = _each_address(written, whole)


def _with_links(text, whole):
    parts, at, inside = [], 0, ""
    for tag in TAG.finditer(text):
        parts.append(text[at : tag.start()] if inside else _bare(text[at : tag.start()], whole))
        at, name = tag.end(), _NAME.match(tag[0])
        if name and not name[1]:
            inside = inside or name[2].lower()
        elif name and name[2].lower() == inside:
            inside = ""
        parts.append(_HREF.sub(lambda match: _href(match, whole), tag[0]) if name and name[2] in "aA" else tag[0])
    parts.append(text[at:] if inside else _bare(text[at:], whole))
    return "".join(parts)


def _href(match, whole):
    address = whole(html.unescape(next(filter(None, match.groups()[1:]), "")).strip())
    return f'{match[1]}"{html.escape(address)}"' if address else match[0]


def _bare(text, whole):
    """A piece of text whose addresses lead on: they are shown as they were written."""

    def link(address):
        href = whole(html.unescape(target(address)))
        return f'<a href="{html.escape(href)}">{address}</a>' if href else None

    return _each_address(text, link)


def _each_address(text, new):
    """`text` with what `new` makes of each address that a reader's link would be made of; None leaves it."""
    parts, at = [], 0
    for match in ADDRESS.finditer(text):
        address = address_at(text, match.start())
        replacement = new(address) if address else None
        if replacement:
            parts += [text[at : match.start()], replacement]
            at = match.start() + len(address)
    return "".join([*parts, text[at:]])
