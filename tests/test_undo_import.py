"""An import can be taken back: what it brought goes, and nothing that somebody has touched since."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from blog_site.models import Import, ImportedRow
from blog_site.moving.undo import undo as undo_import
from comments.models import Comment, Decision
from posts.models import Attachment, Author, Blog, Category, Picture, Post, Tag
from tests.factories import make_comment, make_post, make_user
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

pytestmark = pytest.mark.django_db


def undo(number=None, **options):
    out = StringIO()
    call_command("undo_import", number or Import.objects.latest("pk").pk, stdout=out, **options)
    return out.getvalue()


def without_times(row):
    return {name: value for name, value in row.items() if name not in {"changed_at", "modified_at", "generation"}}


def make_whole_export(tmp_path):
    terms = '<category domain="category" nicename="water">Water</category>'
    terms += '<category domain="post_tag" nicename="b">B</category>'
    comments = "".join(make_wxr_comment(id=n, parent=above, text=f"Words {n}") for n, above in [(1, 0), (2, 1), (3, 2)])
    return make_export(
        tmp_path,
        make_item(terms=terms, inside=comments, meta={"_thumbnail_id": 9}),
        make_item(id=2, slug="below", post_type="page", post_parent=3, link="https://old.example/above/below/"),
        make_item(id=3, slug="above", post_type="page", link="https://old.example/above/"),
        make_attachment(),
        extra=make_category("water", parent="land") + make_category("land"),
    )


def test_all_that_an_import_brought_is_gone(tmp_path):
    kept = make_comment(body="Was here before.")
    before = everything()
    import_(make_whole_export(tmp_path), media=make_uploads(tmp_path, "2019/05/ford.png"))
    assert Post.objects.count() == 4
    assert Picture.objects.exists()

    told = undo()

    assert "3 posts and pages removed" in told
    assert "3 comments removed" in told
    assert everything() == before
    assert Comment.objects.get() == kept
    assert Blog.load().title == "Right of Reply"
    assert Import.objects.get().state == "undone"
    assert not ImportedRow.objects.exclude(kind="blog").exists()


def test_a_dry_run_says_what_would_go_and_changes_nothing(tmp_path):
    import_(make_whole_export(tmp_path))
    before = everything()

    told = undo(dry_run=True)

    assert "3 posts and pages would be removed" in told
    assert everything() == before


def test_after_it_the_same_file_comes_in_as_if_it_were_new(tmp_path):
    export = make_whole_export(tmp_path)
    first = import_(export)
    undo()

    assert import_(export) == first
    assert Comment.objects.count() == 3


def test_a_post_that_was_edited_here_stays_with_its_comments(tmp_path):
    import_(make_whole_export(tmp_path))
    post = Post.objects.posts().get()
    post.title = "A better title"
    post.save()

    told = undo()

    assert Post.objects.get() == post
    assert post.comments.count() == 3
    assert "“A better title” is kept. It has been edited here since." in told
    assert Category.objects.filter(slug="water").exists()


def test_a_readers_answer_keeps_the_post_and_all_above_it(tmp_path, client):
    import_(make_whole_export(tmp_path))
    post = Post.objects.posts().get()
    answer = make_comment(post=post, parent=post.comments.get(imported_id=2), body="My words since.")

    told = undo()

    assert answer in post.comments.all()
    assert post.comments.count() == 4
    assert "is kept. Someone has commented on it" in told
    assert "My words since." in client.get(post.get_absolute_url()).content.decode()


def test_a_comment_that_was_decided_on_here_keeps_its_post_and_its_log(tmp_path):
    import_(make_whole_export(tmp_path))
    comment = Comment.objects.get(imported_id=3)
    comment.spam(by=make_user())

    undo()

    assert comment.decisions.count() == 2
    assert Post.objects.posts().exists()


def test_only_comments_came_in_and_only_they_go(tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(id=1))))
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(id=1) + make_wxr_comment(id=2, text="Later."))))

    undo()

    assert [comment.imported_id for comment in Comment.objects.all()] == [1]
    assert Post.objects.get().comment_count == 1


def test_what_an_import_changed_is_as_it_was(tmp_path):
    category = '<category domain="category" nicename="{0}">{0}</category>'
    import_(make_export(tmp_path, make_item(terms=category.format("water"), inside=make_wxr_comment(approved="0"))))
    before = without_times(Post.objects.values().get())
    changed = make_item(
        text="The ford is open.",
        terms=category.format("land"),
        inside=make_wxr_comment(text="Other words."),
        post_date_gmt="2019-05-01 08:30:00",
    )
    import_(make_export(tmp_path, changed))
    assert Post.objects.get().body == "<p>The ford is open.</p>"

    undo()

    post, comment = Post.objects.get(), Comment.objects.get()
    assert without_times(Post.objects.values().get()) == before
    assert [category.slug for category in post.categories.all()] == ["water"]
    assert (comment.body, comment.status) == ("I was there.", "pending")
    assert comment.last_decision.reason == "an import was undone"


def test_imports_that_stand_on_each_other_are_undone_from_the_newest(tmp_path):
    import_(make_export(tmp_path, make_item()))
    import_(make_export(tmp_path, make_item(text="The ford is open.")))
    first, second = Import.objects.order_by("pk")

    with pytest.raises(CommandError, match=f"Import {second.pk} changed what this one added"):
        undo(first.pk)

    undo(second.pk)
    undo(first.pk)
    assert not Post.objects.exists()


def test_an_import_is_undone_once(tmp_path):
    import_(make_export(tmp_path, make_item()))
    undo()

    with pytest.raises(CommandError, match=r"Import \d+ does not exist"):
        undo()


def test_who_undoes_what_was_just_undone_changes_nothing(tmp_path):
    import_(make_export(tmp_path, make_item(), make_item(id=2, slug="edited")))
    Post.objects.filter(slug="edited").update(title="Edited here")
    first, second = Import.objects.get(), Import.objects.get()

    undo_import(first)
    again = undo_import(second)

    second.refresh_from_db()
    assert not again.posts
    assert second.report["undone"]["posts"] == 1


@pytest.mark.parametrize("text", ["![A ford]({})", "[The ford]({})"])
@pytest.mark.parametrize("kind", ["picture", "file"])
def test_a_file_that_a_bio_shows_since_stays(tmp_path, text, kind):
    uploads = make_uploads(tmp_path, "2019/05/ford.png")
    (uploads / "2019/05/notes.txt").write_text("Where the ford is.")
    name = {"picture": "ford.png", "file": "notes.txt"}[kind]
    url = f"https://old.example/wp-content/uploads/2019/05/{name}"
    import_(make_export(tmp_path, make_attachment(url=url)), media=uploads)
    stored = Attachment.objects.get().stored
    author = Author.objects.create(name="Ada", bio=text.format(stored.url))

    undo()

    assert stored.storage.exists(stored.name)
    assert Attachment.objects.exists()
    author.refresh_from_db()
    assert stored.url in author.bio


def test_terms_and_people_that_others_use_since_stay(tmp_path):
    import_(make_whole_export(tmp_path))
    post = make_post(author=Author.objects.get(slug="ann"))
    post.tags.set(Tag.objects.filter(slug="b"))
    post.categories.set(Category.objects.filter(slug="water"))

    undo()

    assert Post.objects.get() == post
    assert post.author.name == "Ann Writer"
    assert [term.slug for term in (*post.tags.all(), *post.categories.all())] == ["b", "water"]
    assert Category.objects.get(slug="water").parent.slug == "land"


@pytest.mark.seed
@pytest.mark.parametrize("name", ["themeunittestdata.wordpress", "64-block-test-data", "pelican-wordpressexport"])
def test_real_files_leave_nothing_behind(name):
    before = everything()
    import_(SHARED / f"corpora/import/exports/{name}.xml")

    undo()

    assert everything() == before
    assert not Decision.objects.exists()
