"""Pictures as an author writes them: Markdown or HTML that names a picture of ours, or one of another host."""

import html
import re

from posts.markup import render_post

from .markup import images_in, stored_name

_MARKS = re.compile(r"([\\`\[\]$])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# A text without it has no picture of another host: most have none, and to render a long one takes a second.
_LIKELY = re.compile(
    r"!\[[^\[\]]*\]\(\s*<?(?:https?:)?//"
    r"|<img\b[^<>]*\ssrc\s*=\s*[\"']?(?:https?:)?//"
    r"|^ {0,3}\[[^\[\]]+\]:\s*<?(?:https?:)?//",
    re.IGNORECASE | re.MULTILINE,
)
_WEB = re.compile(r"(?:https?:)?//[^/]", re.IGNORECASE)


def written(picture, body_format, *, alt, caption=""):
    """What stands in a text for a Picture with these words: a paragraph of its own, in the text's format.

    The caption is left out where the picture brings the same one, and its credit with it.
    """
    brings_it = picture.credit and caption == picture.caption
    caption = "" if brings_it else caption
    if body_format == "html":
        image = f'<img src="{html.escape(picture.file.url)}" alt="{html.escape(alt)}">'
        below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
        return f"<figure>{image}{below}</figure>" if caption else f"<p>{image}</p>"
    title = f' "{_as_title(caption)}"' if caption else ""
    return f"![{_escaped(alt)}]({picture.file.url}{title})"


def appended(text, paragraph):
    """The text with one more paragraph."""
    return f"{text.rstrip()}\n\n{paragraph}\n".lstrip()


def elsewhere(text, body_format="markdown", language=""):
    """{address: alternative text} of the pictures of other hosts that a text names, which no reader sees."""
    descriptions = {}
    if not _LIKELY.search(text):
        return descriptions
    for attributes in images_in(render_post(text, body_format, language)):
        address = attributes.get("src", "")
        if _WEB.match(address) and not stored_name(address):
            descriptions.setdefault(address, " ".join((attributes.get("alt") or "").split()))
    return descriptions


def with_address(text, before, after):
    """The text with another address for a picture, however it is written in it."""
    for each in {before, html.escape(before), before.replace("&", "&amp;")}:
        text = re.sub(rf"(?<![\w/=]){re.escape(each)}(?=[\s)>\"'<\]]|$)", lambda _match: after, text)
    return text


def _as_title(words):
    """The same between quotation marks, where neither a mark like them nor a backslash may stand at an end."""
    return re.sub(r'^"|"$', "&quot;", _escaped(words).replace(r"\\", "&#92;"))


def _escaped(words):
    """Words that Markdown shows as they are, between the brackets of a picture."""
    return _ENTITY.sub("&amp;", _MARKS.sub(r"\\\1", " ".join(words.split())))
