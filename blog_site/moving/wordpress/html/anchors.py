"""Links from one place of a text to another, whose targets may only have ids that `posts/markup.py` lets pass."""

import re
from urllib.parse import unquote

from blog_site.moving.text import TAG

_JUMP = re.compile(r"""(<a\b[^<>]*?\shref\s*=\s*)(["'])#([^"'<>\s]{1,200})\2""", re.IGNORECASE)
_NAME = re.compile(r"""\s(?:id|name)\s*=\s*(["'])([^"'<>]{1,200})\1""", re.IGNORECASE)
_ALLOWED = re.compile(r"(fn|fnref)\d*:.*|section-.*|more|comment-\d+|comments|respond|top")


def anchors(body, places=()):
    """`body` with the targets of its own links as `section-…`, and those at `places`, which other posts link to."""
    wanted = {unquote(match[3]) for match in _JUMP.finditer(body)} | set(places)
    wanted = {name for name in wanted if not is_kept(name)}
    if not wanted:
        return body
    names = set()

    def named(match):
        if match[2] not in wanted:
            return match[0]
        names.add(match[2])
        return f' id="{anchor_id(match[2])}"'

    body = TAG.sub(lambda tag: _NAME.sub(named, tag[0]), body)

    def jump(match):
        name = unquote(match[3])
        return f'{match[1]}"#{anchor_id(name)}"' if name in names else match[0]

    return _JUMP.sub(jump, re.sub(r'(href=["\'])#more-\d+(?=["\'])', r"\1#more", body))


def is_kept(name):
    """True for an id that stays as it is."""
    return _ALLOWED.fullmatch(name) is not None


def anchor_id(name):
    """The id here of what was called so there."""
    return "section-" + re.sub(r"[^\w-]", "-", name)
