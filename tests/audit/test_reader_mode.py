"""Reader mode (Firefox's Readability) keeps every paragraph of an article, and knows its title."""

import pytest
from bs4 import BeautifulSoup

from .checkers import articles_of

pytestmark = pytest.mark.audit

ARTICLES = [
    "60 comments",
    "everything that can be written",
    "a post with a picture",
    "a page",
    "a deep thread",
    "a closed thread",
    "a post in Welsh",
    "a post in Arabic",
]
BLOCKS = ["p", "li", "h2", "h3", "pre", "blockquote", "td", "th", "summary", "figcaption"]


def lost(html, article):
    """The paragraphs of the page's article that reader mode drops; its title too."""
    page = BeautifulSoup(html, "html.parser")
    text = "".join(article["text"].split()) if article else ""
    blocks = [block for block in page.select_one(".e-content").find_all(BLOCKS) if not block.find(BLOCKS)]
    assert blocks
    missing = [block.get_text() for block in blocks if "".join(block.get_text().split()) not in text]
    title = page.h1.get_text()
    return missing if article and article["title"].startswith(title) else [title, *missing]


def test_every_paragraph_is_kept(pages):
    read = articles_of({name: pages[name] for name in ARTICLES})

    assert {name: lost(pages[name], read[name]) for name in ARTICLES} == {name: [] for name in ARTICLES}


def test_a_page_that_hides_a_paragraph_from_it_is_found_out(pages):
    html = pages["60 comments"].replace("<p>", '<p class="sidebar" hidden>', 1)

    read = articles_of({"broken": html})

    assert len(lost(html, read["broken"])) == 1
