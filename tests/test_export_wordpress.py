"""The way out: everything as a WordPress export, well-formed whatever it holds, and the same when it comes back."""

import zipfile
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from PIL import Image

from comments.models import Comment
from posts.models import Author, Blog, Category, MenuItem, OldPath, Picture, Post, Tag
from tests.factories import make_comment, make_editor, make_post
from tests.wxr import SHARED, import_, make_attachment, make_export, make_item, make_uploads

NAMESPACES = {"wp": "http://wordpress.org/export/1.2/", "content": "http://purl.org/rss/1.0/modules/content/"}
COMES_BACK = [
    *("64-block-test-data.xml", "isso-wordpress.xml", "jekyllimport-sitetitle.wordpress.2025-01-19.000.xml"),
    *("nikola-wordpress_export_example.xml", "pelican-wordpressexport.xml", "theme-preview.xml"),
    *("themeunittestdata.wordpress.xml", "wp2ghost-wordpress-export.xml", "wpimporter-crazy-cdata-escaped.xml"),
    "wpimporter-crazy-cdata.xml",
    *("wpimporter-idempotency-complete.xml", "wpimporter-namespace-edge-cases.xml"),
    *("wpimporter-post-content-blank-lines.xml", "wpimporter-slashes.xml", "wpimporter-small-export.xml"),
]
HOSTILE = ["child-before-parent", "comment-types", "cycle-parents", "dates", "media", "statuses", "utf16", "xss"]


def export(path, **options):
    call_command("export_wordpress", str(path), **options)
    return path


def items(path, kind="post"):
    found = ElementTree.parse(path).findall("channel/item")
    return [item for item in found if item.findtext("wp:post_type", "", NAMESPACES) == kind]


def as_told(comment):
    return (
        *(comment.kind, comment.name, comment.email, comment.url, comment.ip_address, comment.body),
        *(comment.status, comment.submitted_at.replace(microsecond=0), comment.parent and comment.parent.body),
    )


def blog():
    """All that a reader or a moderator knows of the blog, by what it is known as."""
    posts = {
        post.permalink or post.title: {
            **{name: getattr(post, name) for name in ("kind", "title", "slug", "status", "published_at", "permalink")},
            **{name: getattr(post, name) for name in ("body", "body_html", "body_format", "excerpt", "comments_open")},
            "author": post.author.name,
            "old addresses": sorted(post.old_paths.values_list("path", flat=True)),
            "parent": post.parent and post.parent.permalink,
            "categories": sorted(post.categories.values_list("path", flat=True)),
            "tags": sorted(post.tags.values_list("slug", flat=True)),
            "comments": sorted(map(as_told, post.comments.all()), key=str),
        }
        for post in Post.objects.order_by("pk")
    }
    return {
        "posts": posts,
        "categories": sorted(Category.objects.values_list("path", "name", "description")),
        "tags": sorted(Tag.objects.values_list("slug", "name", "description")),
        "authors": sorted(Author.objects.values_list("slug", "name")),
        "menu": MenuItem.menu(),
        "numbers": sorted(
            OldPath.objects.filter(post=None).values_list("path", "category__path", "author__slug"),
            key=str,
        ),
    }


def start_afresh():
    """Another blog, with nothing in it."""
    tables = [
        *("comments_checkhit", "comments_comment", "comments_decision"),
        *("posts_menuitem", "posts_post_categories", "posts_post_tags", "posts_oldpath", "posts_post"),
        *("posts_attachment", "posts_picture"),
        *("posts_tag", "posts_category", "posts_author"),
    ]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def comes_back_the_same(tmp_path):
    if Blog.load().language:
        # The file gave the blog its language, in which the worker sets what has come in.
        call_command("rerender", stdout=StringIO())
    before = blog()
    file = export(tmp_path / "out.xml")
    start_afresh()
    import_(file)
    after = blog()
    assert {key: after["posts"].get(key) for key in before["posts"]} == before["posts"]
    assert after == before
    return file


@pytest.mark.seed
@pytest.mark.parametrize("name", COMES_BACK + [f"{name}.xml" for name in HOSTILE])
def test_what_came_in_goes_out_and_comes_back_the_same(db, tmp_path, name):
    folder = "hostile" if name.removesuffix(".xml") in HOSTILE else "exports"
    import_(SHARED / "corpora" / "import" / folder / name)

    comes_back_the_same(tmp_path)


@pytest.mark.seed
def test_the_seed_goes_out_and_comes_back_the_same(db, tmp_path):
    (seed,) = (SHARED / "seed").glob("*.xml")
    import_(seed)

    comes_back_the_same(tmp_path)


def test_a_blog_of_ones_own_comes_back_as_it_was_written(db, tmp_path, settings):
    author = Author.objects.create(name="Ann & Bo <both>")
    town = Category.objects.create(name="The town", description="All > of it")
    post = make_post(
        author=author,
        title="Drains & “floods” <again>",
        body="# Not *yet*\n\n`[code]` is no shortcode, [caption] neither.\n\n    a && b < c\n\n- one\n- two",
        excerpt="Why & when",
    )
    post.categories.add(Category.objects.create(name="Drains", parent=town))
    post.tags.add(Tag.objects.create(name="C++ & more"))
    make_post(title="Not yet", status="draft", published_at=None, author=author)
    make_post(title="Only mine", status="private", author=author)
    post.slug = "drains-once"
    post.save()
    OldPath.objects.create(path="/once/upon/", post=post)
    page = make_post(kind="page", title="About", author=author)
    make_post(
        kind="page",
        parent=page,
        title="More about",
        author=author,
        body="<p>A [gallery] & more</p>",
        body_format="html",
    )
    first = make_comment(post=post, name="Zoë <3 & co", body="I *know* [this](https://example.org/?a=1&b=2).\n\n> yes")
    waiting = make_comment(parent=first, status="pending", body="1 < 2 && 3 > 2; `x`\nnext line")
    make_comment(parent=waiting, status="trash", body="]]> and [caption]")

    comes_back_the_same(tmp_path)


def test_coming_back_to_the_same_blog_changes_and_doubles_nothing(db, tmp_path):
    post = make_post(body="Some *words*.")
    make_comment(parent=make_comment(post=post), status="pending")
    before = blog()

    for _ in range(2):
        import_(export(tmp_path / "out.xml"))

    after = blog()
    assert list(after["posts"].values()) == list(before["posts"].values())
    assert (Post.objects.count(), Comment.objects.count()) == (1, 2)


def test_coming_back_leaves_a_reply_below_what_the_file_left_out(db, tmp_path):
    top = make_comment(body="Top.")
    spam = make_comment(parent=top, status="spam")
    erased = make_comment(post=top.post, body="Gone.", status="trash")
    replies = [make_comment(parent=parent, body=f"To {parent.pk}.") for parent in (spam, spam, erased)]
    replies.append(make_comment(parent=replies[0], body="On it goes."))
    erased.erase(by=make_editor())
    before = list(Comment.objects.order_by("pk").values_list("pk", "parent", "root", "body"))

    for _ in range(2):
        import_(export(tmp_path / "out.xml"))

    assert list(Comment.objects.order_by("pk").values_list("pk", "parent", "root", "body")) == before


def test_whatever_was_typed_the_file_is_well_formed(db, tmp_path):
    bad = "a\x0b\x1f c \ufffe ]]> ]]]]>> <![CDATA[ & &amp; &#0; </item> <!-- -->"
    post = make_post(title=bad, body=bad, excerpt=bad)
    make_comment(post=post, name=bad[:80], body=bad, url="https://example.org/?a&b")
    Tag.objects.create(name=bad[:40], slug="odd")

    (item,) = items(export(tmp_path / "out.xml"))

    assert "]]>" in item.findtext("wp:comment/wp:comment_content", "", NAMESPACES).replace("&gt;", ">")


def test_spam_stays_behind_and_what_waits_goes_along_unless_asked_otherwise(db, tmp_path):
    post = make_post()
    for status in ("approved", "pending", "spam", "trash"):
        make_comment(post=post, body=f"Is {status}.", status=status)
    make_comment(post=post, body="Is erased.", status="trash").erase(by=make_editor())

    def told(**options):
        (item,) = items(export(tmp_path / "out.xml", **options))
        return {
            comment.findtext("wp:comment_approved", "", NAMESPACES)
            for comment in item.findall("wp:comment", NAMESPACES)
        }

    assert told() == {"1", "0", "trash"}
    assert told(spam=True) == {"1", "0", "spam", "trash"}
    assert told(without_waiting=True) == {"1", "trash"}


def test_a_reply_to_what_stays_behind_answers_what_that_answered(db, tmp_path):
    top = make_comment(body="Top.")
    spam = make_comment(parent=top, status="spam")
    make_comment(parent=spam, body="Answers the spam.")

    (item,) = items(export(tmp_path / "out.xml"))

    first, second = item.findall("wp:comment", NAMESPACES)
    assert second.findtext("wp:comment_parent", "", NAMESPACES) == first.findtext("wp:comment_id", "", NAMESPACES)


@pytest.fixture
def picture(db):
    picture, file = Picture(alt="A grating", caption="On Mill Lane"), BytesIO()
    Image.new("RGB", (30, 20), "teal").save(file, "PNG")
    picture.file.save("grating.png", ContentFile(file.getvalue()))
    return picture


def test_pictures_go_along_in_a_zip_and_come_back_into_another_blog(picture, tmp_path, settings, client):
    post = make_post(picture=picture, body=f"Look:\n\n![A grating]({picture.file.url})")
    archive = tmp_path / "media.zip"
    file = export(tmp_path / "out.xml", media=archive)
    address = items(file, "attachment")[0].findtext("wp:attachment_url", "", NAMESPACES)
    assert address in items(file)[0].findtext("content:encoded", "", NAMESPACES)
    assert client.get(address.removeprefix(settings.SITE_URL)).headers["Location"] == picture.file.url
    zipfile.ZipFile(archive).extractall(tmp_path / "uploads")
    guid = post.permalink

    start_afresh()
    settings.MEDIA_ROOT = tmp_path / "other"
    import_(file, media=tmp_path / "uploads")

    back = Post.objects.get(permalink=guid)
    assert back.body == f"Look:\n\n![A grating]({Picture.objects.get().file.url})"
    assert (back.picture or Picture.objects.get()).alt == "A grating"
    assert Picture.objects.get().file.url in back.body_html
    assert client.get("/wp-content/uploads/nowhere.jpg").status_code == 404


def test_files_of_every_kind_go_out_and_come_back_under_their_old_addresses(db, tmp_path, settings, client):
    uploads = make_uploads(tmp_path, "2019/05/für dich.png")
    (uploads / "map.pdf").write_bytes(b"%PDF-1.4")
    old = "https://old.example/wp-content/uploads"
    text = f'<img src="{old}/2019/05/f%C3%BCr%20dich-30x20.png" alt=""><a href="{old}/map.pdf">Map</a>'
    picture = make_attachment(id=7, url=f"{old}/2019/05/f%C3%BCr%20dich.png", alt="For you")
    import_(
        make_export(tmp_path, make_item(text=text), picture, make_attachment(id=8, url=f"{old}/map.pdf")), media=uploads
    )
    before = Post.objects.get().body

    file = export(tmp_path / "out.xml", media=tmp_path / "media.zip")
    start_afresh()
    settings.MEDIA_ROOT = tmp_path / "other"
    import_(file, media=tmp_path / "media.zip")

    assert Post.objects.get().body == before
    for path in ("/wp-content/uploads/2019/05/für dich.png", "/?attachment_id=7", "/2019/05/01/upload-7/"):
        assert client.get(path).headers["Location"] == Picture.objects.get().file.url, path
    for path in ("/wp-content/uploads/map.pdf", "/?attachment_id=8", "/2019/05/01/upload-8/"):
        assert client.get(path).headers["Location"] == "/media/wordpress/map.pdf", path
    assert sorted(zipfile.ZipFile(tmp_path / "media.zip").namelist()) == ["2019/05/für dich.png", "map.pdf"]


def test_our_own_export_finds_the_files_that_are_here(picture, tmp_path):
    make_post(picture=picture)
    file = export(tmp_path / "out.xml")

    report = import_(file)

    assert report["numbers"]["attachments"]["here"] == 1
    assert (Picture.objects.count(), Post.objects.get().picture) == (1, picture)


def test_without_a_file_it_goes_to_standard_output(db):
    make_post(title="The ford")
    out = StringIO()

    call_command("export_wordpress", stdout=out)

    assert "The ford" in ElementTree.fromstring(out.getvalue()).findtext("channel/item/title")


def test_a_file_that_can_not_be_written_is_said_in_one_line(db, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        export(tmp_path / "nowhere" / "out.xml")


WORDS = [
    *("http://example.org/", "See http://example.org/?a=1&b=2_c there.", "[x](http://example.org/a_b)"),
    "www.example.org",
    *("*a* **b** `c` > d", "> quote\n\n- one\n- two\n\n1. x", "* a\n* b", "1) one\n2) two", "***", "-  \n- a"),
    *("a < b & c &amp; d", "one\\\ntwo", "trailing  \nspaces", "```\ncode <b>\n```", "    indented", "a  b   c\td"),
    *("\\*not\\*", "a\n\n\n\nb", "...  -- ---", "<b>no</b> [caption]x[/caption]", "“quotes” 'x'", "\u202eabc", "橋 😀"),
    *("Leser*innen 2*3*4 __init__", "3. c\n1. a", "C:\\_new\\*.txt", "\\*so\\*", ">:(", "> a\nb", "f[0](x)", "- a"),
    *("*\u2060so*\u2060", "un\u200b*believ*\u200bable", "看https://example.org/a。", "[a](/b)", "~~~\nx\n~~~"),
]


def test_comments_that_were_written_here_come_back_as_themselves(db, tmp_path):
    post = make_post()
    for words in WORDS:
        make_comment(post=post, body=words)
    before = list(Comment.objects.order_by("pk").values_list("pk", "body", "body_html"))
    path = export(tmp_path / "out.xml")

    report = import_(path)

    assert list(Comment.objects.order_by("pk").values_list("pk", "body", "body_html")) == before
    assert report["numbers"]["comments"]["here"] == len(WORDS)
    # And in another blog, to the letter.
    start_afresh()
    import_(path)
    assert sorted(Comment.objects.values_list("body", flat=True)) == sorted(body for _pk, body, _html in before)


def test_a_comment_that_was_edited_in_the_file_since_is_what_the_file_shows(db, tmp_path):
    make_comment(body="*Old* words.")
    path = export(tmp_path / "out.xml")
    path.write_text(path.read_text().replace("<em>Old</em> words", "<em>New</em> words"))
    start_afresh()

    import_(path)

    assert Comment.objects.get().body == "*New* words."


def test_a_draft_keeps_the_addresses_that_lead_to_it(db, tmp_path):
    hanging = make_attachment(id=9).replace("<wp:post_parent>0<", "<wp:post_parent>1<")
    import_(make_export(tmp_path, make_item(id=1, status="draft", link=""), hanging))
    assert OldPath.objects.filter(path="/?attachment_id=9").exists()

    comes_back_the_same(tmp_path)


def test_items_that_share_an_identity_and_have_no_numbers_come_back_as_themselves(db, tmp_path):
    twins = [make_item(id="", title=title, slug="", link="", status="draft") for title in ("One", "Two", "Three")]
    import_(make_export(tmp_path, *twins))
    before = sorted(Post.objects.values_list("title", flat=True))

    report = import_(export(tmp_path / "out.xml"))

    assert before == ["One", "Three", "Two"]
    assert sorted(Post.objects.values_list("title", flat=True)) == before
    assert report["numbers"]["posts"]["new"] == 0
