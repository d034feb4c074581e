"""Running text: what WordPress does to it on its way to the page, from shortcodes to paragraphs."""

import html
import re

from blog_site.moving.text import TAG

from .autop import autop, replace_spans
from .code import code_html
from .embeds import FRAME, frame_html, is_player, link_paragraph
from .formulas import formula, formulas, unescape
from .shortcodes import shortcodes
from .tags import clean_tag, modern

_MARKERS = re.compile(r"<!--\s*(?:(?P<more>more\b)|(?P<next>nextpage\b)|noteaser\b)", re.IGNORECASE)
_HELD = re.compile(r"<(?P<tag>pre|code|script|style|iframe|object|audio|video|math)\b[^<>]*>", re.IGNORECASE)
_EMBED = re.compile(r"<embed\b[^<>]*>(?:\s*</embed>)?", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"""\s(?:lang|data-language)\s*=\s*["']?([\w+#-]+)|\sclass\s*=\s*["'][^"']*?\b(?:brush:\s*|lang(?:uage)?-)([\w+#-]+)""",
    re.IGNORECASE,
)
_LINE = re.compile(r"""^[ \t]*(https?://[^\s<>"\x02-\x04]+)[ \t]*$""", re.IGNORECASE | re.MULTILINE)
_PARAGRAPH = re.compile(r"""<p\b[^<>]*>\s*(https?://[^\s<>"\x02-\x04]+)\s*</p>""", re.IGNORECASE)
SCRIPT = "a script or a style sheet in the text was left out"
# What the visual editor leaves where somebody wanted a larger gap.
_NOTHING = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>\n?", re.IGNORECASE)
_FORM = re.compile(r"<form\b", re.IGNORECASE)


def classic_html(text, job):
    """HTML of a text whose paragraphs are its blank lines."""
    text = _markers(text, job)
    text = held_tags(text, job, in_blocks=False)
    text = TAG.sub(lambda match: clean_tag(match).replace("\n", " "), formulas(text, job))
    text = _own_lines(_own_paragraphs(shortcodes(text, job), job), job)
    return _NOTHING.sub("", autop(modern(text), job.held))


def block_text(text, job):
    """The same of a text that has its paragraphs already."""
    text = shortcodes(formulas(held_tags(text, job, in_blocks=True), job), job)
    return _own_paragraphs(unescape(text), job)


def raw_html(text, job):
    """A piece of HTML as its author wrote it: only what WordPress runs in it is run."""

    def replace(match, span):
        tag = match["tag"].lower()
        if tag in {"script", "style"}:
            job.say(SCRIPT)
            return ""
        if tag == "iframe":
            job.say(FRAME)
        return job.held.keep(unescape(span)) if tag in {"pre", "code"} else span

    text = replace_spans(text, _HELD, _end_of, replace)
    return unescape(shortcodes(formulas(text, job), job))


def _end_of(match):
    return f"</{match['tag'].lower()}>"


def _markers(text, job):
    def replace(match, span):
        if match["more"]:
            return job.held.hold(more(span))
        return job.held.hold("<!--nextpage-->") if match["next"] else ""

    return replace_spans(text, _MARKERS, lambda match: "-->", replace)


def more(comment):
    """`<!--more Read on-->` from any spelling of it."""
    words = " ".join(re.sub(r"^<!--\s*more|-->$", "", comment, flags=re.IGNORECASE).split())
    return f"<!--more {words}-->" if words else "<!--more-->"


def held_tags(text, job, *, in_blocks):
    """The text with marks for code, and for frames and players; scripts and style sheets are left out."""
    hold = job.held.block if in_blocks else job.held.hold

    def replace(match, span):
        tag = match["tag"].lower()
        if tag == "pre":
            return hold(_pre(match[0], span, in_blocks=in_blocks))
        if tag == "code":
            return _code(span, hold, job, in_blocks=in_blocks)
        if tag in {"script", "style"}:
            job.say(SCRIPT)
            return ""
        if tag == "math":
            tex = re.search(r"""\sdata-latex\s*=\s*(?:"([^"]*)"|'([^']*)')""", match[0])
            return formula(tex[1] or tex[2] or "", job) if tex else None
        if tag in {"audio", "video"}:
            return hold(TAG.sub(clean_tag, span) if in_blocks else f"<p>{span}</p>")
        return hold(frame_html(tag, span, job))

    if _FORM.search(text):
        job.say("a form in the text can't be sent from here")
    text = replace_spans(text, _HELD, _end_of, replace)
    return _EMBED.sub(lambda match: hold(frame_html("embed", match[0], job)), text)


def _pre(tag, span, *, in_blocks):
    """Preformatted text: code where it says in which language."""
    language = _LANGUAGE.search(tag)
    span = unescape(span)
    inside = span[len(tag) : -len("</pre>")]
    is_code = language and not re.match(r"\s*<code\b", inside, re.IGNORECASE)
    if is_code or "wp-block-syntaxhighlighter" in tag:
        return code_html(inside.strip("\n"), (language[1] or language[2]) if language else "")
    return TAG.sub(clean_tag, tag, count=1) + span[len(tag) :] if in_blocks else span


def _code(span, hold, job, *, in_blocks):
    span = unescape(span)
    if in_blocks or "\n" not in span.strip():
        return job.held.keep(span)
    # Several lines without <pre>, which WordPress's line breaks keep apart.
    return hold(f"<pre>{re.sub(r'<br */?>', '', span)}</pre>")


def _own_paragraphs(text, job):
    return _PARAGRAPH.sub(lambda match: job.held.block(link_paragraph(html.unescape(match[1]))), text)


def _own_lines(text, job):
    """An address alone between blank lines is a link; one alone on its line, if it has a player."""

    def replace(match):
        address = html.unescape(match[1])
        before, after = text[max(0, match.start() - 99) : match.start()], text[match.end() : match.end() + 99]
        alone = re.search(r"\n\s*\n$|^\s*$", before) and re.match(r"\s*\n\s*\n|\s*$", after)
        if alone or is_player(address):
            return job.held.hold(link_paragraph(address))
        return match[0]

    return _LINE.sub(replace, text)
