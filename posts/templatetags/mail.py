"""What a mail is written with: each tag adds a block to it. `posts.mail.compose()` renders the template twice, once for
the text and once for the HTML part, so that both have the same words. What stands between the tags is left out."""

import re
from textwrap import wrap

from django import template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = template.Library()

BEGIN = re.compile(r"(?:> ?)* *")
# An address stays whole, however long.
WRAPPED = {"width": 74, "break_long_words": False, "break_on_hyphens": False, "expand_tabs": False}


@register.filter(needs_autoescape=True)
def isolated(text, autoescape=True):
    """A name within a sentence: neither turns the other's direction."""
    return format_html("<bdi>{}</bdi>", text) if autoescape else text


@register.simple_block_tag(takes_context=True)
def paragraph(context, content, dir=""):
    """{% paragraph %}Words{% endparagraph %}, with `dir="auto"` where all of them are somebody's own"""
    html = format_html('<p dir="{}">{}</p>', dir, content) if dir else format_html("<p>{}</p>", content)
    return _add(context, content.strip(), html)


@register.simple_block_tag(takes_context=True)
def headline(context, content, address):
    """{% headline address %}What the mail, or the next part of it, is about{% endheadline %}"""
    html = format_html('<h1 dir="auto"><a href="{}">{}</a></h1>', address, content)
    return _add(context, f"{content.strip()}\n{address}", html)


@register.simple_block_tag(takes_context=True)
def small(context, content):
    """{% small %}Words that say why this mail came, or what it is{% endsmall %}"""
    return _add(context, content.strip(), format_html('<p class="small">{}</p>', content))


@register.simple_block_tag(takes_context=True)
def item(context, content):
    """{% item %}One of several{% enditem %}"""
    return _add(context, f"- {content.strip()}", format_html('<p class="item">• {}</p>', content), is_item=True)


@register.simple_block_tag(takes_context=True)
def link(context, content, address):
    """{% link address %}What it does{% endlink %}: words without a full stop. In the text the address follows them."""
    html = format_html('<p class="link"><a href="{}">{}</a></p>', address, content)
    return _add(context, _address_after(content, address), html)


@register.simple_block_tag(takes_context=True)
def small_link(context, content, address):
    """The same for what few will want, such as the end of these mails."""
    html = format_html('<p class="small"><a href="{}">{}</a></p>', address, content)
    return _add(context, _address_after(content, address), html)


@register.simple_tag(takes_context=True)
def quoted(context, text, body_html=""):
    """Somebody's words: `text`, and for the HTML part `body_html` as it is stored, or else the text.

    In the text each line says that it is theirs: nobody writes what passes for the blog's own words.
    """
    html = get_template("posts/_mail_words.html").render({"text": text, "words_html": body_html, "is_quoted": True})
    return _add(context, "\n".join(f"> {line}".rstrip() for line in _short_lines(text)), html)


@register.simple_tag(takes_context=True)
def written(context, text, body_html=""):
    """The same for words of the blog's own, such as a post."""
    html = get_template("posts/_mail_words.html").render({"text": text, "words_html": body_html})
    return _add(context, text, html)


def _short_lines(text):
    """The lines of a text, those that are too long in several, so that no mail program makes lines of its own without
    the sign. Those of a quotation or of code all begin as the first."""
    for line in text.splitlines():
        begin = BEGIN.match(line)[0]
        yield from wrap(line[len(begin) :], initial_indent=begin, subsequent_indent=begin, **WRAPPED) or [begin]


def _address_after(words, address):
    return f"{_('%(words)s:') % {'words': words.strip()}}\n{address}"


def _add(context, text, html, *, is_item=False):
    # Text is rendered without escaping, HTML with it.
    context["blocks"].append(html if context.autoescape else (is_item, text))
    return ""
