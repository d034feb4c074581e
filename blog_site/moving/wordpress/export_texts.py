"""A post's text as it goes into a WordPress export: HTML in one block of its editor, and the Markdown beside it."""

import html
import re
from urllib.parse import unquote

from django.conf import settings

from posts.markup import render_post
from posts.models import Post

from .html import formulas
from .html.code import code_as_text
from .html.shortcode_options import SHORTCODE_AS_TEXT
from .html.text import map_addresses

# A file of ours, in Markdown.
_STORED = re.compile(rf"""(?<![\w/.:-]){re.escape(settings.MEDIA_URL)}([^\s()<>"'\]]+)""")
CORRECTIONS_BLOCK = "<!-- wp:html -->\n{}\n<!-- /wp:html -->"


def content(post, names):
    is_html = post.body_format == Post.BodyFormat.HTML
    # As it was set, without the sizes of its pictures.
    shown = post.body if is_html else render_post(post.body, language=post.language)
    body = map_addresses(shown, lambda tag, address: _exported_address(address, names))
    if not is_html:
        # The place of the break is a comment again, with the words of its link.
        body = body.replace('<span id="more"></span>', f"<!--more {html.escape(post.more_label)}".rstrip() + "-->")
    # What looks like a shortcode or a formula is a text that shows one: WordPress would run it, in code too.
    body = code_as_text(formulas.escape(SHORTCODE_AS_TEXT.sub(r"[\g<0>]", body)))
    corrections = f"\n{CORRECTIONS_BLOCK.format(post.corrections_html)}" if post.corrections_html else ""
    return f"<!-- wp:html -->\n{body}\n<!-- /wp:html -->{corrections}"


def markdown(post, names):
    """The text as it was written, its files at the addresses that they have in the export."""
    return _STORED.sub(lambda match: names.address(unquote(match[1])), post.body)


def _exported_address(address, names):
    name = unquote(address.removeprefix(settings.MEDIA_URL))
    return names.address(name) if address.startswith(settings.MEDIA_URL) else None
