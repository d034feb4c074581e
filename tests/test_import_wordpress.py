import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from blog_site.moving.models import Import
from blog_site.worker import Worker
from comments.models import Comment
from posts.markup import render_post
from posts.models import Author, Blog, Post
from posts.pictures.markup import with_pictures
from tests.wxr import (
    SHARED,
    everything,
    import_,
    make_attachment,
    make_category,
    make_export,
    make_item,
    make_uploads,
    make_wxr_comment,
)


# --- Posts and pages
def test_a_post_keeps_its_path_and_its_time(db, client, tmp_path):
    report = import_(make_export(tmp_path, make_item(link="https://old.example/fords/caf%C3%A9")))

    post = Post.objects.get()
    assert report["posts"] == 1
    assert post.permalink == post.imported_path == "/fords/café"
    assert post.published_at == datetime(2019, 5, 1, 8, tzinfo=UTC)
    assert (post.imported_id, post.imported_guid, post.author.name) == (1, "https://old.example/?p=1", "Ann Writer")
    assert client.get("/fords/caf%C3%A9").status_code == 200


@pytest.mark.parametrize(
    "link", ["https://old.example/?p=1", "https://old.example/admin/", "https://old.example/a/../b/", ""]
)
def test_a_path_that_a_post_cannot_have_gives_way_to_our_own(db, tmp_path, link):
    import_(make_export(tmp_path, make_item(link=link)))

    assert Post.objects.get().permalink == "/2019/05/01/the-ford/"


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("publish", "published"),
        ("draft", "draft"),
        ("pending", "draft"),
        ("auto-draft", "draft"),
        ("private", "private"),
        ("trash", "trash"),
        ("inherit", "draft"),
    ],
)
def test_a_status_becomes_ours(db, tmp_path, status, ours):
    import_(make_export(tmp_path, make_item(status=status)))

    assert Post.objects.get().status == ours


def test_a_draft_has_no_date_even_if_the_file_gives_one(db, tmp_path):
    import_(make_export(tmp_path, make_item(status="draft")))

    assert Post.objects.get().published_at is None


def test_a_scheduled_post_is_not_public_before_its_time(db, tmp_path):
    import_(make_export(tmp_path, make_item(status="future", post_date_gmt="2999-01-01 00:00:00")))

    assert Post.objects.get().is_scheduled


def test_a_post_behind_a_password_comes_in_as_private_and_is_reported(db, tmp_path):
    report = import_(make_export(tmp_path, make_item(post_password="between us")))

    assert Post.objects.get().status == "private"
    assert any("password" in warning for warning in report["warnings"])
    assert "between us" not in json.dumps(report)


def test_a_local_time_is_taken_where_there_is_no_other_and_is_reported(db, tmp_path, settings):
    settings.TIME_ZONE = "Europe/Paris"

    report = import_(make_export(tmp_path, make_item(post_date_gmt="0000-00-00 00:00:00")))

    assert Post.objects.get().published_at == datetime(2019, 5, 1, 7, tzinfo=UTC)
    assert any("no GMT date" in warning for warning in report["warnings"])


def test_a_page_stands_below_its_parent_though_that_comes_later(db, tmp_path):
    below = make_item(id=2, slug="depths", post_parent=1, post_type="page", link="https://old.example/?page_id=2")
    above = make_item(id=1, slug="fords", post_type="page", link="https://old.example/?page_id=1")

    report = import_(make_export(tmp_path, below, above))

    assert report["pages"] == 2
    assert Post.objects.get(imported_id=2).permalink == "/fords/depths/"


def test_pages_below_each_other_are_cut_apart_once_and_reported(db, tmp_path):
    pages = [make_item(id=n, slug=f"page-{n}", post_parent=3 - n, post_type="page") for n in (1, 2)]

    report = import_(make_export(tmp_path, *pages))

    assert Post.objects.filter(parent=None).count() == 1
    assert any("circle" in warning for warning in report["warnings"])


def test_two_posts_with_one_number_are_both_kept(db, tmp_path):
    report = import_(make_export(tmp_path, make_item(), make_item(title="Another", slug="another")))

    assert report["posts"] == Post.objects.count() == 2


def test_two_posts_with_one_path_are_both_kept_and_the_second_is_reported(db, tmp_path):
    link = "https://old.example/ford/"

    report = import_(make_export(tmp_path, make_item(link=link), make_item(id=2, slug="ford-2", link=link)))

    assert {post.permalink for post in Post.objects.all()} == {"/ford/", "/2019/05/01/ford-2/"}
    assert any("has the address /ford/ already" in warning for warning in report["warnings"])


def test_what_is_neither_post_nor_page_is_left_out_and_counted(db, tmp_path):
    forms = [make_item(id=n, post_type="feedback", text="My number is secret.") for n in (1, 2)]

    report = import_(make_export(tmp_path, *forms))

    assert not Post.objects.exists()
    assert report["skipped"][0]["what"] == "item of type feedback × 2"


def test_categories_come_with_their_parents_and_tags_from_the_items(db, tmp_path):
    declared = make_category("fords", parent="rivers", name="Fords &amp; weirs") + make_category("rivers")
    terms = (
        '<category domain="category" nicename="fords">Fords</category>'
        '<category domain="post_tag" nicename="wet">Wet feet</category>'
    )

    report = import_(make_export(tmp_path, make_item(terms=terms), extra=declared))

    post = Post.objects.get()
    assert (report["categories"], report["tags"]) == (2, 1)
    assert [category.path for category in post.categories.all()] == ["rivers/fords"]
    assert post.categories.get().name == "Fords & weirs"
    assert [tag.name for tag in post.tags.all()] == ["Wet feet"]


def test_an_author_who_is_here_already_keeps_name_and_bio(db, tmp_path):
    Author.objects.create(name="A. Writer", slug="ann", bio="Writes.")

    import_(make_export(tmp_path, make_item()))

    assert [(author.name, author.bio) for author in Author.objects.all()] == [("A. Writer", "Writes.")]


def test_the_blog_takes_its_name_from_the_file_unless_it_has_one(db, tmp_path):
    path = make_export(tmp_path, make_item())

    import_(path)

    assert (Blog.load().title, Blog.load().tagline) == ("The Old Place", "About fords")


def test_the_blog_takes_its_language_and_its_icon_from_the_file_and_gives_them_back(
    db, tmp_path, django_capture_on_commit_callbacks
):
    image = "<image><url>https://old.example/wp-content/uploads/2019/05/ford-150x150.png?w=32</url></image>"
    path = make_export(tmp_path, make_item(), make_attachment(), extra=f"<language>de-DE</language>{image}")

    import_(path, media=make_uploads(tmp_path, "2019/05/ford.png"))
    Worker().run_until_idle()
    blog = Blog.load()
    assert blog.language == "de"
    assert default_storage.exists(f"{blog.icon}-32.png")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("undo_import", Import.objects.get().pk)

    assert (Blog.load().language, Blog.load().icon) == ("", "")
    assert not default_storage.exists(f"{blog.icon}-32.png")


@pytest.mark.parametrize("language", ["en-US", "xx", "", "../de", "d" * 500])
def test_a_language_that_the_blog_has_or_does_not_speak_changes_nothing(db, tmp_path, language):
    import_(make_export(tmp_path, make_item(), extra=f"<language>{language}</language>"))

    assert Blog.load().language == ""


# --- Again
def test_the_same_file_again_changes_nothing(db, tmp_path):
    inside = "".join(make_wxr_comment(id=n, parent=above, text=f"Words {n}") for n, above in [(1, 2), (2, 0), (2, 0)])
    bare = make_item(id="", slug="", link="").replace("<guid>https://old.example/?p=</guid>", "")
    path = make_export(tmp_path, make_item(inside=inside), make_item(slug="other"), bare)
    first = import_(path)
    before = everything()

    again = import_(path)

    assert without_numbers(again) == without_numbers(first)
    assert again["numbers"]["posts"] == {"in_the_file": 3, "new": 0, "updated": 0, "here": 3, "left_out": 0}
    assert again["numbers"]["comments"]["here"] == 3
    assert everything() == before


def test_what_changed_in_the_file_is_updated(db, tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(approved="0"))))
    changed = make_wxr_comment(approved="1", text="I was not there.")

    import_(make_export(tmp_path, make_item(title="The weir", inside=changed)))

    comment = Comment.objects.get()
    assert (comment.post.title, comment.post.comment_count) == ("The weir", 1)
    assert (comment.body, comment.status) == ("I was not there.", "approved")
    assert list(comment.decisions.order_by("pk").values_list("from_status", "to_status", "reason")) == [
        ("", "pending", "imported from WordPress"),
        ("pending", "approved", "imported from WordPress"),
    ]


def test_a_decision_taken_here_is_not_taken_back_by_the_file(db, tmp_path, admin_user):
    path = make_export(tmp_path, make_item(inside=make_wxr_comment()))
    import_(path)
    Comment.objects.get().trash(by=admin_user)

    import_(path)

    assert Comment.objects.get().status == "trash"


def test_a_dry_run_reports_all_and_writes_nothing(db, tmp_path, settings):
    path = make_export(tmp_path, make_item(inside=make_wxr_comment()), make_attachment())
    uploads = make_uploads(tmp_path, "2019/05/ford.png")
    before = everything()

    report = import_(path, dry_run=True, media=uploads)

    assert (report["posts"], report["comments"]["approved"]) == (1, 1)
    assert everything() == before
    assert not [file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()]


def without_numbers(report):
    """What a report says of the file, whatever was here before."""
    return {name: value for name, value in report.items() if name != "numbers"}


# --- Real files
@pytest.mark.seed
def test_the_page_that_started_the_project_comes_in_whole(db, client):
    report = import_(SHARED / "seed/export.wordpress.xml")

    post = Post.objects.get()
    page = client.get("/2014/09/03/weve-learnt-nothing-so-there-will-be-another-rotherham/")
    assert (report["posts"], report["attachments"], report["authors"], report["categories"], report["tags"]) == (
        1,
        1,
        1,
        1,
        8,
    )
    assert (page.status_code, post.author.name, post.tags.count()) == (200, "Richard Kemp", 8)
    assert post.body_html.startswith('<figure class="alignright"><a href=')
    assert (post.body_html.count("<p>"), post.body_html.count("<figcaption>")) == (12, 1)
    assert [comment.submitted_at.isoformat() for comment in post.comments.oldest_first()] == [
        "2014-09-03T17:20:00+00:00",
        "2014-09-04T17:21:00+00:00",
    ]


REFUSED = {
    "isso-disqus",
    "remark42-disqus",
    "wpimporter-malformed-simple",
    "billion-laughs",
    "disqus-hostile",
    "truncated",
    "xxe-file",
}


@pytest.mark.seed
@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in sorted(SHARED.glob("corpora/import/*/*.xml"))]
)
def test_every_export_comes_in_twice_without_doubling_or_is_refused(db, path):
    if path.stem in REFUSED:
        with pytest.raises(CommandError, match="line"):
            import_(path)
        assert not Post.objects.exists()
        return

    first = import_(path)
    before = everything()

    again = import_(path)

    assert without_numbers(again) == without_numbers(first)
    assert everything() == before
    for report in (first, again):
        for kind, numbers in report["numbers"].items():
            in_the_file = numbers.pop("in_the_file")
            assert in_the_file == sum(numbers.values()), kind
    assert not any(numbers["new"] or numbers["updated"] for numbers in again["numbers"].values())


@pytest.mark.seed
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("themeunittestdata.wordpress", {"posts": 58, "pages": 21, "attachments": 37, "pings": 4}),
        ("64-block-test-data", {"posts": 61, "pages": 1, "attachments": 9, "pings": 0}),
        ("pelican-wordpressexport", {"posts": 11, "pages": 2, "attachments": 4, "pings": 1}),
        ("wpimporter-small-export", {"posts": 6, "pages": 5, "authors": 3, "categories": 30, "tags": 3}),
        ("wpimporter-missing-version-tag", {"posts": 0, "authors": 1, "categories": 21, "tags": 18}),
    ],
)
def test_the_numbers_are_those_of_the_file(db, name, expected):
    report = import_(SHARED / f"corpora/import/exports/{name}.xml")

    assert {key: report[key] for key in expected} == expected


@pytest.mark.seed
def test_only_what_was_published_is_public(db):
    import_(SHARED / "corpora/import/hostile/statuses.xml")

    assert [post.title for post in Post.objects.published()] == ["publish"]


@pytest.mark.seed
def test_posts_of_a_real_file_render_as_they_are_stored(db):
    import_(SHARED / "corpora/import/exports/themeunittestdata.wordpress.xml")

    for post in Post.objects.all():
        assert post.body_html == with_pictures(render_post(post.body, "html"), {}, first_leads=True)
