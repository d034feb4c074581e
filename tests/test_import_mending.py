"""Faults of exports that leave no doubt are mended on the way in, and said with their line."""

import pytest

from blog_site.wordpress import reader
from blog_site.wordpress.mending import Mender
from blog_site.wordpress.sources import Source
from posts.models import Post
from tests.wxr import import_, make_export, make_item

pytestmark = pytest.mark.django_db


def damaged(tmp_path, old, new):
    """An export with one post, in which the bytes `old` are `new`."""
    path = make_export(tmp_path, make_item(title="TITLE", text="TEXT"))
    data = path.read_bytes().replace(b"<content:encoded>TEXT<", b"<content:encoded><![CDATA[TEXT]]><")
    assert old in data
    path.write_bytes(data.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    ("old", "new", "title", "said"),
    [
        (b"TITLE", b"Salt & Pepper", "Salt & Pepper", "a bare &"),
        (b"TITLE", b"Caf\xe9 \x93quoted\x94", "Café “quoted”", "not UTF-8"),
        (b"TITLE", b"A\x00B\x0bC", "ABC", "control characters"),
        (b"<?xml", b"Warning: something\n<?xml", "TITLE", "before the XML"),
        (b"<?xml", b"\xef\xbb\xbf<?xml", "TITLE", ""),
    ],
)
def test_a_fault_in_a_title(tmp_path, old, new, title, said):
    report = import_(damaged(tmp_path, old, new))

    assert Post.objects.get().title == title
    assert any(said in warning and warning.startswith("line ") for warning in report["warnings"]) or not said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"if (a[b[0]]> 1 && c) x", "a[b[0]]&gt; 1"),
        (b"one ]]> two ]]> three", "one ]]&gt; two ]]&gt; three"),
        (b"nested <![CDATA[ tags ]]> :)", ":)"),
        (b"kept & as it is; &amp; too", "kept &amp; as it is"),
    ],
)
def test_a_text_that_ends_its_own_cdata(tmp_path, text, shown):
    import_(damaged(tmp_path, b"TEXT", text))

    assert shown in Post.objects.get().body_html


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 10_000])
def test_wherever_the_chunks_end_the_same_comes_out(size):
    data = (
        "<a>x & y &amp; ü\x0b</a><b><![CDATA[p ]]> q & ]]]]><![CDATA[> r]]></b>".encode() * 3
        + b"<c>caf\xe9</c>"
        + b" " * 300
    )
    said = []
    mender = Mender(lambda line, message: said.append(message))

    mended = b"".join(mender.feed(data[at : at + size]) for at in range(0, len(data), size)) + mender.feed(
        b"", last=True
    )

    one = "<a>x &amp; y &amp; ü</a><b><![CDATA[p ]]]]><![CDATA[> q & ]]]]><![CDATA[> r]]></b>"
    assert mended.decode() == one * 3 + "<c>café</c>" + " " * 300
    assert len(said) == 4


def test_what_is_cut_off_is_refused_with_its_line(tmp_path):
    path = make_export(tmp_path, make_item())
    path.write_bytes(path.read_bytes()[:-60])

    with pytest.raises(reader.WXRError, match="line"):
        list(reader.read(Source(path)))


def test_what_wordpress_says_in_the_files_first_lines_is_nothing_to_mend(db, tmp_path):
    report = import_(make_export(tmp_path, make_item(), head="<!-- 4. Activate & Run Importer. -->"))

    assert report["warnings"] == []
