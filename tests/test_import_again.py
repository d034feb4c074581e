"""A second import: what was edited here since stays, the rest follows the file; and what archives may hold."""

import gzip
import zipfile

import pytest
from django.core.management import CommandError
from django.db import connection

from blog_site.models import Import
from comments.models import Comment
from posts.models import Category, Post
from tests.factories import make_comment, make_post
from tests.wxr import import_, make_attachment, make_category, make_export, make_item, make_uploads, make_wxr_comment

pytestmark = pytest.mark.django_db


def test_a_post_that_was_edited_here_is_left_as_it_is_and_reported(tmp_path):
    import_(make_export(tmp_path, make_item()))
    post = Post.objects.get()
    post.body = "<p>My better words.</p>"
    post.save()

    report = import_(make_export(tmp_path, make_item(text="The ford is open.")))

    assert Post.objects.get().body == "<p>My better words.</p>"
    assert any("was edited here since" in warning for warning in report["warnings"])
    assert report["worth_a_look"][0]["title"] == "The ford"


def test_overwrite_takes_the_files_words(tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment())))
    post, comment = Post.objects.get(), Comment.objects.get()
    post.title = "Edited"
    post.save()
    comment.edit("Edited", by=None)

    report = import_(make_export(tmp_path, make_item(inside=make_wxr_comment())), overwrite=True)

    assert Post.objects.get().title == "The ford"
    assert Comment.objects.get().body == "I was there."
    assert report["numbers"]["posts"]["updated"] == report["numbers"]["comments"]["updated"] == 1


def test_a_comment_that_was_edited_here_is_left_as_it_is_and_reported(tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment())))
    Comment.objects.get().edit("Without the name.", by=None)

    report = import_(make_export(tmp_path, make_item(inside=make_wxr_comment(text="With other words."))))

    assert Comment.objects.get().body == "Without the name."
    assert any("comment 1 was edited here since" in warning for warning in report["warnings"])


def test_a_post_that_was_filed_elsewhere_here_stays_there(tmp_path):
    terms = '<category domain="category" nicename="water">Water</category>'
    import_(make_export(tmp_path, make_item(terms=terms)))
    Post.objects.get().categories.set([Category.objects.create(name="Land")])

    import_(make_export(tmp_path, make_item(terms=terms)))

    assert [category.name for category in Post.objects.get().categories.all()] == ["Land"]


def test_a_category_that_was_renamed_here_keeps_its_name(tmp_path):
    path = make_export(tmp_path, make_item(), extra=make_category("water"))
    import_(path)
    Category.objects.filter(slug="water").update(name="Waters")

    import_(path)

    assert Category.objects.get().name == "Waters"


def test_a_part_first_and_then_the_whole(tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(id=5))))
    whole = make_item(inside=make_wxr_comment(id=4, text="Earlier.") + make_wxr_comment(id=5, parent=4))

    report = import_(make_export(tmp_path, whole, make_item(id=2, slug="weir")))

    assert Comment.objects.get(imported_id=5).parent.imported_id == 4
    assert report["numbers"]["posts"] == {"in_the_file": 2, "new": 1, "updated": 0, "here": 1, "left_out": 0}
    assert report["numbers"]["comments"]["new"] == 1


# --- Numbers, and with them the addresses #comment-N
def test_a_comment_keeps_its_number_and_those_to_come_have_others(tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(id=57))))

    written_here = make_comment(post=Post.objects.get())

    assert Comment.objects.filter(pk=57, body="I was there.").exists()
    assert written_here.pk > 57


def test_a_number_that_is_taken_here_gives_way(tmp_path):
    mine = make_comment(body="Mine.")

    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(id=mine.pk))))

    assert Comment.objects.get(pk=mine.pk).body == "Mine."
    assert Comment.objects.get(imported_id=mine.pk).body == "I was there."


def test_a_number_beyond_all_measure_is_not_kept_so_that_there_is_room_above_it(tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(id=2**63 - 1))))

    assert Comment.objects.get(imported_id=2**63 - 1).pk < 10**12
    assert make_comment().pk < 10**12


# --- Archives
def zipped(tmp_path, **members):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def test_a_gzipped_export_comes_in(tmp_path):
    path = tmp_path / "export.xml.gz"
    path.write_bytes(gzip.compress(make_export(tmp_path, make_item()).read_bytes()))

    assert import_(path)["posts"] == 1


def test_a_zip_without_an_export_is_refused_in_one_line(tmp_path):
    with pytest.raises(CommandError, match=r"no export in this zip.* Nothing of it was written"):
        import_(zipped(tmp_path, readme__txt="Hello"))


@pytest.mark.parametrize("cut", [10, 200])
def test_a_damaged_archive_is_refused_in_one_line(tmp_path, cut):
    whole = zipped(tmp_path, export__xml=make_export(tmp_path, make_item()).read_text())
    whole.write_bytes(whole.read_bytes()[:-cut])

    with pytest.raises(CommandError, match="damaged or cut off"):
        import_(whole)
    assert not Post.objects.exists()


def test_a_broken_file_among_several_stops_all_of_them(tmp_path):
    good = make_export(tmp_path, make_item()).read_text()

    with pytest.raises(CommandError, match=r"2\.xml, line"):
        import_(zipped(tmp_path, **{"1__xml": good, "2__xml": good[:-60]}))
    assert not Post.objects.exists()
    assert not Import.objects.exists()


def test_a_picture_in_one_file_is_found_by_a_post_in_another(tmp_path):
    post = make_item(text='<img src="https://old.example/wp-content/uploads/2019/05/ford.png" alt="The ford">')
    files = [
        make_export(tmp_path, post, name="1.xml"),
        make_export(tmp_path, make_attachment(), name="2.xml"),
    ]

    import_(*files, media=make_uploads(tmp_path, "2019/05/ford.png"))

    assert "/media/" in Post.objects.get().body
    assert "old.example" not in Post.objects.get().body_html


def test_two_blogs_in_one_go_keep_their_pages_apart(tmp_path):
    mine = make_export(tmp_path, make_item(id=3, slug="about", post_type="page", link="https://old.example/about/"))
    below = make_item(
        id=4, slug="more", post_type="page", post_parent=3, link="https://other.example/more/", title="More"
    ).replace("old.example", "other.example")
    theirs = make_export(tmp_path, below, name="theirs.xml")
    theirs.write_text(theirs.read_text().replace("https://old.example", "https://other.example"))

    report = import_(mine, theirs)

    assert Post.objects.get(slug="more").parent is None
    assert any("has no page 3 above it" in warning for warning in report["warnings"])


def test_an_import_that_breaks_off_leaves_nothing(tmp_path):
    make_post()
    path = make_export(tmp_path, make_item(), make_item(id=2, slug="weir", inside=make_wxr_comment()))

    def stop_at_the_log(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "comments_decision"'):
            raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(stop_at_the_log), pytest.raises(KeyboardInterrupt):
        import_(path)

    assert Post.objects.count() == 1
    assert not Import.objects.exists()


def test_what_was_sticky_is_pinned_and_pages_keep_their_order_in_the_menu(tmp_path):
    page = make_item(id=2, slug="about", post_type="page", link="https://old.example/about/", menu_order=3)

    import_(make_export(tmp_path, make_item(is_sticky=1), page))

    assert Post.objects.posts().get().pinned
    assert Post.objects.pages().get().menu_order == 3


def test_names_with_digits_of_any_kind_are_put_in_order(tmp_path):
    export = make_export(tmp_path, make_item()).read_text()

    assert import_(zipped(tmp_path, **{"1²3__xml": export, "x__xml": export}))["posts"] == 2
