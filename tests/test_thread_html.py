"""How a comment becomes HTML: whatever is typed stays text."""

import re

import pytest

from comments.models import Comment
from posts.pieces import Piece
from tests.factories import make_comment, make_post

HOSTILE = "\"'><script>alert(1)</script>&amp;{name}{body_html}"


def test_a_piece_escapes_every_field_but_those_that_are_html():
    piece = Piece('<p title="{name}">{name} {n} {body_html}</p>')

    escaped = "&lt;a &amp; &quot;b&quot; &#x27;c&#x27;&gt;"
    assert piece(name="<a & \"b\" 'c'>", n=3, body_html="<b>x</b>") == (
        f'<p title="{escaped}">{escaped} 3 <b>x</b></p>'
    )


def test_a_field_in_what_is_typed_is_no_field():
    assert Piece("{name}{other}")(name="{other}", other="{name}") == "{other}{name}"


@pytest.mark.django_db
def test_nothing_that_a_row_holds_as_text_reaches_the_page_as_html(client):
    parent = make_comment(post=make_post())
    reply = make_comment(parent=parent)
    # Past every form, import and constraint.
    Comment.objects.filter(pk__in=[parent.pk, reply.pk]).update(name=HOSTILE[:80], url=HOSTILE, script=HOSTILE[:20])

    page = client.get(parent.post.get_absolute_url()).text

    thread = re.search(r'<ol class="thread">.*?id="respond"', page, re.DOTALL)[0]
    assert "<script" not in thread
    assert thread.count("&quot;&#x27;&gt;&lt;script&gt;") >= 5  # names, websites, a label, what is answered
    assert not re.search(r'(?<!=)"[^ />]', thread.replace('""', ""))
