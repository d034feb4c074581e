import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from posts.models import Picture, Post
from tests.wxr import import_, make_attachment, make_export, make_item, make_uploads, make_wxr_comment


# --- Pictures
def test_a_picture_is_taken_in_and_its_addresses_lead_to_it(db, tmp_path):
    text = (
        '<img src="https://old.example/wp-content/uploads/2019/05/ford-300x200.png?w=300" alt="">'
        '<a href="/wp-content/uploads/2019/05/ford.png">large</a>'
        '<img src="https://elsewhere.example/wp-content/uploads/2019/05/ford.png">'
    )
    path = make_export(tmp_path, make_item(text=text, meta={"_thumbnail_id": 9}), make_attachment())
    uploads = make_uploads(tmp_path, "2019/05/ford.png")

    report = import_(path, media=uploads)

    picture, post = Picture.objects.get(), Post.objects.get()
    assert (picture.alt, picture.width, picture.decorative) == ("A ford", 30, False)
    assert post.body_html.count(picture.file.url) == 2
    assert "elsewhere.example" in report["warnings"][0]
    # It stands in the text: once is enough.
    assert post.picture is None


def test_a_picture_is_the_posts_own_where_the_text_does_not_show_it_and_comes_in_once(db, tmp_path):
    path = make_export(tmp_path, make_attachment(alt=""), make_item(meta={"_thumbnail_id": 9}))
    uploads = make_uploads(tmp_path, "wp-content/uploads/2019/05/ford.png")

    import_(path, media=uploads)
    import_(path, media=uploads)

    assert Post.objects.get().picture == Picture.objects.get()
    assert Picture.objects.get().decorative
    assert len(default_storage.listdir("wordpress/2019/05")[1]) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://old.example/wp-content/uploads/../../secret.png",
        "https://old.example/wp-content/uploads/%2e%2e/secret.png",
        "https://old.example/wp-content/uploads/link.png",
        "https://old.example/wp-content/uploads/missing.png",
        "https://old.example/wp-content/uploads/words.png",
        "file:///wp-content/uploads/ford.png",
    ],
)
def test_what_is_no_picture_of_the_folder_is_refused_and_reported(db, tmp_path, url):
    uploads = make_uploads(tmp_path, "ford.png", "../secret.png")
    (uploads / "link.png").symlink_to(tmp_path / "secret.png")
    (uploads / "words.png").write_text("Not a picture")

    report = import_(make_export(tmp_path, make_attachment(url=url)), media=uploads)

    assert not Picture.objects.exists()
    assert (report["attachments"], len(report["skipped"])) == (1, 1)


def test_without_a_folder_each_old_address_is_reported_once(db, tmp_path):
    text = '<img src="https://old.example/wp-content/uploads/a.png">' * 2

    report = import_(make_export(tmp_path, make_item(text=text), make_attachment()))

    assert report["attachments"] == 1
    assert len(report["warnings"]) == 1


def test_links_between_the_blogs_own_posts_stay_on_the_blog(db, tmp_path):
    text = (
        '<a href="http://www.old.example/2019/05/01/weir/#more">weir</a> <a href="https://old.example/shop/">shop</a>'
    )

    import_(make_export(tmp_path, make_item(text=text), make_item(id=2, slug="weir")))

    body = Post.objects.get(imported_id=1).body
    assert 'href="/2019/05/01/weir/#more"' in body
    assert 'href="https://old.example/shop/"' in body


# --- Files
@pytest.mark.parametrize(
    "wxr", [f"{scheme}://wordpress.org/export/1.{n}/" for scheme in ("http", "https") for n in (0, 1, 2)]
)
def test_every_version_of_the_format_is_known_by_its_address(db, tmp_path, wxr):
    assert import_(make_export(tmp_path, make_item(), wxr=wxr))["posts"] == 1


def test_an_undeclared_prefix_and_control_characters_are_mended_and_reported(db, tmp_path):
    path = make_export(tmp_path, make_item(title="A\x00B"), extra='<atom:link rel="hub"/>')

    report = import_(path)

    assert Post.objects.get().title == "AB"
    assert len(report["warnings"]) == 2


@pytest.mark.parametrize(
    ("content", "line", "cause"),
    [
        ('<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY a "b">]>\n<rss>&a;</rss>', 2, "DOCTYPE"),
        ("<!DOCTYPE html>\n<html></html>", 1, "HTML page"),
        ("<rss>\n<channel>\n<item><title>a</title></item></channel></rss>", 3, "feed"),
        ('<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>\n<item><wp:post_id>1', 2, "broken or cut off"),
        ("<disqus xmlns='http://disqus.com'/>", 1, "Disqus"),
        ("just words", 1, "a text without any XML"),
        ("", 1, "the file is empty"),
    ],
)
def test_a_file_that_is_no_whole_export_is_refused_with_its_line(db, tmp_path, content, line, cause):
    path = tmp_path / "export.xml"
    path.write_text(content)

    with pytest.raises(CommandError, match=f"export.xml, line {line}: .*{cause}"):
        import_(path)


def test_a_broken_file_keeps_the_ones_beside_it_out_too(db, tmp_path):
    whole = make_export(tmp_path, make_item())
    broken = tmp_path / "broken.xml"
    broken.write_text("<rss>")

    with pytest.raises(CommandError):
        import_(whole, broken)

    assert not Post.objects.exists()


def test_several_files_are_one_report_that_names_each(db, tmp_path):
    form = make_item(post_type="feedback")
    fords = make_export(tmp_path, make_item(), form, name="fords.xml")
    weirs = make_export(tmp_path, make_item(id=2, slug="weir"), form, name="weirs.xml")

    report = import_(fords, weirs)

    assert report["posts"] == 2
    assert [entry["what"] for entry in report["skipped"]] == [
        f"{fords}, item of type feedback × 1",
        f"{weirs}, item of type feedback × 1",
    ]


def test_a_missing_file_ends_with_one_line_on_standard_error(tmp_path):
    ran = subprocess.run(
        [sys.executable, "manage.py", "import_wordpress", str(tmp_path / "none.xml"), "--json"],
        cwd=Path(__file__).parents[1],
        env={"SECRET_KEY": "x" * 40 + "a random text?", "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert "none.xml: No such file" in ran.stderr


def test_the_report_can_be_read_without_json(db, tmp_path):
    out = StringIO()

    call_command("import_wordpress", str(make_export(tmp_path, make_item(inside=make_wxr_comment()))), stdout=out)

    assert "1 posts" in out.getvalue()
    assert "1 comments: 1 approved" in out.getvalue()
