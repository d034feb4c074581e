"""The one door for text: everything a person wrote becomes HTML here, and only here.

    render_post(text, "markdown")   staff: Markdown or HTML, generous allow-list
    render_comment(text)            strangers: a little Markdown, no HTML
    plain_text(html)                what a reader would read, for excerpts and checks

All results are safe to show unescaped. Both ways end in nh3, which is independent of
what came before it; `docs/architecture.md` says why there are two renderers.
"""

import html
import logging
import re
from functools import cache, partial

import bleach
import markdown
import nh3
from bleach.html5lib_shim import Filter
from bleach.linkifier import LinkifyFilter
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

logger = logging.getLogger(__name__)

URL_SCHEMES = {"http", "https"}

# --- Posts: written by staff.

# fmt: off
POST_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul", "var",
}
# fmt: on
POST_ATTRIBUTES = {
    "*": {"class", "id", "lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
POST_SCHEMES = URL_SCHEMES | {"mailto", "tel"}
POST_CLASSES = re.compile(
    r"align(left|right|center|none|wide|full)|footnote(-ref|-backref)?|language-[\w-]+|pull-quote|gallery"
)
# Ids that the renderer makes. Others are dropped: they could take the place of the page's own.
POST_IDS = re.compile(r"(fn|fnref)\d*:[\w-]+|section-[\w-]+")
POST_EXTENSIONS = {
    "abbr": {},
    "def_list": {},
    "fenced_code": {},
    "footnotes": {"BACKLINK_TEXT": "↩"},
    "md_in_html": {},
    "sane_lists": {},
    "smarty": {},
    "tables": {"use_align_attribute": True},
    "toc": {"slugify": lambda text, separator: f"section-{slugify(text, allow_unicode=True)}", "marker": ""},
}


def render_post(text, body_format="markdown"):
    """A post's or a bio's text as HTML. `body_format` is `markdown` or `html`; either is sanitised."""
    if body_format == "markdown":
        text = markdown.markdown(
            text, extensions=list(POST_EXTENSIONS), extension_configs=POST_EXTENSIONS, output_format="html"
        )
    # A Cleaner is not thread-safe: one a call.
    cleaner = bleach.Cleaner(
        tags=POST_TAGS | {"h1"},
        attributes=lambda tag, name, value: name == "align" or _allow_in_post(tag, name, value) is not None,
        protocols=POST_SCHEMES,
        strip=body_format == "html",
        filters=[_PostFilter, partial(LinkifyFilter, callbacks=[], skip_tags={"code", "pre"})],
    )
    return mark_safe(  # noqa: S308 (this is the module that may)
        nh3.clean(
            cleaner.clean(text),
            tags=POST_TAGS,
            attributes=POST_ATTRIBUTES,
            attribute_filter=_allow_in_post,
            url_schemes=POST_SCHEMES,
            link_rel=None,
        )
    )


class _PostFilter(Filter):
    """The page has one first-level heading, its title; and a column's alignment is a class, not a style."""

    def __iter__(self):
        for token in super().__iter__():
            if token.get("name") == "h1":
                token["name"] = "h2"
            attributes = token.get("data")
            if isinstance(attributes, dict) and (None, "align") in attributes:
                align = attributes.pop((None, "align"))
                if align in {"left", "right", "center"}:
                    attributes[(None, "class")] = f"align{align}"
            yield token


def _allow_in_post(tag, name, value):
    """The attribute's value as it may stand, or None to drop it."""
    if name == "class":
        return " ".join(word for word in value.split() if POST_CLASSES.fullmatch(word)) or None
    if name == "id":
        return value if POST_IDS.fullmatch(value) else None
    return value if name in POST_ATTRIBUTES.get(tag, ()) or name in POST_ATTRIBUTES["*"] else None


# --- Comments: written by strangers.

COMMENT_TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
COMMENT_MAX_LENGTH = 20_000  # characters; the form refuses more
COMMENT_REL = "nofollow ugc noopener"
_MARKDOWN = [
    *("paragraph", "blockquote", "list", "code", "fence"),
    *(
        "text",
        "newline",
        "escape",
        "backticks",
        "emphasis",
        "balance_pairs",
        "fragments_join",
        "link",
        "autolink",
    ),
]
# The parser's time goes with the marks, not with the words: more of them than this is no letter, and is
# shown as it was typed. Code between fences costs a line each. (A test holds the worst case to 20 times prose.)
_MAX_MARKS = 1_000
_MARK = re.compile(r"[*_`<>\[\]\\!&:@]|\n|[-+](?=\s)|\d[.)](?=\s)")
_FENCED = re.compile(r"^(`{3,}|~{3,})[^`~]*^\1[ \t]*$", re.MULTILINE)
# Linear on any input: one run of characters, no alternative inside it. What follows a sentence is cut off after.
_BARE_LINK = re.compile(r"(?<![\w@/])(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_AFTER_LINK = ".,:;!?'’…*_~"


@cache
def _comment_markdown():
    # Parsing keeps its state in an object of its own: one parser serves all threads.
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": 20}).enable(_MARKDOWN)
    parser.core.ruler.push("bare_links", _link_bare_addresses)
    return parser


def _link_bare_addresses(state):
    """Turns addresses in the text of the parsed tokens into links, outside links and code."""
    for block in state.tokens:
        if block.type != "inline":
            continue
        linked, depth = [], 0
        for token in block.children:
            depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "text" and not depth:
                linked.extend(_split_at_links(token))
            else:
                linked.append(token)
        block.children = linked


def _split_at_links(token):
    end = 0
    for match in _BARE_LINK.finditer(token.content):
        address = _without_sentence_end(match[0])
        if "." not in address:
            continue
        href = address if address.lower().startswith("http") else f"http://{address}"
        yield Token("text", "", 0, content=token.content[end : match.start()])
        yield Token("link_open", "a", 1, attrs={"href": href})
        yield Token("text", "", 0, content=address)
        yield Token("link_close", "a", -1)
        end = match.start() + len(address)
    yield Token("text", "", 0, content=token.content[end:])


def render_comment(text, *, on_error=None):
    """A comment's text as HTML, for any input whatever, in time proportional to its length.

    Never raises: text that the renderer breaks on, that is longer than a comment may be or more marks than
    words comes back as escaped paragraphs. `on_error()` is called in the first case, so that it can be held.
    """
    try:
        if len(text) > COMMENT_MAX_LENGTH or len(_MARK.findall(_FENCED.sub("`" * 6, text))) > _MAX_MARKS:
            rendered = _paragraphs(text)
        else:
            rendered = _comment_markdown().render(text)
    except Exception:
        logger.exception("A comment of %d characters could not be rendered", len(text))
        rendered = _paragraphs(text)
        if on_error:
            on_error()
    return mark_safe(  # noqa: S308 (this is the module that may)
        nh3.clean(
            rendered,
            tags=COMMENT_TAGS,
            attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
            url_schemes=URL_SCHEMES,
            link_rel=COMMENT_REL,
        )
    )


def _paragraphs(text):
    blocks = re.split(r"\n\s*\n", html.escape(text.strip()))
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks)


def _without_sentence_end(address):
    """The address without the marks after it, and without brackets that were opened before it."""
    unopened = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in _AFTER_LINK or (address[end - 1] == ")" and unopened > 0)):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]


# --- Out of HTML again.


def plain_text(rendered):
    """The words of rendered HTML, white space folded; for excerpts, mails and checks. Not HTML."""
    spaced = re.sub(r"<(?:br|/p|/li|/h\d|/td|/th|/dd|/dt|/blockquote|/figcaption|/pre)\b[^>]*>", " ", rendered)
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())
