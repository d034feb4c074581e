"""A post's text as WordPress keeps it, made into the HTML that WordPress would show."""

import html
import re

from .anchors import anchors
from .autop import without_marks
from .blocks import blocks_html
from .classic_editor import classic_html
from .code import hold_code
from .footnotes import footnotes
from .job import Conversion
from .lazy_loading import without_lazy

_UPLOAD = re.compile(r"""https?://[^\s()<>"'\]]{1,500}?/wp-content/uploads/[^\s()<>"'\]]+""", re.IGNORECASE)
_TAG = re.compile(r"""<(?:img|source)\b(?:[^<>"']|"[^"]*"|'[^']*'){0,2000}>""", re.IGNORECASE)
_SRCSET = re.compile(r"""\s(?:srcset|sizes)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""(<(?P<tag>img|a|audio|video|source)\b(?:[^<>"']|"[^"]*"|'[^']*'){0,2000}?\s(?:src|href)\s*=\s*)"""
    r"""(["'])(?P<url>.*?)\3""",
    re.IGNORECASE | re.DOTALL,
)


def post_html(text, *, warn=lambda message: None, number="", library=None, notes="", places=()):
    """The HTML of a post's text. `warn(message)` is told what did not come along, each kind once with its count.

    `number`: the post's number in its old blog; `library`: what is attached there; `notes`: its footnotes' metadata;
    `places`: the names in it that other posts link to.
    """
    job = Conversion(number=number, library=library)
    text = without_marks(text).replace("\r\n", "\n").replace("\r", "\n")
    text, below = footnotes(without_lazy(hold_code(text, job)), notes, job)
    has_blocks = "<!-- wp:" in text
    shown = blocks_html(text, job, notes=below) if has_blocks else f"{classic_html(text, job)}\n{below}"
    for message in job.messages():
        warn(message)
    return anchors(job.held.restore(shown), places).strip()


def map_uploads(markdown, change):
    """`markdown` with `change(address)` for each address of an upload."""
    return _UPLOAD.sub(lambda match: change(match[0]), markdown)


def without_srcset(body):
    """`body` without other sizes of its pictures: they are made here, and the old ones stay behind."""
    return _TAG.sub(lambda match: _SRCSET.sub("", match[0]), body)


def map_addresses(body, change):
    """`body` with `change(tag, address)` for each <img src>, <a href>, source of sound or film; None keeps it."""

    def replace(match):
        new = change(match["tag"].lower(), html.unescape(match["url"]).strip())
        return match[0] if new is None else f"{match[1]}{match[3]}{html.escape(new)}{match[3]}"

    return _ADDRESS.sub(replace, body)
