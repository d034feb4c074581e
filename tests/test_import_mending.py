"""Faults of exports that leave no doubt are mended on the way in, and said with their line."""

import pytest

from blog_site.moving.errors import ExportError
from blog_site.moving.files.sources import ExportFile
from blog_site.moving.wordpress import reader
from blog_site.moving.xml_repair import Mender
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


@pytest.mark.parametrize(
    ("declared", "written", "title", "said"),
    [
        ("iso-8859-1", "Café".encode("latin-1"), "Café", ""),
        # As browsers do: nobody means the control characters that Latin-1 has there.
        ("ISO-8859-1", "“Café”".encode("cp1252"), "“Café”", ""),
        ("GB2312", "失修的橋 & 鎔".encode("gb18030"), "失修的橋 & 鎔", "a bare &"),
        ("Shift_JIS", "橋の上で①".encode("cp932"), "橋の上で①", ""),
        ("iso-2022-jp", "橋の上で".encode("iso-2022-jp"), "橋の上で", ""),
        ("KOI8-R", "Мост".encode("koi8-r"), "Мост", ""),
        ("Big5", b"Mo\xff", "Mo\ufffd", "not Big5"),
        ("UGTF-8", "Café".encode(), "Café", "“UGTF-8” is not known"),
        ("UTF-16", "Café".encode(), "Café", "“UTF-16” is not known"),
        ("hex", "Café".encode(), "Café", "“hex” is not known"),
        ("idna", "Café".encode(), "Café", "“idna” is not known"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_declares(tmp_path, declared, written, title, said):
    path = damaged(tmp_path, b"TITLE", written)
    path.write_bytes(path.read_bytes().replace(b'encoding="UTF-8"', f'encoding="{declared}"'.encode(), 1))

    report = import_(path)

    assert Post.objects.get().title == title
    assert any(said in warning and warning.startswith("line ") for warning in report["warnings"]) or not said


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

    with pytest.raises(ExportError, match="line"):
        list(reader.read(ExportFile(path)))


def test_what_wordpress_says_in_the_files_first_lines_is_nothing_to_mend(db, tmp_path):
    report = import_(make_export(tmp_path, make_item(), head="<!-- 4. Activate & Run Importer. -->"))

    assert report["warnings"] == []


@pytest.mark.parametrize("date", ["Fri, 31 Dec 9999 23:59:59 -1200", "Mon, 30 Nov -0001 00:00:00 +0000", "no date"])
def test_a_date_at_the_end_of_all_time_is_none(tmp_path, date):
    path = make_export(tmp_path, make_item(pubDate="HERE", post_date="0000-00-00 00:00:00", post_date_gmt="nonsense"))
    path.write_text(path.read_text().replace("<wp:pubDate>HERE</wp:pubDate>", f"<pubDate>{date}</pubDate>"))

    report = import_(path)

    assert Post.objects.get().published_at.year >= 2026
    assert any("has no date: it has the import's" in warning for warning in report["warnings"])


def test_a_blog_whose_address_is_none_comes_in_with_its_pictures_listed(tmp_path):
    text = '<img src="/wp-content/uploads/2019/05/ford.png" alt="">'
    path = make_export(tmp_path, make_item(text=text, link="http://[/the-ford/"))
    path.write_text(path.read_text().replace("<link>https://old.example</link>", "<link>http://[</link>"))

    report = import_(path)

    assert Post.objects.get().title == "The ford"
    assert report["numbers"]["files"]["left_out"] == 1
