"""Files that stand where WordPress does not put them by itself, and pictures that a script would have put in place."""

import re

import pytest

from blog_site.moving.wordpress.html.text import post_html
from posts.markup import plain_text, render_post
from posts.models import Attachment, Picture, Post
from tests.wxr import SHARED, import_, make_attachment, make_export, make_item, make_uploads

OLD = "https://old.example"
PNG = f"{OLD}/wp-content/uploads/2020/01/elm.png"
EMPTY = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%3E%3C/svg%3E"


@pytest.mark.parametrize(
    "text",
    [
        '<img class="lazyload" data-src="{0}" alt="elm"><noscript><img src="{0}" alt="elm"></noscript>',
        '<noscript><img src="{0}" alt="elm"></noscript><img class="lazyload" src="{1}" data-src="{0}" alt="elm">',
        '<img src="{1}" data-lazy-src="{0}" alt="elm" width="3"/><noscript><img src="{0}" alt="elm"/></noscript>',
        '<img src="/wp-content/plugins/a/placeholder.gif" data-original="{0}" alt="elm">',
        '<img src="/wp-content/plugins/a/blank.gif" alt="elm"><noscript><img src="{0}" alt="elm"></noscript>',
        '<img alt="elm" data-srcset="{2} 300w, {0} 1024w">',
        '<img alt="elm" class="lazy"><noscript><img src="{0}" alt="elm"></noscript>',
        '<a href="#"><img data-src="{2}" alt="elm"></a><noscript><a href="#"><img src="{0}" alt="elm"></a></noscript>',
        '<div class="lazy"><img data-src="{0}" alt="elm"></div>\n<noscript>\n<img src="{0}" alt="elm">\n</noscript>',
        '<noscript><img src="{0}" alt="elm"></noscript>',
        '<NOSCRIPT><img src="{0}" alt="elm"></NOSCRIPT>',
    ],
)
@pytest.mark.parametrize("block", [False, "html", "image", "paragraph"])
def test_a_picture_that_waits_for_a_script_is_there_once_and_no_markup_is_text(db, tmp_path, text, block):
    text = text.format(PNG, EMPTY, PNG.replace("elm", "elm-300x200"))
    text = f"<!-- wp:{block} -->\n<p>{text}</p>\n<!-- /wp:{block} -->" if block else f"One {text} two"

    import_(make_export(tmp_path, make_item(text=text)), media=make_uploads(tmp_path, "2020/01/elm.png"))

    body_html, picture = Post.objects.get().body_html, Picture.objects.get()
    assert re.findall(r'<img[^>]* src="([^"]+)"', body_html) == [picture.file.url]
    assert (picture.alt, plain_text(body_html).replace("One", "").replace("two", "").strip()) == ("elm", "")


def test_a_frame_that_waits_for_a_script_is_a_link_and_words_for_those_without_scripts_stay():
    shown = post_html('<iframe src="about:blank" data-src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>')
    assert "watch?v=dQw4w9WgXcQ" in render_post(shown, "html")
    frame = '<iframe {}="https://player.vimeo.com/video/12345678"></iframe>'
    twice = post_html(f"{frame.format('data-src')}<noscript>{frame.format('src')}</noscript>")
    assert render_post(twice, "html").count("https://vimeo.com/12345678") == 1

    words = render_post(post_html("A <noscript>map of <b>Leeds</b></noscript> here"), "html")
    assert words == "<p>A map of <b>Leeds</b> here</p>"


def test_two_pictures_beside_each_other_are_two():
    text = '<img src="/a.png" alt="a"><noscript><img src="/b.png" alt="b"></noscript>'

    assert re.findall(r'src="(/[^"]+)"', post_html(text)) == ["/a.png", "/b.png"]


def test_code_that_shows_lazy_pictures_is_left_alone():
    text = '<pre>&lt;noscript&gt; <img data-src="/a.png"></pre>'

    assert post_html(text) == text


@pytest.mark.seed
def test_the_case_of_lazy_pictures_shows_each_once(db, tmp_path):
    import_(SHARED / "cases" / "import" / "17-noscript.xml", media=make_uploads(tmp_path, "2020/01/elm.png"))

    for post in Post.objects.all():
        assert post.body_html.count("<img") == 1
        assert Picture.objects.get().file.url in post.body_html
        assert plain_text(post.body_html) == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "<noscript>" * 20_000,
        "<img data-src=x" * 20_000,
        '<img data-src="' * 20_000,
        "<img data-src=/a.png>" * 5_000 + "<noscript><img></noscript>" * 5_000,
        "<noscript></noscript>" * 10_000 + " " * 50_000,
    ],
)
def test_hostile_lazy_pictures_take_time_in_proportion(hostile):
    import time

    begun = time.process_time()
    post_html(hostile)

    assert time.process_time() - begun < 5


# --- Folders of other names


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/wp-uploads/2020/01/oak.png", "/wp-uploads/2020/01/oak.png"),
        ("/wp-uploads/2020/01/oak.png", "/wp-uploads/2020/01/oak-300x200.png?w=3"),
        ("/media/2020/01/oak.png", "http://www.old.example/media/2020/01/oak-300x200.png"),
        ("/pictures/oak.png", "/pictures/oak.png"),
        ("/pictures/oak-scaled.png", "/pictures/oak-1024x768.png"),
        ("https://cdn.example/assets/2020/01/oak.png", "https://cdn.example/assets/2020/01/oak-300x200.png"),
        ("https://cdn.example/x/oak.png", "//cdn.example/x/oak-30x20.png"),
    ],
)
def test_an_uploads_folder_of_another_name_is_found_by_the_attachments_own_addresses(db, tmp_path, client, url, shown):
    url, shown = (one if "//" in one else OLD + one for one in (url, shown))
    stands = re.search(r"2020/01/.*|(?<=example/).*", url)[0]
    item = make_item(text=f'<a href="{url}"><img src="{shown}" alt="An oak"></a>', meta={"_thumbnail_id": "9"})

    report = import_(make_export(tmp_path, item, make_attachment(id=9, url=url)), media=make_uploads(tmp_path, stands))

    post, picture = Post.objects.get(), Picture.objects.get()
    assert post.body.count(picture.file.url) == 2
    assert (report["numbers"]["attachments"]["new"], report["numbers"]["files"]["in_the_file"]) == (1, 0)
    assert client.get("/" + shown.split("/", 3)[3])["Location"].partition("?")[0] == picture.file.url
    again = import_(tmp_path / "export.xml")
    assert again["numbers"]["attachments"]["here"] == again["numbers"]["posts"]["here"] == 1


def test_what_stands_in_such_a_folder_without_being_listed_is_found_too(db, tmp_path):
    text = f'<img src="{OLD}/wp-uploads/2020/02/ash.png" alt="An ash"><a href="{OLD}/2020/02/ash/">x</a>'
    listed = make_attachment(url=f"{OLD}/wp-uploads/2020/01/oak.png")
    media = make_uploads(tmp_path, "2020/01/oak.png", "2020/02/ash.png")

    report = import_(make_export(tmp_path, make_item(text=text), listed), media=media)

    assert report["numbers"]["files"]["new"] == 1
    assert Attachment.objects.get(path="2020/02/ash.png").picture.file.url in Post.objects.get().body


def test_two_folders_with_files_of_one_name_keep_both(db, tmp_path):
    urls = [f"{OLD}/{folder}/2020/01/oak.png" for folder in ("wp-uploads", "wp-content/uploads", "older")]
    media = make_uploads(tmp_path, *(url.removeprefix(f"{OLD}/") for url in urls))
    attachments = [make_attachment(id=number, url=url) for number, url in enumerate(urls, 9)]
    text = "".join(f'<img src="{url}" alt="">' for url in urls)

    report = import_(make_export(tmp_path, make_item(text=text), *attachments), media=media)

    assert report["numbers"]["attachments"]["new"] == Picture.objects.count() == 3
    shown = re.findall(r'src="([^"]+)"', Post.objects.get().body)
    assert len(set(shown)) == 3
    by_address = {row.address: row.picture.file.url for row in Attachment.objects.all()}
    assert shown == [by_address[url.removeprefix("https://")] for url in urls]


@pytest.mark.seed
def test_the_case_of_other_folders_shows_all_its_pictures(db, tmp_path):
    names = ["2020/01/oak.png", "2020/01/elm.png", "sites/3/2020/01/ash.png", "2020/01/yew.png"]

    report = import_(SHARED / "cases" / "import" / "14-other-uploads.xml", media=make_uploads(tmp_path, *names))

    post = Post.objects.get()
    assert "old.example" not in post.body
    assert "cdn.example" not in post.body
    assert report["numbers"]["attachments"]["new"] == 3
    assert Picture.objects.count() == 4
