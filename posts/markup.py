"""The one door for text: everything a person wrote becomes HTML here, and only here.

    typeset(text, "markdown")       a post: Markdown or HTML, with what is stored beside it
    render_post(text, "markdown")   the same, its HTML alone
    render_bio(text)                Markdown that stands below another text
    render_note(text)               the same without pictures
    render_comment(text)            strangers: a little Markdown, no HTML
    for_feeds(html)                 a post's HTML for programs that know less than browsers
    for_mail(html)                  the same for mail programs, which know less still
    plain_text(html)                what a reader would read, for excerpts and checks
    script_data(data)               any data as JSON that may stand in a `script` element

All results are safe to show unescaped. Both ways end in nh3, whatever came before it;
`docs/decisions/` says why there are two renderers. What happens between the words
and the gate is in `posts/writing/`.
"""

import html
import json
import logging
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any, NamedTuple

import bleach
import nh3
from bleach.linkifier import LinkifyFilter
from django.conf import settings
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from posts import costly_text
from posts.writing import allowed, breaks, comment_markdown, feeds, links, mail, marks, reading, sections, tree
from posts.writing.comment_markdown import COMMENT_MAX_LENGTH
from posts.writing.figures import set_figures
from posts.writing.quotes import set_quotes
from posts.writing.steps import steps_for

__all__ = [
    "COMMENT_MAX_LENGTH",
    "for_feeds",
    "for_mail",
    "plain_text",
    "render_bio",
    "render_comment",
    "render_note",
    "render_post",
    "typeset",
]

logger = logging.getLogger(__name__)

COMMENT_TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"}
COMMENT_SCHEMES = {"http", "https"}
COMMENT_REL = "nofollow ugc noopener"


class Typeset(NamedTuple):
    """A post's text as it is shown, and what is stored beside it."""

    html: str
    contents_html: str  # the table of contents; empty below three headings
    teaser_html: str  # what stands above the "more" break; empty without one
    more_label: str  # the words that the author wants for the link to the rest, if they wrote any
    words: str  # what a reader would read, as plain_text() has it
    is_plain: bool = False  # True where it could not be set, and stands there as it was written

    @property
    def minutes(self) -> int:
        """How long it takes to read, in whole minutes; see reading.minutes()."""
        return reading.minutes(self.words)


def typeset(text: str, body_format: str = "markdown", language: str = "") -> Typeset:
    """A post's text, set for reading. `body_format` is `markdown` or `html`; either is sanitised.

    `language` is the text's, such as "de"; the blog's if empty. Its quotation marks and the words that we add go by
    it. Never raises and never takes this process long: what the renderer breaks on, or what takes too long, comes back
    as escaped paragraphs (`is_plain`).
    """
    late = costly_text.late()
    if late is None:
        return _typeset_once(text, body_format, language or _blogs_language(), settings.SITE_URL)
    try:
        if text not in late:
            return _typeset_once(text, body_format, language or _blogs_language(), settings.SITE_URL)
    except costly_text.NotRendered:
        late.add(text)
    return _plain(text)


def _blogs_language() -> str:
    """That of the words around a text; see posts.localised."""
    return translation.get_language() or settings.LANGUAGE_CODE


@lru_cache(maxsize=4)
def _typeset_once(text: str, body_format: str, language: str, _site_url: str) -> Typeset:
    """A form that is saved asks several times for the same text."""
    if not costly_text.is_risky(text, body_format):
        return typeset_here(text, body_format, language)
    try:
        shown, contents, teaser, *others = costly_text.render(text, body_format, language)
    except costly_text.NotRendered as error:
        if costly_text.late() is not None:
            # Whoever has time gets it set: nothing of this is kept.
            raise
        logger.warning("A post of %d characters could not be rendered: %s", len(text), error)
        return _plain(text)
    # They have passed the gate there.
    return Typeset(mark_safe(shown), mark_safe(contents), mark_safe(teaser), *others)  # noqa: S308


def typeset_here(text: str, body_format: str, language: str) -> Typeset:
    """As typeset(), in this process, however long it takes."""
    with translation.override(language if translation.check_for_language(language) else _blogs_language()):
        try:
            return _typeset(text, body_format, language)
        except Exception:
            logger.exception("A post of %d characters could not be rendered", len(text))
            return _plain(text)


def _plain(text: str) -> Typeset:
    shown = _gate(comment_markdown.paragraphs(text))
    return Typeset(shown, "", "", "", plain_text(shown), is_plain=True)


def render_post(text: str, body_format: str = "markdown", language: str = "") -> str:
    """A post's text as HTML."""
    return typeset(text, body_format, language).html


def render_bio(text: str) -> SafeString:
    """Markdown that stands on pages with a text of their own: as a post's, without addresses in it."""
    return _gate(tree.write(_beside_others(render_post(text))))


def render_note(text: str, language: str = "") -> SafeString:
    """Markdown that is a note to other texts, such as the blog's own on many pages: as a bio, without pictures."""
    root = _beside_others(render_post(text, language=language))
    for node in tree.elements(root, "img", "picture", "iframe", "audio", "video"):
        node.extract()
    return _gate(tree.write(root))


def _beside_others(rendered: str) -> Any:
    root = tree.read(rendered)
    for node in tree.elements(root, class_="anchor"):
        node.extract()
    for node in tree.elements(root, having="id"):
        del node["id"]
    tree.no_landmarks(root)
    return root


def _typeset(text: str, body_format: str, language: str) -> Typeset:
    is_markdown = body_format == "markdown"
    cleaned = _clean(marks.render(text)) if is_markdown else _clean_html(text)
    has_addresses = not is_markdown and links.has_addresses(cleaned)
    first, last, has_break = steps_for(cleaned)
    if not (is_markdown or first or last or has_break or has_addresses):
        shown = _gate(cleaned)
        return Typeset(shown, "", "", "", plain_text(shown))
    root = tree.read(cleaned)
    label = breaks.set_break(root) if has_break else ""
    if has_addresses:
        links.set_links(root)
    for step in first:
        step(root)
    if is_markdown:
        set_figures(root)
        set_quotes(root, language)
    for step in last:
        step(root)
    contents = sections.contents(root) if sections.set_anchors in last else None
    teaser = breaks.teaser(root) if has_break else None
    shown = _gate(tree.write(root))
    return Typeset(
        html=shown,
        contents_html=_gate(str(contents)) if contents else "",
        teaser_html=_gate(tree.write(teaser)) if teaser else "",
        more_label=label,
        words=plain_text(shown),
    )


def _clean_html(text: str) -> str:
    """As `_clean()` for HTML, in a fiftieth of the time; `set_links` makes links of addresses."""
    return nh3.clean(
        text,
        tags=allowed.INCOMING_TAGS,
        attributes=allowed.INCOMING_ATTRIBUTES,
        url_schemes=allowed.SCHEMES,
        link_rel=None,
        strip_comments=False,
    )


def _clean(text: str) -> str:
    """What may come in of Markdown: well-formed, with addresses made links, and with comments for `breaks`."""
    # A Cleaner is not thread-safe: one a call.
    cleaner = bleach.Cleaner(
        tags=allowed.INCOMING_TAGS,
        attributes=allowed.incoming,
        protocols=allowed.SCHEMES,
        strip_comments=False,
        filters=[partial(LinkifyFilter, callbacks=[], skip_tags={"code", "pre", "math", "iframe"})],
    )
    return cleaner.clean(text)


def _gate(rendered: str, tags: set[str] = allowed.TAGS) -> SafeString:
    return mark_safe(  # noqa: S308 (this is the module that may)
        nh3.clean(
            rendered,
            tags=tags,
            attributes=allowed.ATTRIBUTES,
            attribute_filter=allowed.outgoing,
            url_schemes=allowed.SCHEMES,
            link_rel=None,
        )
    )


def render_comment(text: str, *, on_error: Callable[[], object] | None = None) -> SafeString:
    """A comment's text as HTML, for any input whatever, in time proportional to its length.

    Never raises: text that the renderer breaks on comes back as escaped paragraphs, and `on_error()` is called, so
    that it can be held.
    """
    try:
        rendered = comment_markdown.render(text)
    except Exception:
        logger.exception("A comment of %d characters could not be rendered", len(text))
        rendered = comment_markdown.paragraphs(text)
        if on_error:
            on_error()
    return mark_safe(  # noqa: S308 (this is the module that may)
        nh3.clean(
            rendered,
            tags=COMMENT_TAGS,
            attributes={"*": set(), "a": {"href"}, "ol": {"start"}, "li": {"value"}},
            url_schemes=COMMENT_SCHEMES,
            link_rel=COMMENT_REL,
        )
    )


def for_feeds(rendered: str, language: str = "") -> SafeString:
    """A post's stored HTML without what feed readers stumble over, and with its language, if it has one of its own.

    Formulas are their TeX: most readers drop MathML, and the feed validator of the W3C knows none in HTML.
    """
    return _gate(feeds.fit(rendered, language), tags=allowed.TEXT | allowed.PLAYERS)


def for_mail(rendered: str, language: str = "") -> SafeString:
    """The same as `for_feeds()` without what mail programs leave out: what is to be played is a link, and no picture is
    wider than they show it. Its addresses have to be absolute before."""
    return _gate(mail.fit(for_feeds(rendered, language)), tags=allowed.TEXT)


def plain_text(rendered: str) -> str:
    """The words of rendered HTML, white space folded; for excerpts, mails and checks. Not HTML.

    Formulas are their TeX; numbers of footnotes are left out, where they would join the word before them.
    """
    return " ".join(html.unescape(nh3.clean(feeds.words_apart(rendered), tags=set())).split())


def marked(text: str, places: Iterable[tuple[int, int]]) -> SafeString:
    """Plain text as HTML in which `places`, [(start, end)] in order and apart, are marked as found."""
    pieces: list[str] = []
    last = 0
    for start, end in places:
        pieces += [html.escape(text[last:start]), "<mark>", html.escape(text[start:end]), "</mark>"]
        last = end
    pieces.append(html.escape(text[last:]))
    return mark_safe("".join(pieces))  # noqa: S308 (this is the module that may)


# --- Data for machines.

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# What ends a script element or begins a comment in it, and what older JavaScript takes for the end of a line.
_IN_SCRIPT = {mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def script_data(data: Any) -> SafeString:
    """`data` as JSON for a `script` element of a type that is no program; whatever is in it, the element goes on."""
    written = _JSON.encode(data)
    for mark, escaped in _IN_SCRIPT.items():
        written = written.replace(mark, escaped)
    return mark_safe(written)  # noqa: S308 (no mark of HTML is left)
