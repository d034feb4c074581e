"""What a page costs on the way, in bytes as Brotli sends them."""

import re
from datetime import timedelta
from pathlib import Path

import brotli
import pytest

from blog_site.static_files import join_parts
from comments.models import Comment
from tests.factories import LONG_AGO, make_comment, make_post, make_user

KB = 1000
STATIC = Path(__file__).resolve().parent.parent / "static"
# Words enough that no two paragraphs are alike, as in prose.
WORDS = re.findall(
    r"\w+",
    """
    council drain letter street Tuesday clerk answer question river bridge water stone paper morning evening figure
    report minute window kitchen driver school harbour weather winter neighbour meeting chair number reason promise
    mistake record signal market corner garden ladder bucket engine pocket border candle doctor farmer island
    nobody asked wrote found said lifted carried counted waited opened closed followed answered believed measured
    slowly twice again never often before after without under between because although until whether perhaps
    the a of to and in that it was for on with as at by from they we he she this which had not but or were
""",
)


def prose(length, seed):
    """So many words in sentences; the same for the same seed, and like no other's."""
    state, words = seed * 7919 + 1, []
    for _ in range(length):
        state = (state * 1103515245 + 12345) % 2**31
        words.append(WORDS[(state >> 8) % len(WORDS)])
    sentences = [" ".join(words[start : start + 14]).capitalize() for start in range(0, length, 14)]
    return ". ".join(sentences) + "."


def compressed(text):
    return len(brotli.compress(text.encode()))


def make_article(**fields):
    """An article of 1,200 words with 60 comments of 45, some of them answers, under twelve names."""
    post = make_post(body="\n\n".join(prose(120, seed) for seed in range(10)), **fields)
    account = make_user()
    comments = []
    for number in range(60):
        parent = comments[number // 2] if number % 3 else None
        comments.append(
            make_comment(
                post=post,
                parent=parent,
                name=f"{WORDS[number % 12]} {WORDS[number % 12 + 20]}".title(),
                body=prose(45, 100 + number),
                url="https://example.org/" if number % 4 == 0 else "",
                user=account if number % 10 == 0 else None,
                submitted_at=LONG_AGO + timedelta(minutes=37 * number),
            )
        )
    return post


@pytest.fixture
def article(db):
    return make_article()


def test_an_article_of_1200_words_with_60_comments_takes_at_most_30_kb(client, article):
    html = client.get(article.get_absolute_url()).text

    assert Comment.objects.approved().count() == html.count("h-cite") == 60
    words = article.body + "".join(comment.body for comment in Comment.objects.all())
    assert compressed(html) <= 30 * KB
    # Most of it is what people wrote: the rest is ours to answer for.
    assert compressed(html) - compressed(words) <= 9 * KB


def test_the_style_sheet_takes_at_most_8_kb_and_the_script_4():
    assert compressed(join_parts("site.css", lambda name: (STATIC / name).read_text())) <= 8 * KB
    assert compressed((STATIC / "site.js").read_text()) <= 4 * KB


def test_a_page_makes_four_requests_at_the_most_and_all_of_them_to_this_site(client, article):
    html = client.get(article.get_absolute_url()).text

    loaded = re.findall(r'<link[^>]+rel="(?:stylesheet|icon|preload)"[^>]+href="([^"]+)"', html)
    loaded += re.findall(r'<(?:script|iframe|audio|video|object|embed)\b[^>]+(?:src|data)="([^"]+)"', html)
    assert len(loaded) <= 3
    assert all(re.match(r"/static/[\w.]+$", address) for address in loaded)
    assert "style=" not in html
