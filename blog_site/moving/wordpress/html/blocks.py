"""Texts of WordPress's block editor: the comments around its blocks go, each block comes out as plain HTML."""

import html
import json
import re
from dataclasses import dataclass, field

from blog_site.moving.text import TAG

from .autop import replace_spans
from .classic_editor import block_text, classic_html, more, raw_html
from .code import code_html
from .embeds import link_paragraph
from .formulas import formula
from .players import ADDRESS
from .tags import clean_tag

MAX_REUSED = 200  # reusable blocks in one text: some that hold others many times would grow beyond all bounds
MAX_DEPTH = 60  # of blocks inside blocks; deeper ones are taken as their parent's text
_COMMENT = re.compile(r"<!--\s*(?P<end>/?)wp:(?P<name>[a-z][\w/-]*)", re.IGNORECASE)
# Boxes that arrange what is in them: here the page does.
_BOXES = {
    *("accordion", "accordion-item", "accordion-panel", "button", "buttons", "column", "columns", "cover", "group"),
    *("media-text", "query", "post-template", "post-content", "template-part", "social-links", "markdown"),
    *("section", "row", "text-columns", "file"),
}
_BOX_TAG = re.compile(r"</?(?:div|section|main|header|footer|aside|article|object)\b[^<>]*>", re.IGNORECASE)
_EMPTY = re.compile(r"<p\b[^<>]*>(?:\s|&nbsp;)*</p>|<span\b[^<>]*>\s*</span>", re.IGNORECASE)
_FIGURE_TAG = re.compile(r"</?figure\b[^<>]*>", re.IGNORECASE)
_FIGURE = re.compile(r"<figure\b", re.IGNORECASE)
_BUTTON = re.compile(r"<a\b[^<>]*wp-block-file__button[^<>]*>", re.IGNORECASE)
_END = "</a>"
_NO_LINK = re.compile(r"<a\b(?![^<>]*\shref)[^<>]*>", re.IGNORECASE)
# Up to the end of a caption, and never into the next: where one has no end, none is looked for twice.
_WORDS = r"(?:(?!<figcaption\b).)*?"
_PICTURE = re.compile(
    rf"(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?(?:\s*<figcaption\b[^<>]*>{_WORDS}</figcaption>)?", re.I | re.DOTALL
)
_CAPTION = re.compile(rf"<figcaption\b[^<>]*>({_WORDS})</figcaption>", re.IGNORECASE | re.DOTALL)
_GALLERY_CAPTION = re.compile(
    rf"<figcaption\b[^<>]*blocks-gallery-caption[^<>]*>({_WORDS})</figcaption>", re.IGNORECASE | re.DOTALL
)


@dataclass
class _Block:
    name: str
    options: dict = field(default_factory=dict)
    parts: list = field(default_factory=list)


def blocks_html(text, job, *, notes=""):
    """The text's HTML. `notes`: what its block of footnotes shows; after the text, if it has none."""
    top = _Block("")
    open_blocks, at = [top], 0
    while match := _COMMENT.search(text, at):
        end = text.find("-->", match.end())
        if end < 0:
            break
        open_blocks[-1].parts.append(_own(open_blocks[-1], text[at : match.start()], job))
        name, inside = match["name"].lower().removeprefix("core/"), text[match.end() : end].strip()
        at = end + len("-->")
        if match["end"]:
            _close(open_blocks, name, job)
        elif inside.endswith("/"):
            shown = notes if name == "footnotes" else _empty_block(_Block(name, _options(inside[:-1])), job)
            notes = "" if name == "footnotes" else notes
            open_blocks[-1].parts.append(shown and job.held.block(shown))
        elif len(open_blocks) < MAX_DEPTH:
            open_blocks.append(_Block(name, _options(inside)))
    open_blocks[-1].parts.append(_own(open_blocks[-1], text[at:], job))
    while len(open_blocks) > 1:
        _close(open_blocks, open_blocks[-1].name, job)
    return "\n".join(filter(None, [*(part.strip() for part in top.parts), notes]))


def _own(block, text, job):
    """A piece of a block's own HTML. Outside of all blocks it is text of the classic editor."""
    if not block.name:
        return classic_html(text, job) if text.strip() else ""
    return text


def _options(text):
    try:
        options = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return {}
    return options if isinstance(options, dict) else {}


def _close(open_blocks, name, job):
    """Closes the innermost block of that name, and what was left open inside."""
    if all(block.name != name for block in open_blocks):
        return
    while True:
        block = open_blocks.pop()
        shown = _convert(block, "".join(block.parts), job).strip("\n")
        open_blocks[-1].parts.append(shown and job.held.block(shown))
        if block.name == name:
            return


def _convert(block, text, job):
    name = block.name.removeprefix("jetpack/").removeprefix("videopress/")
    if block.name in {"freeform", "shortcode"}:
        return classic_html(text, job)
    if block.name == "html":
        return raw_html(text, job)
    if name == "contact-form":
        job.say("the block “contact-form” has nothing to show here")
        return ""
    if block.name == "more":
        return more(text.strip() if "<!--more" in text else f"<!--more {block.options.get('customText', '')}-->")
    if block.name in {"nextpage", "spacer"}:
        return "<!--nextpage-->" if block.name == "nextpage" else ""
    if block.name == "math" and isinstance(block.options.get("latex"), str):
        return f"<p>{formula(block.options['latex'], job)}</p>"
    if (
        block.name == "embed"
        or block.name.startswith("core-embed/")
        or (block.name.endswith("/video") and "://" in text)
    ):
        return _embed(block, text)
    if block.name == "verse" and (parts := _preformatted(text)):
        return _verse(parts[0], block_text(parts[1], job))
    if "wp-block-syntaxhighlighter-code" in text and (parts := _preformatted(text)):
        return job.held.block(code_html(parts[1].strip("\n"), str(block.options.get("language", ""))))
    return _clean(name, block, block_text(text, job))


def _preformatted(text):
    """(attributes, text) of the first `pre`, or None."""
    begin = re.search(r"<pre\b([^<>]*)>", text)
    end = text.find("</pre>", begin.end()) if begin else -1
    return (begin[1], text[begin.end() : end]) if end >= 0 else None


def _empty_block(block, job):
    """What a block shows that has no text of its own."""
    if block.name == "block" and (ref := str(block.options.get("ref", ""))) in job.library.reusable:
        return _reusable(ref, job)
    address = next((block.options.get(key) for key in ("url", "feedURL") if block.options.get(key)), "")
    if isinstance(address, str) and ADDRESS.match(address):
        if block.name in {"social-link", "navigation-link"}:
            label = str(block.options.get("label") or block.options.get("service") or address)
            label = html.unescape(label if block.options.get("label") else label.title())
            return f'<li><a href="{html.escape(address)}">{html.escape(label, quote=False)}</a></li>'
        return link_paragraph(address)
    if block.name not in {"more", "nextpage", "spacer", "separator", "paragraph"}:
        job.say(f"the block “{block.name}” has nothing to show here")
    return "<hr>" if block.name == "separator" else ""


def _reusable(ref, job):
    if ref in job.inside or len(job.inside) > 4 or job.reused >= MAX_REUSED:
        return ""
    job.inside.append(ref)
    job.reused += 1
    text = job.library.reusable[ref]
    shown = blocks_html(text, job) if "<!-- wp:" in text else classic_html(text, job)
    job.inside.pop()
    return shown


def _embed(block, text):
    """A link alone in its paragraph; with its caption, both in a figure."""
    address = block.options.get("url") or block.options.get("src") or block.options.get("guid")
    if not (isinstance(address, str) and ADDRESS.match(address)):
        match = ADDRESS.search(html.unescape(re.sub(r"<figcaption\b.*", "", text, flags=re.DOTALL)))
        address = match[0] if match else ""
    caption = _CAPTION.search(text)
    if not address:
        return _FIGURE_TAG.sub("", text)
    if caption and caption[1].strip():
        return f"<figure>{link_paragraph(address)}<figcaption>{caption[1].strip()}</figcaption></figure>"
    return link_paragraph(address)


def _clean(name, block, text):
    """A block's HTML without what only WordPress's style sheets need."""
    if name == "cover":
        text = _cover(block, text)
    if name == "file":
        text = replace_spans(text, _BUTTON, lambda match: _END, lambda match, span: "")
    if name in {"gallery", "tiled-gallery", "slideshow"}:
        text = _gallery(text)
    if name in _BOXES or name == "image" or name.endswith("-gallery"):
        text = _BOX_TAG.sub("", text)
    if name in {"button", "file"}:
        text = replace_spans(text, _FIGURE, lambda match: "</figure>", lambda match, span: "")
        text = f"<p>{text.strip()}</p>" if text.strip() and "\x02" not in text else text
    if name == "button":
        # One that leads nowhere is only its words.
        text = replace_spans(text, _NO_LINK, lambda match: _END, lambda match, span: span[len(match[0]) : -len(_END)])
    text = TAG.sub(clean_tag, text)
    if name == "pullquote":
        text = re.sub(r"<blockquote\b[^<>]*>", '<blockquote class="pull-quote">', _FIGURE_TAG.sub("", text), count=1)
    return _EMPTY.sub("", text)


def _verse(attributes, text):
    """A poem: its stanzas as paragraphs, its lines as lines, and no code."""
    tag = TAG.sub(clean_tag, f"<p{attributes}>")
    text = re.sub(r"<br\s*/?>", "\n", text).strip("\n")
    text = re.sub(r"^ +|(?<= ) +", lambda match: "&nbsp;" * len(match[0]), text, flags=re.MULTILINE)
    return "\n".join(f"{tag}{'<br>'.join(stanza.split(chr(10)))}</p>" for stanza in re.split(r"\n\s*\n", text))


def _cover(block, text):
    address = block.options.get("url")
    if "<img" not in text and isinstance(address, str) and block.options.get("backgroundType") != "video":
        text = f'<img src="{html.escape(address)}" alt="">{text}'
    text = re.sub(r"<p\b[^<>]*wp-block-cover-text[^<>]*>", "<p>", text)
    return re.sub(r"<img\b[^<>]*>", r"<figure>\g<0></figure>", text, count=1)


def _gallery(text):
    """Pictures in one figure: nested blocks as they are, a list of an older editor's without the list."""
    caption = _GALLERY_CAPTION.search(text)
    if caption:
        text = text.replace(caption[0], "")
    if "\x02" in text:
        inside = "".join(re.findall(r"\x02\d+\x03", text))
    else:
        inside = "".join(f"<figure>{picture}</figure>" for picture in _PICTURE.findall(text))
    below = f"<figcaption>{caption[1].strip()}</figcaption>" if caption and caption[1].strip() else ""
    return f'<figure class="gallery">{inside}{below}</figure>' if inside else text
