"""What is stored of a comment beside its text: the text as readers see it, and as the desk and the search find it."""

import hashlib
from typing import NamedTuple

from comments.folding import fold
from comments.plain import words_of
from comments.scripts import main_script
from posts.markup import render_comment
from posts.words import index_text


class Rendered(NamedTuple):
    columns: dict  # {column of `Comment.RENDERED`: value}
    failed: bool  # the text broke the renderer, and stands as plain paragraphs


def render(*, name, body, url):
    """The `Rendered` of what was typed."""
    failures = []
    html = render_comment(body, on_error=lambda: failures.append(body))
    text, folded = words_of(html), " ".join(fold(body).split())
    columns = {
        "body_html": html,
        "fingerprint": hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=16).hexdigest(),
        "script": main_script(text),
        "search_text": index_text(f"{name} {text}"),
        "has_links": count_links(html, url) > 0,
    }
    return Rendered(columns, bool(failures))


def count_links(html, url):
    """The links in the text as readers see it, and the website."""
    return html.count("<a ") + bool(url)
