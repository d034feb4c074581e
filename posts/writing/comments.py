"""Strangers' Markdown: a little of it, no HTML, and no text that takes long. The gate is in `posts/markup.py`."""

import html
import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

COMMENT_MAX_LENGTH = 20_000  # characters; the form refuses more
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
def _parser():
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


def render(text):
    """A comment's text as HTML, in time proportional to its length; raises what the parser breaks on.

    Text that is longer than a comment may be, or more marks than words, comes back as escaped paragraphs.
    """
    if len(text) > COMMENT_MAX_LENGTH or len(_MARK.findall(_FENCED.sub("`" * 6, text))) > _MAX_MARKS:
        return paragraphs(text)
    return _parser().render(text)


def paragraphs(text):
    """Any text as it was typed, escaped, in paragraphs and lines."""
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
