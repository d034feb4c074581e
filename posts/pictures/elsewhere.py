"""Pictures that no reader would see: the page's policy keeps browsers from fetching them from other hosts.

Each is its words and a link to where it is, never the broken box that a browser would draw.
"""

import html
import re
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

LONGEST_NAME = 80  # characters of a file's name that are shown
_ATTRIBUTES = r'(?:\s[\w-]+="[^"]*")*'
_TAG = re.compile(rf"<a({_ATTRIBUTES})>|(</a>)|<img({_ATTRIBUTES})\s*/?>")
_ATTRIBUTE = re.compile(r'\s([\w-]+)="([^"]*)"')
_SIZE = re.compile(r"-\d+x\d+(?=\.\w+$)")


def with_words(text, is_shown):
    """Rendered HTML with words and links for each `img` whose address `is_shown()` does not want.

    Within a link the words are the link's; the picture's own address follows it, if the link leads elsewhere.
    """
    parts, done, inside, after = [], 0, None, []
    for tag in _TAG.finditer(text):
        opening, closing, image = tag.groups()
        if opening is not None:
            inside = _attributes(opening).get("href", "")
        elif closing:
            parts += [text[done : tag.end()], *after]
            done, inside, after = tag.end(), None, []
        elif not is_shown(address := _attributes(image).get("src", "")):
            words = _words(_attributes(image), address)
            parts += [text[done : tag.start()], _link(address, words) if inside is None else html.escape(words)]
            done = tag.end()
            if inside is not None and _is_web(address) and _file(inside) != _file(address):
                after.append(f" {_link(address, _('Picture: %(name)s') % {'name': _name(address)})}")
    return "".join([*parts, text[done:]])


def _attributes(text):
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _words(attributes, address):
    said = " ".join((attributes.get("alt") or attributes.get("title") or "").split())
    return said or (_("Picture: %(name)s") % {"name": _name(address)} if _is_web(address) else "")


def _link(address, words):
    if not _is_web(address):
        return html.escape(words)
    return f'<a href="{html.escape(address)}">{html.escape(words)}</a>'


def _is_web(address):
    return re.match(r"(?:https?:)?//[^/]|/", address, re.IGNORECASE) is not None


def _file(address):
    """What the addresses of a file at all its sizes have in common."""
    return _SIZE.sub("", _path(address).rpartition("/")[2])


def _name(address):
    name = unquote(_path(address).rstrip("/").rpartition("/")[2]) or address
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def _path(address):
    try:
        return urlsplit(address).path
    except ValueError:
        return address
