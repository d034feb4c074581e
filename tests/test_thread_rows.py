"""A thread as its page shows it: who says what, to whom, under which number, and what is folded."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from comments.scripts import language_of, main_script
from comments.thread_rows import HUES, avatar
from tests.factories import make_comment, make_post

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Outline(HTMLParser):
    """Headings of the page as text; complains of elements that are not closed in order."""

    def __init__(self, html):
        super().__init__()
        self.open, self.headings, self.folded = [], [], set()
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"h1", "h2", "h3"}:
            self.headings.append("")
        if tag == "li":
            assert self.open[-2] in {"ol", "ul"}
            if "details" in self.open:
                self.folded.add(dict(attributes).get("id"))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"h1", "h2", "h3"}.isdisjoint(self.open):
            self.headings[-1] = " ".join((self.headings[-1] + data).split(" "))


def outline(client, address):
    return Outline(client.get(address).text)


def make_chain(length, **fields):
    comment = make_comment(submitted_at=NOON, **fields)
    chain = [comment]
    for minute in range(1, length):
        chain.append(make_comment(parent=chain[-1], submitted_at=NOON + timedelta(minutes=minute)))
    return chain


def test_each_comment_has_a_heading_with_its_number_and_its_writer(client, db):
    first = make_comment(name="Ann", submitted_at=NOON)
    make_comment(post=first.post, name="Cy", submitted_at=NOON + timedelta(minutes=1))
    make_comment(parent=first, name="Bo", submitted_at=NOON + timedelta(minutes=2))

    headings = outline(client, first.post.get_absolute_url()).headings

    assert [text for text in headings if text.startswith("Comment")] == [
        "Comment 1: Ann says:",
        "Comment 3: Bo says:",
        "Comment 2: Cy says:",
    ]


def test_a_number_is_the_same_on_every_page_and_in_a_branch_of_its_own(client, discussion):
    discussion(per_page=1)
    first = make_comment(submitted_at=NOON)
    second = make_comment(post=first.post, name="Zed", submitted_at=NOON + timedelta(minutes=1))
    address = first.post.get_absolute_url()

    for query in ("?comments=2", f"?thread={second.pk}"):
        assert "Comment 2: Zed says:" in outline(client, address + query).headings


def test_a_reply_names_what_it_answers_by_number_and_writer_and_leads_there(client, db):
    first = make_comment(name="Ann", submitted_at=NOON)
    reply = make_comment(parent=first, submitted_at=NOON + timedelta(minutes=1))

    html = client.get(reply.post.get_absolute_url()).text

    assert f'href="#comment-{first.pk}">in reply to 1 by <bdi>Ann</bdi></a>' in html


def test_a_reply_to_what_stands_on_another_page_leads_to_that(client, db):
    first, reply = make_chain(2)

    html = client.get(f"{reply.post.get_absolute_url()}?thread={reply.pk}").text

    assert f'href="{reply.post.get_absolute_url()}?thread={first.pk}#comment-{first.pk}">in reply to 1' in html


def test_a_reply_to_what_is_hidden_says_so_without_a_name(client, db):
    first = make_comment(name="Rude Rudi", submitted_at=NOON)
    make_comment(parent=first, submitted_at=NOON + timedelta(minutes=1))
    first.trash(by=None)

    html = client.get(first.post.get_absolute_url()).text

    assert "in reply to a comment that is not shown" in html
    assert "Rudi" not in html


@pytest.mark.parametrize("max_depth", [1, 2, 3, 5, 7, 10])
def test_lists_and_folds_close_in_order_at_every_depth(client, discussion, max_depth):
    discussion(max_depth=max_depth)
    chain = make_chain(9)
    for parent in (chain[4], chain[3], chain[1], chain[7]):
        make_comment(parent=parent, submitted_at=NOON + timedelta(hours=1))
    make_comment(post=chain[0].post, submitted_at=NOON + timedelta(hours=2))

    page = outline(client, chain[0].post.get_absolute_url())

    assert len([text for text in page.headings if text.startswith("Comment")]) == 14
    assert (f"comment-{chain[4].pk}" in page.folded) is False
    assert (f"comment-{chain[5].pk}" in page.folded) is (max_depth > 1)


def test_the_permalink_of_a_folded_comment_shows_it_unfolded_to_any_browser(client, db):
    chain = make_chain(12)

    for comment in chain:
        address = comment.get_absolute_url()
        place = client.get(address.partition("#")[0])["Location"].partition("#")[0]
        page = outline(client, place)
        html = client.get(place).text
        assert f'id="comment-{comment.pk}"' in html
        assert f"comment-{comment.pk}" not in page.folded
        # The page itself offers the same address.
        assert f'href="{address}"' in client.get(comment.post.get_absolute_url()).text


def test_pages_of_a_thread_know_those_before_and_after(client, discussion):
    discussion(per_page=1)
    post = make_post()
    for minute in range(3):
        make_comment(post=post, submitted_at=NOON + timedelta(minutes=minute))

    html = client.get(f"{post.get_absolute_url()}?comments=2").text

    assert f'<link rel="prev" href="{post.get_absolute_url()}?comments=1">' in html
    assert f'<link rel="next" href="{post.get_absolute_url()}?comments=3">' in html
    assert html.count('rel="prev" href="/') == html.count('rel="next" href="/') == 3


def test_a_comment_that_waits_has_no_number_and_changes_nobodys(client, discussion, send):
    discussion(moderation="all")
    post = make_post()
    make_comment(post=post, name="Ann", submitted_at=NOON)

    response = send(post, body="Let me in.", name="Wait Waldo")
    headings = outline(client, response.headers["Location"].partition("#")[0]).headings

    assert {"Comment 1: Ann says:", "Wait Waldo says:"} <= {text.strip() for text in headings}


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Catherine", "C"),
        ("Richard Kemp", "RK"),
        ("María José Núñez", "MN"),
        ("Østen åse", "ØÅ"),
        ("محمد علي", "م"),
        ("李小龍", "李"),
        ("(Bo)", "("),
        ("the «Parish» clerk", "TC"),
        ("🙂", "🙂"),
    ],
)
def test_an_avatar_is_made_of_the_name_alone(name, initials):
    assert avatar(name)[0] == initials
    assert avatar(name) == avatar(name)
    assert 0 <= int(avatar(name)[1]) < HUES


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Plain words.", ""),
        ("Die Stadt hört zu.", ""),
        ("هذا تعليق باللغة العربية.", "ar"),
        ("این یک پیام است", "fa"),
        ("یہ ایک تبصرہ ہے", "ur"),
        ("这是一条评论。", "zh"),
        ("これはコメントです。", "ja"),
        ("이것은 댓글입니다", "ko"),
        ("Это комментарий.", "ru"),
        ("Це коментар, і він довгий, їжак.", "uk"),
        ("Коментар", "und-Cyrl"),
        ("Αυτό είναι σχόλιο", "el"),
        ("זו תגובה", "he"),
        ("1234 …", ""),
    ],
)
def test_the_script_of_a_comment_tells_its_language_where_it_can(text, language):
    assert language_of(main_script(text), text) == language


def test_a_comment_in_another_script_says_so_to_the_browser(client, db):
    comment = make_comment(body="هذا تعليق باللغة العربية.")

    html = client.get(comment.post.get_absolute_url()).text

    assert '<div class="e-content" dir="auto" lang="ar">' in html


def test_a_moment_is_told_to_machines_to_the_second(client, db):
    odd = datetime(2026, 3, 14, 12, 0, 1, 234567, tzinfo=UTC)
    comment = make_comment(post=make_post(published_at=odd), submitted_at=odd)

    for address in ("/", comment.post.get_absolute_url()):
        html = client.get(address).text
        assert 'datetime="2026-03-14T12:00:01+00:00"' in html
        assert not re.search(r'datetime="[^"]*[.]', html)
