"""What an author sets for the whole blog, in the admin: its names, language, time zone, pictures, colour and lists."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from posts import accent
from posts.models import Blog, Picture, Post
from tests.factories import make_author, make_editor, make_picture, make_post, make_staff_author, make_user
from tests.pictures import encoded, photograph, upload
from tests.test_versions import filled_in

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/posts/blog/1/change/"


@pytest.fixture
def owner(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def save(owner):
    """Opens the page of settings, changes what is given in its form, and saves: the answer."""

    def change(**typed):
        return owner.post(ADDRESS, filled_in(owner.get(ADDRESS)) | typed)

    return change


def page_of(client, address="/"):
    return BeautifulSoup(client.get(address).content, "html.parser")


def errors_of(answer):
    assert answer.status_code == 200
    return " ".join(each.get_text() for each in BeautifulSoup(answer.content, "html.parser").select(".errorlist"))


# --- Names, language, time zone


def test_title_and_tagline_are_saved_where_nothing_was_stored_before(save, client):
    answer = save(title="The Drain Post", tagline="Water, mostly")

    assert answer.status_code == 302
    masthead = page_of(client).select_one(".masthead").get_text()
    assert "The Drain Post" in masthead
    assert "Water, mostly" in masthead


def test_the_blog_speaks_the_language_that_was_chosen_and_runs_its_way(save, client):
    make_post()
    save(language="ar", title="المدونة")

    page, feed = page_of(client), client.get("/feed/").content.decode()

    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    assert page.select_one('meta[property="og:locale"]')["content"] == "ar"
    assert "<language>ar</language>" in feed
    assert page_of(client, "/nowhere/").html["dir"] == "rtl"
    # So does the form that was just saved, for who set it.
    assert page_of(client, ADDRESS).html["lang"] == "ar"


def test_without_one_it_speaks_the_machines_as_it_always_did(client, settings):
    settings.LANGUAGE_CODE = "de"

    assert page_of(client).html["lang"] == "de"


def test_texts_are_set_anew_in_the_new_language_and_keep_their_own(save, mailoutbox):
    ours = make_post(body='He said "no".')
    german = make_post(body='Er sagte "nein".', language="de", author=ours.author)
    assert "“no”" in ours.body_html

    save(language="fr")
    assert list(mailoutbox) == []  # the worker has done all there was to do

    assert "«" in Post.objects.get(pk=ours.pk).body_html
    assert "„nein“" in Post.objects.get(pk=german.pk).body_html


def test_times_are_shown_in_the_new_zone_and_addresses_stay(save, client):
    post = make_post(published_at=datetime(2026, 3, 14, 23, 30, tzinfo=UTC), slug="late")
    save(time_zone="Asia/Tokyo")

    page = page_of(client, "/2026/03/14/late/")
    assert page.select_one("article time")["datetime"] == "2026-03-15T08:30:00+09:00"
    post = Post.objects.get(pk=post.pk)
    post.title = "Another"
    post.save()
    assert post.permalink == "/2026/03/14/late/"
    assert client.get("/2026/03/15/").status_code == 200  # its day, where it is read
    late = make_post(published_at=datetime(2026, 3, 20, 23, 30, tzinfo=UTC), slug="later", author=post.author)
    with_zone = client.get("/admin/posts/post/add/")
    assert with_zone.status_code == 200
    assert late.permalink


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"time_zone": "Mars/Olympus"}, "no such time zone"),
        ({"language": "tlh"}, "not translated"),
        ({"posts_per_page": "10000"}, "less than or equal to 100"),
        ({"posts_per_page": "0"}, "greater than or equal to 1"),
        ({"title": ""}, "required"),
        ({"footer": "x" * 6000}, "Nothing was saved"),
    ],
)
def test_what_can_not_be_is_refused_in_its_place(save, typed, told):
    assert told in errors_of(save(**typed))
    assert Blog.load().posts_per_page == 10


# --- The colour


@pytest.mark.parametrize("typed", ["#0A5", "0a5", "#00aa55", " 00AA55 "])
def test_a_colour_is_read_however_it_is_typed(typed):
    assert accent.parse(typed) == "#00aa55"


@pytest.mark.parametrize("typed", ["red", "#12", "#12345g", "rgb(0,0,0)", "#000;}", "url(//evil)", "#１２３"])
def test_what_is_no_colour_is_refused(save, typed):
    assert "six hexadecimal digits" in errors_of(save(accent=typed[:7]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#000000", "#808080", "#ff0000", "#0b5563", "#0000ff"])
def test_the_nearest_colour_passes_and_one_that_passes_is_its_own(scheme, colour):
    nearest = accent.nearest(colour, scheme)

    assert accent.contrast(nearest, scheme) >= 4.5
    assert (nearest == colour) == accent.passes(colour, scheme)


def test_a_colour_that_is_hard_to_read_is_refused_with_the_nearest_that_is_not(save):
    told = errors_of(save(accent="#ffcc00"))

    assert "light pages" in told
    suggested = re.search(r"can be read is (#\w{6})", told)[1]
    assert save(accent=suggested).status_code == 302
    assert "dark pages" in errors_of(save(accent_dark="#003300"))
    assert "light pages, too" in errors_of(save(accent="", accent_dark="#ffcc00"))


def test_the_colour_comes_in_a_style_sheet_of_its_own_for_good(save, client):
    default = client.get("/").content
    assert b"/accent/" not in default
    save(accent="#7a1f5c", accent_dark="#f0a8d8")

    address = page_of(client).select("link[rel=stylesheet]")[-1]["href"]
    sheet = client.get(address)

    assert sheet.content.decode().count("#7a1f5c") == 2
    assert "light-dark(#7a1f5c,#f0a8d8)" in sheet.content.decode()
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert sheet["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in sheet["Cache-Control"]
    assert not sheet.cookies


def test_the_style_sheet_costs_no_query_and_takes_nothing_but_colours(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/accent/0b5563-7cc4d4.css").status_code == 200
    for address in ("/accent/0b5563.css", "/accent/0b556g-7cc4d4.css", "/accent/red-7cc4d4.css"):
        assert client.get(address).status_code == 404


# --- Icon and logo


def test_an_icon_of_any_shape_becomes_squares_for_tabs_and_telephones(save, client):
    save(icon_file=upload(encoded(photograph(), "JPEG"), name="me.jpg"))

    page = page_of(client)
    small, large = page.select_one("link[rel=icon]")["href"], page.select_one("link[rel=apple-touch-icon]")["href"]
    for address, side in ((small, 32), (large, 180)):
        with default_storage.open(address.removeprefix("/media/")) as file, Image.open(file) as image:
            assert (image.format, image.size) == ("PNG", (side, side))
    assert f"<url>http://127.0.0.1:8000{small}</url>" in client.get("/feed/").content.decode()
    assert f"<icon>http://127.0.0.1:8000{large}</icon>" in client.get("/feed/atom/").content.decode()
    assert client.get("/feed/json/").json()["favicon"] == f"http://127.0.0.1:8000{small}"
    assert small in client.get(ADDRESS).content.decode() or large in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("icon.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not allowed"),
        ("icon.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not a picture"),
        ("icon.png", b"\x89PNG\r\n\x1a\n" + b"0" * (30 * 1024 * 1024), "larger than 15 MB"),
    ],
    ids=["svg", "disguised", "30 MB"],
)
@pytest.mark.parametrize("field", ["icon_file", "logo_file"])
def test_what_is_no_picture_of_ours_is_refused_and_the_rest_stays(save, field, name, content, told):
    answer = save(**{field: upload(content, name=name), "title": "Typed"})

    assert told in errors_of(answer)
    assert "Typed" in answer.content.decode()
    assert not Blog.load().icon
    assert not Picture.objects.exists()


def test_a_logo_stands_for_the_title_and_says_it(save, client):
    save(logo_file=upload(encoded(photograph(), "PNG"), name="logo.png"), title="The Drain Post")

    logo = page_of(client).select_one(".blog-title img")
    assert logo["alt"] == "The Drain Post"
    answer = save(logo_place="above", logo_alt="A drain in the rain")
    assert answer.status_code == 302, errors_of(answer)
    page = page_of(client)
    assert page.select_one(".banner img")["alt"] == "A drain in the rain"
    assert page.select_one(".blog-title").get_text(strip=True) == "The Drain Post"
    save(logo_remove="on")
    assert not page_of(client).select(".masthead img")


def test_a_logo_in_use_can_not_be_deleted_from_the_library(save, owner):
    save(logo_file=upload(encoded(photograph(), "PNG"), name="logo.png"))
    picture = Picture.objects.get()

    owner.post(f"/admin/posts/picture/{picture.pk}/delete/", {"post": "yes"})

    assert Picture.objects.filter(pk=picture.pk).exists()


# --- Lists and the home page


def test_as_many_posts_stand_on_a_page_as_was_chosen(save, client):
    author = make_author()
    for number in range(7):
        make_post(author=author, title=f"Post {number}")
    save(posts_per_page="3")

    assert len(page_of(client).select("article")) == 3
    assert len(page_of(client, "/2026/?page=3").select("article")) == 1


def test_lists_show_pictures_if_that_was_chosen_at_no_further_query(save, client, django_assert_max_num_queries):
    post = make_post(picture=make_picture(alt="A drain"))
    for _ in range(5):
        make_post(author=post.author, picture=make_picture(alt="A pipe", name="b.png"))
    assert not page_of(client).select("article img")
    save(list_pictures="on")
    client.logout()
    client.get("/")

    with django_assert_max_num_queries(8):
        images = page_of(client).select("article img")

    assert [image["alt"] for image in images].count("A drain") == 1
    assert len(images) == 6


@pytest.fixture
def front(save):
    """A page that was chosen for the home page."""
    post = make_post(title="A post", slug="one")
    page = make_post(kind="page", title="Welcome", slug="welcome", author=post.author, body="Come in.")
    assert save(home_page=page.pk).status_code == 302
    return page


def test_a_page_for_a_home_page_stands_at_the_root_and_the_posts_have_an_address(front, client):
    client.logout()
    home, own, posts = page_of(client), page_of(client, "/welcome/"), page_of(client, "/posts/")

    assert "Come in." in home.main.get_text()
    for page in (home, own):
        assert page.select_one("link[rel=canonical]")["href"] == "http://127.0.0.1:8000/"
        assert page.select_one('meta[property="og:url"]')["content"] == "http://127.0.0.1:8000/"
    assert posts.select_one("article h2").get_text() == "A post"
    assert posts.select_one("link[rel=canonical]")["href"] == "http://127.0.0.1:8000/posts/"
    assert "/posts/" in [link["href"] for link in home.footer.select("a")]
    assert client.get("/?page=2")["Location"] == "/posts/?page=2"
    locations = [unescape(each) for part in ("pages", "archives") for each in _locations(client, part)]
    assert locations.count("http://127.0.0.1:8000/") == 1
    assert "http://127.0.0.1:8000/posts/" in locations
    assert "http://127.0.0.1:8000/welcome/" not in locations
    assert client.get("/feed/").content.decode().count("<item>") == 1


def _locations(client, part):
    return re.findall("<loc>(.*?)</loc>", client.get(f"/sitemap-{part}-1.xml").content.decode())


@pytest.mark.parametrize("change", [{"status": "trash"}, {"status": "private"}, {"status": "draft"}, "delete"])
def test_the_list_is_back_when_the_page_is_not_public_any_more(front, client, change):
    if change == "delete":
        front.delete()
    else:
        for name, value in change.items():
            setattr(front, name, value)
        front.save()
    client.logout()

    assert page_of(client).select_one("article h2").get_text() == "A post"
    assert client.get("/posts/")["Location"] == "/"


def test_comments_on_the_home_page_find_their_way(front, client, discussion):
    discussion(moderation="none")
    form = page_of(client).select_one("#comment-form")

    answer = client.post(
        form["action"], {"name": "Bo", "email": "bo@example.org", "body": "I came in.", "parent": "", "url": ""}
    )

    assert answer.status_code == 303
    assert "I came in." in client.get(answer["Location"], follow=True).content.decode()
    assert "I came in." in page_of(client).main.get_text()


def test_without_a_home_page_the_address_of_the_list_leads_home(client):
    assert client.get("/posts/")["Location"] == "/"


# --- The footer


def test_the_footer_is_markdown_that_can_do_nothing(save, client):
    save(footer="Written by *Ann*. <script>alert(1)</script> [Bad](javascript:alert(1)) ![](https://x.example/p.png)")

    footer = page_of(client).select_one(".footer-text")

    assert footer.em.get_text() == "Ann"
    assert not footer.select("script, img, [href^=javascript]")


# --- Who, and at the same time


def test_they_are_one_click_away_and_called_what_they_are(client, owner):
    [link] = BeautifulSoup(client.get("/admin/").content, "html.parser").select("#desk-sidebar a[href*='/posts/blog/']")

    page = BeautifulSoup(client.get(link["href"], follow=True).content, "html.parser")

    assert (link.text, page.h1.text) == ("Settings", "Settings of the blog")
    assert page.select_one("#desk-sidebar [aria-current]").text == "Settings"


def test_an_editor_may_and_an_author_may_not(client):
    client.force_login(make_staff_author()[0])
    assert client.get(ADDRESS).status_code == 403
    client.force_login(make_editor())
    assert client.get(ADDRESS).status_code == 200


def test_of_two_who_save_the_second_is_told(owner):
    first, second = filled_in(owner.get(ADDRESS)), filled_in(owner.get(ADDRESS))
    owner.post(ADDRESS, first | {"title": "First"})

    answer = owner.post(ADDRESS, second | {"title": "Second"})

    assert "Someone else has saved this" in answer.content.decode()
    assert Blog.load().title == "First"


def test_nothing_set_costs_readers_no_query_and_no_cookie(client, django_assert_max_num_queries):
    make_post()
    client.get("/")

    with django_assert_max_num_queries(8):
        answer = client.get("/")

    assert not answer.cookies
    assert answer.content == client.get("/").content


def test_a_worker_and_a_command_speak_the_blogs_language_too(save, capsys):
    post = make_post(body='He said "no".')
    save(language="de", time_zone="Asia/Tokyo")

    call_command("rerender")

    assert "„no“" in Post.objects.get(pk=post.pk).body_html
    assert timezone.get_current_timezone_name() == "UTC"
