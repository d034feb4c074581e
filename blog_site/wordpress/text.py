"""A post's text as WordPress keeps it, made into the HTML that WordPress would show."""

import html
import re
from urllib.parse import unquote, urlsplit

from .autop import without_marks
from .blocks import blocks_html
from .conversion import Conversion
from .flow import flow_html
from .footnotes import footnotes
from .shortcodes import hold_code

_ADDRESS = re.compile(
    r"""(<(?P<tag>img|a)\b(?:[^<>"']|"[^"]*"|'[^']*'){0,2000}?\s(?:src|href)\s*=\s*)(["'])(?P<url>.*?)\3""",
    re.IGNORECASE | re.DOTALL,
)


def post_html(text, *, warn=lambda message: None, number="", library=None, notes=""):
    """The HTML of a post's text. `warn(message)` is told what did not come along, each kind once with its count.

    `number`: the post's number in its old blog; `library`: what is attached there; `notes`: its footnotes' metadata.
    """
    job = Conversion(number=number, library=library)
    text = without_marks(text).replace("\r\n", "\n").replace("\r", "\n")
    text, below = footnotes(hold_code(text, job), notes, job)
    has_blocks = "<!-- wp:" in text
    shown = blocks_html(text, job, notes=below) if has_blocks else f"{flow_html(text, job)}\n{below}"
    for message in job.messages():
        warn(message)
    return job.held.restore(shown).strip()


def map_addresses(body, change):
    """`body` with `change(tag, address)` for each <img src> and <a href>; None leaves it as it is."""

    def replace(match):
        new = change(match["tag"].lower(), html.unescape(match["url"]).strip())
        return match[0] if new is None else f"{match[1]}{match[3]}{html.escape(new)}{match[3]}"

    return _ADDRESS.sub(replace, body)


def upload_path(address):
    """An upload's path below WordPress's uploads folder ("2014/09/a.jpg"), or None.

    Folders are `wp-content/uploads/` and `files/`; `NAME.files.wordpress.com` has nothing else.
    """
    try:
        parts = urlsplit(address)
        path = unquote(parts.path)
    except ValueError:
        return None
    if parts.scheme not in {"", "http", "https"}:
        return None
    if (parts.hostname or "").endswith(".files.wordpress.com"):
        below = path.lstrip("/")
    else:
        match = re.search(r"/(?:wp-content/uploads|files)/(.+)$", path)
        below = match[1] if match else ""
    safe = below and not re.search(r"[\\\x00-\x1f]", below) and not {"", ".", ".."} & set(below.split("/"))
    return below if safe else None


def without_size(path):
    """`a-300x200.jpg` is `a.jpg`, scaled."""
    return re.sub(r"-\d+x\d+(?=\.\w+$)", "", path)
