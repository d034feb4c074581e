"""A text browser shows the article and then its comments, all of them, in the order of the thread."""

import re

import pytest

from comments.models import Comment
from posts.models import Post

from .checkers import text_of

pytestmark = pytest.mark.audit


def assert_in_order(sentences, text):
    """Each of the sentences stands in the text, after the one before it."""
    place = 0
    for sentence in sentences:
        found = text.find(sentence, place)
        assert found >= 0, f"{'Out of order' if sentence in text else 'Lost'}: {sentence}"
        place = found + len(sentence)


def in_thread_order(comments, parent=None):
    for comment in comments:
        if comment.parent_id == parent:
            yield comment
            yield from in_thread_order(comments, comment.pk)


@pytest.fixture
def sentences(pages):
    """All that a reader of the article with 60 comments should come by."""
    post = Post.objects.get(title="An article with 60 comments")
    expected = ["by Ann Writer", post.title, *post.body.split("\n\n"), "About Ann Writer", "60 Responses to"]
    for comment in in_thread_order(list(Comment.objects.approved().filter(post=post).oldest_first())):
        expected += [f"{comment.name} says:", comment.body]
    assert len(expected) == 4 + 10 + 2 * 60
    return [*expected, "Leave a Reply", "Your comment"]


def test_an_article_and_its_60_comments_are_read_in_order(pages, sentences):
    assert_in_order(sentences, text_of(pages["60 comments"]))


def test_what_is_folded_or_in_the_margin_is_read_too(pages):
    text = text_of(pages["everything that can be written"])

    assert_in_order(
        ["Above.", "First", "def f(x):", "Words to stop at.", "The line that stays", "What is folded."], text
    )
    assert_in_order(["What is folded.", "A talk", "The note.", "Leave a Reply"], text)


def test_the_deepest_thread_is_read_from_the_top_down(pages):
    levels = [f"Level {level} says something of ordinary length." for level in range(1, 15)]

    assert_in_order(levels, text_of(pages["a deep thread"]))


def test_a_form_says_what_is_wrong_before_it_asks_again(pages):
    assert_in_order(["There is a problem", "Your comment", "Name", "Email"], text_of(pages["form errors"]))


@pytest.mark.parametrize(
    ("pattern", "replacement", "said"),
    [
        (r'(<div class="e-content prose">.*)(<section id="comments".*?</section>)', r"\2\1", "Out of order"),
        (r'<div class="e-content" dir.*?</div>', "", "Lost"),
        (r'<h3><span class="unseen">.*?</h3>', "", "Out of order"),  # the name stands above other comments too
    ],
    ids=["comments before the article", "a comment without words", "a comment without a name"],
)
def test_a_page_in_another_order_or_with_less_is_found_out(pages, sentences, pattern, replacement, said):
    html = re.sub(pattern, replacement, pages["60 comments"], count=1, flags=re.DOTALL)
    assert html != pages["60 comments"]

    with pytest.raises(AssertionError, match=said):
        assert_in_order(sentences, text_of(html))
