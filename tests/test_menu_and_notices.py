"""The blog's own menu, links to elsewhere, and notices: rows on the page of its settings."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from blog_site.models import Import
from posts.models import Category, MenuItem, Notice, Picture, SocialLink
from posts.models.menu import validate_address, validate_address_elsewhere
from tests.factories import make_author, make_editor, make_post, make_staff_author
from tests.pictures import encoded, photograph, upload
from tests.test_blog_settings import ADDRESS, errors_of, owner, page_of, save  # noqa: F401 (fixtures)
from tests.test_versions import filled_in
from tests.wxr import import_, make_export, make_item

pytestmark = pytest.mark.django_db


def make_page(title, **fields):
    fields.setdefault("slug", title.lower())
    return make_post(kind="page", title=title, **fields)


def row(kind, number, **typed):
    return {f"{kind}-{number}-{name}": value for name, value in typed.items()}


def menu_of(page):
    return [link.get_text() for link in page.select(".masthead nav a")]


# --- The menu


def test_until_there_is_a_menu_of_ones_own_the_pages_are_it(client):
    make_page("About")
    make_page("Hidden", in_menu=False)

    assert menu_of(page_of(client)) == ["About"]


def test_a_menu_has_pages_categories_and_addresses_in_the_order_of_their_numbers(save, client):  # noqa: F811
    about, news = make_page("About"), Category.objects.create(name="News", slug="news")
    make_post(author=about.author).categories.add(news)

    answer = save(
        **row("menuitems", 0, position="3", label="Elsewhere", address="https://other.example/"),
        **row("menuitems", 1, position="2", category=news.pk),
        **row("menuitems", 2, position="1", label="Who we are", page=about.pk),
    )

    assert answer.status_code == 302, errors_of(answer)
    links = page_of(client).select(".masthead nav a")
    assert [(link.get_text(), link["href"]) for link in links] == [
        ("Who we are", "/about/"),
        ("News", "/category/news/"),
        ("Elsewhere", "https://other.example/"),
    ]


def test_an_entry_can_open_a_menu_of_its_own_without_javascript(save, client):  # noqa: F811
    about, team = make_page("About"), make_page("Team")

    save(
        **row("menuitems", 0, position="1", page=about.pk),
        **row("menuitems", 1, position="2", page=team.pk, is_below="on"),
        **row("menuitems", 2, position="3", label="Archives", address="/archives/"),
    )

    nav = page_of(client).select_one(".masthead nav")
    assert nav.select_one("details > summary").get_text() == "About"
    assert [link["href"] for link in nav.select("details a")] == ["/about/", "/team/"]
    assert menu_of(page_of(client))[-1] == "Archives"


@pytest.mark.parametrize("status", ["trash", "private", "draft"])
def test_what_is_not_public_leaves_the_menu_and_comes_back(save, client, status):  # noqa: F811
    about, team = make_page("About"), make_page("Team")
    empty = Category.objects.create(name="Empty")
    save(
        **row("menuitems", 0, position="1", page=about.pk),
        **row("menuitems", 1, position="2", page=team.pk, is_below="on"),
        **row("menuitems", 2, position="3", category=empty.pk),
    )

    about.status = status
    about.save()
    assert menu_of(page_of(client)) == ["Team"]
    about.status = "published"
    about.save()
    assert menu_of(page_of(client)) == ["About", "Team"]


def test_a_page_that_is_deleted_takes_its_entry_along(save, client):  # noqa: F811
    about, team = make_page("About"), make_page("Team")
    save(**row("menuitems", 0, page=about.pk), **row("menuitems", 1, page=team.pk))

    about.delete()

    assert menu_of(page_of(client)) == ["Team"]


def test_a_menu_is_taken_apart_and_the_pages_are_back(save, client):  # noqa: F811
    about = make_page("About")
    save(**row("menuitems", 0, label="Elsewhere", address="https://other.example/"))
    assert menu_of(page_of(client)) == ["Elsewhere"]

    save(**{"menuitems-0-DELETE": "on"})

    assert menu_of(page_of(client)) == [about.title]


EVIL = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "\u2028javascript:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example",
    "///evil.example",
    "https:evil.example",
    "https://",
    "http://[::1",
    "https://user name@x.example/",
    "ftp://x.example/",
    "blob:https://x.example/1",
    "mailto:",
    "mailto:javascript:alert(1)",
    "tel:",
    "tel:+44;javascript:alert(1)",
    "evil.example",
    "#top",
    "?page=2",
    "http:/evil",
]


@pytest.mark.parametrize("address", EVIL)
def test_an_address_that_is_not_safe_to_follow_is_none(address):
    for validate in (validate_address, validate_address_elsewhere):
        with pytest.raises(ValidationError):
            validate(address)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "//evil.example/"])
def test_the_form_says_what_an_address_may_be_and_keeps_the_rest(save, address):  # noqa: F811
    answer = save(title="Typed", **row("menuitems", 0, label="X", address=address))

    assert "starts with https://" in errors_of(answer)
    assert 'value="Typed"' in answer.content.decode()
    assert not MenuItem.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://x.example/a?b=c#d",
        "http://x.example",
        "mailto:a@x.example?subject=Hi",
        "tel:+44-1632-960001",
        "/about/",
        "/?q=1",
    ],
)
def test_an_address_that_is_safe_is_taken(address):
    validate_address(address)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"label": "Nothing"}, "one of the three"),
        ({"address": "/about/", "label": ""}, "what the menu calls"),
    ],
)
def test_an_entry_leads_to_one_thing_and_has_a_name(save, typed, told):  # noqa: F811
    assert told in errors_of(save(**row("menuitems", 0, **typed)))


def test_an_entry_can_not_lead_to_two_things(save):  # noqa: F811
    typed = {"label": "Two", "address": "/about/", "page": make_page("About").pk}

    assert "one of the three" in errors_of(save(**row("menuitems", 0, **typed)))


def test_of_two_who_change_the_menu_the_second_is_told(owner):  # noqa: F811
    first, second = filled_in(owner.get(ADDRESS)), filled_in(owner.get(ADDRESS))
    owner.post(ADDRESS, first | row("menuitems", 0, label="First", address="/first/"))

    answer = owner.post(ADDRESS, second | row("menuitems", 0, label="Second", address="/second/"))

    assert "Someone else has saved this" in answer.content.decode()
    assert [item.label for item in MenuItem.objects.all()] == ["First"]


def test_an_editor_changes_menu_links_and_notices(client):
    client.force_login(make_editor())
    data = filled_in(client.get(ADDRESS)) | row("menuitems", 0, label="First", address="/first/")

    assert client.post(ADDRESS, data).status_code == 302
    assert menu_of(page_of(client)) == ["First"]


# --- Links to elsewhere


def test_links_to_elsewhere_stand_at_the_bottom_and_say_that_they_are_ours(save, client):  # noqa: F811
    save(
        **row("sociallinks", 0, position="2", label="Mail", address="mailto:ann@x.example"),
        **row("sociallinks", 1, position="1", label="Mastodon", address="https://m.example/@ann"),
    )

    links = page_of(client).select('.colophon a[rel~="me"]')

    assert [(link.get_text(), link["href"]) for link in links] == [
        ("Mastodon", "https://m.example/@ann"),
        ("Mail", "mailto:ann@x.example"),
    ]
    assert "starts with https://" in errors_of(save(**row("sociallinks", 2, label="X", address="/here/")))


# --- Notices


def test_a_notice_has_text_link_and_picture_and_no_code(save, client):  # noqa: F811
    answer = save(
        **row("notices", 0, text="Come to the *fair*. <script>x</script>", address="/fair/", link_label="The fair"),
        **row("notices", 0, picture_file=upload(encoded(photograph(), "PNG"), name="fair.png"), picture_alt="A tent"),
    )

    assert answer.status_code == 302, errors_of(answer)
    notice = page_of(client).select_one(".notices .notice")
    assert notice.em.get_text() == "fair"
    assert notice.img["alt"] == "A tent"
    assert notice.select("a")[-1]["href"] == "/fair/"
    assert not notice.select("script")
    save(**row("notices", 0, picture_remove="on"))
    assert not page_of(client).select(".notices img")
    assert Picture.objects.count() == 1


@pytest.mark.parametrize(
    ("place", "shown"),
    [("all", ["/", "/2026/03/14/one/", "/2026/", "/search/"]), ("home", ["/"]), ("post", ["/2026/03/14/one/"])],
)
@pytest.mark.parametrize("position", ["above", "beside", "below"])
def test_it_stands_where_it_was_put(client, place, shown, position):
    make_post(slug="one")
    Notice.objects.create(text="Look here", place=place, position=position)

    for address in ("/", "/2026/03/14/one/", "/2026/", "/search/"):
        found = page_of(client, address).select(f".notices.{position}")
        assert len(found) == (address in shown), address


def test_it_comes_and_goes_with_the_days_of_the_blogs_own_zone(save, client, monkeypatch):  # noqa: F811
    save(time_zone="Asia/Tokyo", **row("notices", 0, text="Fair", starts_on="2026-05-03", ends_on="2026-05-04"))
    client.logout()
    seen = {}

    for when in (
        datetime(2026, 5, 2, 14, 59, tzinfo=UTC),
        datetime(2026, 5, 2, 15, 1, tzinfo=UTC),
        datetime(2026, 5, 4, 14, 59, tzinfo=UTC),
        datetime(2026, 5, 4, 15, 1, tzinfo=UTC),
    ):
        monkeypatch.setattr(timezone, "now", lambda when=when: when)
        seen[when] = bool(page_of(client).select(".notice"))

    assert list(seen.values()) == [False, True, True, False]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"starts_on": "2026-05-04", "ends_on": "2026-05-03"}, "before the first"),
        ({"address": "javascript:alert(1)", "link_label": "x"}, "starts with https://"),
        ({"address": "/fair/"}, "words of the link"),
        ({"text": "x" * 3000}, "Nothing was saved"),
        ({"starts_on": "someday"}, "valid date"),
        ({"picture_file": upload(b"<svg onload=alert(1)>", name="x.svg")}, "not allowed"),
    ],
)
def test_a_notice_that_can_not_be_is_refused(save, typed, told):  # noqa: F811
    assert told in errors_of(save(**row("notices", 0, **{"text": "Fair"} | typed)))
    assert not Notice.objects.exists()


def test_there_are_three_at_the_most(save, client):  # noqa: F811
    data = {"notices-TOTAL_FORMS": "5"}
    for number in range(5):
        data |= row("notices", number, text=f"Notice {number}", place="all", position="below")

    save(**data)

    assert len(page_of(client).select(".notice")) <= 3


def test_menu_links_and_notices_cost_no_query_once_they_are_known(client, django_assert_num_queries):
    post = make_post(slug="one")
    client.get("/2026/03/14/one/")
    with django_assert_num_queries(4):
        client.get("/2026/03/14/one/?x=1")
    page = make_page("About", author=post.author)
    MenuItem.objects.create(page=page)
    SocialLink.objects.create(label="Mail", address="mailto:a@x.example")
    Notice.objects.create(text="Look", starts_on=date(2020, 1, 1))
    client.get("/2026/03/14/one/")

    with django_assert_num_queries(4):
        client.get("/2026/03/14/one/?x=1")


# --- Preview


def test_the_preview_shows_what_is_typed_and_stores_nothing(owner, client):  # noqa: F811
    author = make_author()
    for number in range(3):
        make_post(author=author, title=f"Post {number}")
    stored = Client().get("/").content
    typed = {"title": "New name", "accent": "#7a1f5c", "posts_per_page": "2", "footer": "By *Ann*", "language": "de"}
    data = filled_in(owner.get(ADDRESS)) | typed
    data |= row("menuitems", 0, label="New entry", address="/new/") | row("notices", 0, text="New notice")
    data |= row("sociallinks", 0, label="Mail", address="mailto:a@x.example")

    page = BeautifulSoup(owner.post("/admin/posts/blog/preview/", data).content, "html.parser")

    assert page.html["lang"] == "de"
    assert page.select_one(".blog-title").get_text() == "New name"
    assert page.select("link[rel=stylesheet]")[-1]["href"].startswith("/accent/7a1f5c-")
    assert menu_of(page) == ["New entry"]
    assert page.select_one(".notice").get_text(strip=True) == "New notice"
    assert page.select_one(".footer-text em").get_text() == "Ann"
    assert len(page.select("article")) == 2
    assert page.select_one(".bar[role=status]")
    assert Client().get("/").content == stored
    assert not MenuItem.objects.exists()
    assert not Notice.objects.exists()


def test_the_preview_shows_a_page_for_a_home_page(owner):  # noqa: F811
    page = make_page("Welcome", body="Come in.")
    data = filled_in(owner.get(ADDRESS)) | {"home_page": page.pk}

    assert "Come in." in owner.post("/admin/posts/blog/preview/", data).content.decode()


def test_a_preview_in_another_time_zone_leaves_readers_their_years(owner):  # noqa: F811
    make_post(published_at=datetime(2025, 12, 31, 20, tzinfo=UTC))
    data = filled_in(owner.get(ADDRESS)) | {"time_zone": "Pacific/Auckland"}

    assert 'href="/2026/"' in owner.post("/admin/posts/blog/preview/", data).text

    assert 'href="/2025/"' in Client().get("/").text


def test_the_preview_of_what_is_typed_wrong_shows_what_is_stored_there(owner):  # noqa: F811
    data = filled_in(owner.get(ADDRESS)) | {"accent": "red", "time_zone": "Mars/X", "title": "Typed", "language": "xx"}
    data |= row("menuitems", 0, label="Evil", address="javascript:alert(1)") | row("notices", 0, text="", place="all")

    answer = owner.post("/admin/posts/blog/preview/", data)

    assert answer.status_code == 200
    assert "Typed" in answer.content.decode()
    assert "javascript:" not in answer.content.decode()


def test_only_who_may_change_the_settings_has_a_preview(client):
    assert client.post("/admin/posts/blog/preview/", {}).status_code == 302
    client.force_login(make_staff_author()[0])
    assert client.post("/admin/posts/blog/preview/", {}).status_code == 403


# --- In and out


def nav_item(id, title, *, order, parent=0, kind="custom", leads_to=0, of="custom", url="", menu="main"):
    return make_item(
        id=id,
        title=title,
        slug=str(id),
        link="",
        post_type="nav_menu_item",
        menu_order=order,
        terms=f'<category domain="nav_menu" nicename="{menu}">{menu}</category>',
        meta={
            "_menu_item_type": kind,
            "_menu_item_object": of,
            "_menu_item_object_id": leads_to,
            "_menu_item_menu_item_parent": parent,
            "_menu_item_url": url,
        },
    )


def wordpress_blog(tmp_path):
    return make_export(
        tmp_path,
        make_item(id=5, title="About", slug="about", link="https://old.example/about/", post_type="page"),
        nav_item(20, "Elsewhere", order=3, url="https://other.example/"),
        nav_item(21, "", order=1, kind="post_type", of="page", leads_to=5),
        nav_item(22, "Archive", order=2, parent=21, url="https://old.example/archives/"),
        nav_item(23, "Evil", order=4, url="javascript:alert(1)"),
        nav_item(24, "Gone", order=5, kind="post_type", of="page", leads_to=99),
        nav_item(30, "Small", order=1, url="https://small.example/", menu="footer"),
    )


def test_a_menu_of_wordpress_comes_in_and_goes_when_the_import_is_undone(tmp_path, client):
    report = import_(wordpress_blog(tmp_path))

    page = page_of(client)
    assert [(link.get_text(), link["href"]) for link in page.select(".masthead nav a")] == [
        ("About", "/about/"),
        ("Archive", "/archives/"),
        ("Elsewhere", "https://other.example/"),
    ]
    assert {each["why"].partition(" (")[0] for each in report["skipped"]} == {
        "it leads to nothing here",
        "a blog has one menu here",
    }
    import_(wordpress_blog(tmp_path))
    assert MenuItem.objects.count() == 3
    call_command("undo_import", str(Import.objects.earliest("pk").pk), stdout=StringIO())
    assert not MenuItem.objects.exists()


def test_a_menu_of_ones_own_is_not_replaced_by_an_import(tmp_path):
    MenuItem.objects.create(label="Mine", address="/mine/")

    import_(wordpress_blog(tmp_path))

    assert [item.label for item in MenuItem.objects.all()] == ["Mine"]


def test_the_menu_goes_out_to_wordpress_and_comes_back_the_same(tmp_path, client):
    about, news = make_page("About"), Category.objects.create(name="News", slug="news")
    make_post(author=about.author).categories.add(news)
    MenuItem.objects.create(position=1, page=about)
    MenuItem.objects.create(position=2, category=news, is_below=True)
    MenuItem.objects.create(position=3, label="Mail", address="mailto:a@x.example")
    before = menu_of(page_of(client))
    call_command("export_wordpress", str(tmp_path / "out.xml"))
    MenuItem.objects.all().delete()

    import_(tmp_path / "out.xml")

    assert menu_of(page_of(client)) == before


def test_the_settings_and_their_rows_go_out_as_json():
    MenuItem.objects.create(label="Mail", address="mailto:a@x.example")
    SocialLink.objects.create(label="Here", address="https://m.example/@ann")
    Notice.objects.create(text="Look", starts_on=date(2026, 5, 3))
    out = StringIO()

    call_command("export_json", stdout=out)

    blog = json.loads(out.getvalue())
    assert blog["blog"]["posts_per_page"] == 10
    assert blog["menu"][0]["address"] == "mailto:a@x.example"
    assert blog["links"][0]["label"] == "Here"
    assert (blog["notices"][0]["text"], blog["notices"][0]["starts_on"]) == ("Look", "2026-05-03")
