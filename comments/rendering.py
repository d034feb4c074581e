"""What is stored of a comment beside its text: the text as readers see it, and as the desk and the search find it."""

import hashlib
from typing import NamedTuple

from comments.folding import fold_for_matching
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
    text = words_of(html)
    columns = {
        "body_html": html,
        "fingerprint": fingerprint_of(body),
        "script": main_script(text),
        "search_text": index_text(f"{name} {text}"),
        "has_links": count_links(html, url) > 0,
    }
    return Rendered(columns, bool(failures))


def fingerprint_of(body):
    """The same for texts that differ in white space and disguise alone."""
    folded = " ".join(fold_for_matching(body).split())
    return hashlib.blake2b(folded.encode("utf-8", "replace"), digest_size=16).hexdigest()


def count_links(html, url):
    """The links in the text as readers see it, and the website."""
    return html.count("<a ") + bool(url)
