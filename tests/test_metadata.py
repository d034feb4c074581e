"""What machines understand of a page: microformats, JSON-LD, Open Graph, Twitter's cards, oEmbed, the fediverse."""

import json
import re
import warnings
from xml.etree import ElementTree

import extruct
import mf2py
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Blog, Category, Post, Tag
from tests.factories import make_author, make_comment, make_editor, make_picture, make_post, make_user

pytestmark = pytest.mark.django_db

SITE = "https://blog.example"
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!-- <script>",
    "-->",
    "]]>",
    "a\u2028b\u2029c",
    "\"quoted\" & 'quoted' \\ \\u003c",
    "<b>bold</b> &amp; &lt;i&gt;",
    '"><meta property="og:url" content="https://evil.example">',
    "{{ 7 * 7 }} {% now %}",
    "\x01\x0b tab\tline\nline",
    "文字 עברית \U0001f600",
]


@pytest.fixture(autouse=True)
def _at_home(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def post():
    author = make_author(name="Ann Writer", user=make_user(email="ann@secret.example"), bio="Writes.")
    post = make_post(author=author, slug="drains", title="Drains & gutters", body="All *of* it.", excerpt="In short.")
    post.categories.add(Category.objects.create(name="News"))
    post.tags.add(Tag.objects.create(name="Water"), Tag.objects.create(name="Rain"))
    return post


def with_thread(post):
    question = make_comment(post=post, name="Cy", body="Is *that* so?", url="https://cy.example/")
    answer = make_comment(parent=question, name="Di", body="It is.")
    make_comment(parent=answer, name="Ed", body="It was & is.")
    make_comment(post=post, name="Flo", body="Apart from that.")
    make_comment(post=post, name="Gus", body="Unseen.", status="pending")
    return question


def read(page):
    """All that extruct finds: {syntax: [data]}."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return extruct.extract(page.text, base_url=f"{SITE}/", syntaxes=["json-ld", "opengraph", "microformat"])


def posting(page):
    (found,) = read(page)["json-ld"]
    return found


def metas(page):
    """{name or property: [contents]}"""
    found = {}
    for meta in BeautifulSoup(page.text, "html.parser").find_all("meta", content=True):
        found.setdefault(meta.get("property") or meta.get("name"), []).append(meta["content"])
    return found


# --- Microformats


def test_a_parser_of_microformats_reads_the_post_and_its_thread(client, post):
    question = with_thread(post)

    entries = mf2py.parse(doc=client.get(post.get_absolute_url()).text, url=f"{SITE}{post.get_absolute_url()}")["items"]

    (entry,) = [item for item in entries if item["type"] == ["h-entry"]]
    properties = entry["properties"]
    assert properties["name"] == ["Drains & gutters"]
    assert properties["published"] == ["2026-03-14T09:30:00+0000"]
    assert properties["url"] == [f"{SITE}{post.get_absolute_url()}"]
    assert properties["category"] == ["News", "Rain", "Water"]
    assert "All <em>of</em> it." in properties["content"][0]["html"]
    (author,) = properties["author"]
    assert author["type"] == ["h-card"]
    assert author["properties"]["name"] == ["Ann Writer"]
    assert author["properties"]["url"] == [f"{SITE}/author/ann-writer/"]
    assert "photo" not in author["properties"]
    first, other = properties["comment"]
    assert [first["type"], other["type"]] == [["h-cite"], ["h-cite"]]
    assert first["properties"]["author"][0]["properties"]["name"] == ["Cy"]
    assert first["properties"]["url"] == [f"{SITE}{question.get_absolute_url()}"]
    assert first["properties"]["content"][0]["value"] == "Is that so?"
    (answer,) = first["properties"]["comment"]
    assert answer["properties"]["author"][0]["properties"]["name"] == ["Di"]
    (last,) = answer["properties"]["comment"]
    assert last["properties"]["content"][0]["value"] == "It was & is."
    assert other["properties"]["author"][0]["properties"]["name"] == ["Flo"]
    assert "comment" not in other["properties"]


# --- JSON-LD


def test_search_engines_read_the_post_its_author_and_its_comments(client, post):
    question = with_thread(post)
    url = f"{SITE}{post.get_absolute_url()}"

    found = posting(client.get(post.get_absolute_url()))

    assert found["@type"] == "BlogPosting"
    assert found["headline"] == "Drains & gutters"
    assert found["url"] == found["mainEntityOfPage"] == url
    assert found["description"] == "In short."
    assert found["datePublished"] == "2026-03-14T09:30:00+00:00"
    assert found["inLanguage"] == "en-gb"
    assert found["author"] == {"@type": "Person", "name": "Ann Writer", "url": f"{SITE}/author/ann-writer/"}
    assert found["keywords"] == ["Rain", "Water"]
    assert found["articleSection"] == ["News"]
    assert found["commentCount"] == 4
    assert [comment["author"]["name"] for comment in found["comment"]] == ["Cy", "Di", "Ed", "Flo"]
    first, answer, last, other = found["comment"]
    assert first["url"] == f"{url}?comment={question.pk}#comment-{question.pk}"
    assert first["text"] == "Is that so?"
    assert first["dateCreated"].startswith("20")
    assert answer["parentItem"]["url"] == first["url"]
    assert last["parentItem"]["url"] == answer["url"]
    assert last["text"] == "It was & is."
    assert "parentItem" not in first
    assert "parentItem" not in other


def test_a_post_without_comments_and_a_closed_one_are_told_too(client, post):
    Post.objects.update(comments_open=False)

    assert posting(client.get(post.get_absolute_url()))["comment"] == []


def test_a_page_is_no_posting_of_the_blog(client):
    page = make_post(kind="page", slug="about", title="About us")

    found = posting(client.get(page.get_absolute_url()))

    assert (found["@type"], found["name"]) == ("WebPage", "About us")


def test_a_reply_to_what_is_hidden_stands_without_it(client, post):
    question = make_comment(post=post, name="Cy", body="Unseen.")
    make_comment(parent=question, name="Di", body="Seen.")
    question.trash(by=None)

    (told,) = posting(client.get(post.get_absolute_url()))["comment"]

    assert told["text"] == "Seen."
    assert "parentItem" not in told


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_breaks_out_of_what_machines_read(client, text):
    Blog(title=text, tagline=text).save()
    author = make_author(name=text)
    post = make_post(author=author, slug="known", title=text, excerpt=text, body=text, picture=make_picture(alt=text))
    post.tags.add(Tag.objects.create(name=text, slug="t"))
    post.categories.add(Category.objects.create(name=text, slug="c", description=text))
    make_comment(post=post, name=text[:80], body=text)
    page = client.get(post.get_absolute_url())

    found = posting(page)
    soup = BeautifulSoup(page.text, "html.parser")

    assert found["headline"] == text
    assert found["author"]["name"] == text
    assert found["comment"][0]["author"]["name"] == text[:80]
    assert metas(page)["og:url"] == [f"{SITE}/2026/03/14/known/"]
    assert [script.get("type") for script in soup.find_all("script") if not script.get("src")] == [
        "application/ld+json"
    ]
    assert "alert(1)" not in "".join(script.text for script in soup.find_all("script")[:-1])
    for mark in "<>\u2028\u2029":
        assert mark not in re.search(r"ld\+json\">(.*?)</script>", page.text, re.DOTALL)[1]
    for address in ("/", "/tag/t/", "/category/c/", author.get_absolute_url()):
        assert len(metas(client.get(address))["og:url"]) == 1
    for form in ("json", "xml"):
        assert client.get(f"/oembed?url={SITE}/2026/03/14/known/&format={form}").status_code == 200


@pytest.mark.parametrize("query", ["?awaiting=x", "?replytocom=1"])
def test_what_is_a_page_once_more_tells_machines_nothing(client, post, query):
    page = client.get(f"{post.get_absolute_url()}{query}")

    assertNotContains(page, "ld+json")
    assertNotContains(page, "og:title")
    assertNotContains(page, "oembed")


def test_a_draft_that_its_editor_sees_tells_machines_nothing(client, editor):
    draft = make_post(status="draft", published_at=None)

    page = client.get(draft.get_absolute_url())

    assert page.status_code == 200
    assertNotContains(page, "ld+json")
    assertNotContains(page, "og:title")
    assert editor.is_staff


def test_a_long_thread_is_told_in_part(client, post):
    for _ in range(104):
        make_comment(post=post)

    found = posting(client.get(f"{post.get_absolute_url()}?comments=1"))

    assert found["commentCount"] == 104
    assert len(found["comment"]) == 50


# --- Open Graph, Twitter, the fediverse


def test_a_link_to_a_post_has_a_card(client, post):
    post.picture = make_picture(alt="A bucket", size=(1200, 800))
    post.save()

    page = client.get(post.get_absolute_url())
    told = metas(page)

    picture = f"{SITE}{post.picture.file.url}"
    expected = {
        "og:title": "Drains & gutters",
        "og:description": "In short.",
        "og:type": "article",
        "og:url": f"{SITE}{post.get_absolute_url()}",
        "og:site_name": "Right of Reply",
        "og:locale": "en_GB",
        "og:image": picture,
        "og:image:width": "1200",
        "og:image:height": "800",
        "og:image:alt": "A bucket",
        "article:published_time": "2026-03-14T09:30:00+00:00",
        "article:author": f"{SITE}/author/ann-writer/",
        "article:section": "News",
        "twitter:card": "summary_large_image",
        "twitter:title": "Drains & gutters",
        "twitter:description": "In short.",
        "twitter:image": picture,
        "twitter:image:alt": "A bucket",
        "author": "Ann Writer",
        "description": "In short.",
    }
    assert {name: told[name] for name in expected} == {name: [value] for name, value in expected.items()}
    assert told["article:tag"] == ["Rain", "Water"]
    assert "article:modified_time" in told
    assert "fediverse:creator" not in told
    assert read(page)["opengraph"][0]["properties"]


def test_a_post_without_a_picture_has_a_card_with_its_title(client, post):
    told = metas(client.get(post.get_absolute_url()))

    assert told["og:image"] == told["twitter:image"] == [f"{SITE}{post.card_url}"]
    assert (told["og:image:width"], told["og:image:height"]) == (["1200"], ["630"])
    assert told["og:image:alt"] == ["Drains & gutters – Ann Writer"]
    assert told["twitter:card"] == ["summary_large_image"]
    assert posting(client.get(post.get_absolute_url()))["image"]["url"] == f"{SITE}{post.card_url}"
    assert client.get(post.card_url)["Content-Type"] == "image/png"


def test_a_link_shows_the_size_that_suits(client, post):
    picture = make_picture(size=(2400, 1200), alt="A bucket")
    picture.renditions = {"webp": {str(width): f"r/{width}.webp" for width in (400, 800, 1280, 2000)}}
    picture.save()
    post.picture = picture
    post.save()
    address = f"{SITE}{post.get_absolute_url()}"

    told = metas(client.get(post.get_absolute_url()))

    assert told["og:image"] == [f"{SITE}/media/r/1280.webp"]
    assert (told["og:image:width"], told["og:image:height"]) == (["1280"], ["640"])
    assert ask(client, address, maxwidth=900).json()["thumbnail_url"] == f"{SITE}/media/r/800.webp"
    assert ask(client, address, maxheight=210).json()["thumbnail_height"] == 200
    assert "thumbnail_url" not in ask(client, address, maxwidth=100).json()


def test_a_link_to_a_list_has_a_card_and_a_description(client, post):
    Blog(title="The Blog", tagline="About drains").save()
    Category.objects.update(description="What is new")

    for address, title, description, kind in (
        ("/", "The Blog", "About drains", "website"),
        ("/category/news/", "News", "What is new", "website"),
        ("/tag/water/", "Water", "About drains", "website"),
        ("/author/ann-writer/", "Ann Writer", "Writes.", "profile"),
        ("/archives/", "Archives", "About drains", "website"),
        ("/2026/03/", "March 2026", "About drains", "website"),
    ):
        told = metas(client.get(address))
        assert told["og:title"] == [title]
        assert told["og:description"] == told["description"] == [description]
        assert told["og:type"] == [kind]
        assert told["og:url"] == [f"{SITE}{address}"]
        assert told["twitter:card"]


def test_the_fediverse_is_told_who_wrote_it(client, post):
    post.author.fediverse = "@ann@social.example"
    post.author.full_clean()
    post.author.save()

    assert metas(client.get(post.get_absolute_url()))["fediverse:creator"] == ["@ann@social.example"]


@pytest.mark.parametrize(
    "handle",
    ["ann@social.example", "@ann", "@ann@social", "@a b@social.example", "https://social.example/@ann", "@a@b.c\n"],
)
def test_a_handle_is_written_whole(post, handle):
    post.author.fediverse = handle

    with pytest.raises(ValidationError, match="handle"):
        post.author.full_clean()


# --- oEmbed


def ask(client, url, **query):
    return client.get("/oembed", {"url": url, **query})


def test_a_post_names_its_oembed_and_that_says_what_it_is(client, post):
    post.picture = make_picture(size=(1200, 800))
    post.save()
    links = BeautifulSoup(client.get(post.get_absolute_url()).text, "html.parser").find_all("link", rel="alternate")
    named = {link["type"]: link["href"] for link in links}

    told = client.get(named["application/json+oembed"].removeprefix(SITE))
    as_xml = client.get(named["text/xml+oembed"].removeprefix(SITE))

    data = json.loads(told.content)
    assert (data["version"], data["type"], data["title"]) == ("1.0", "link", "Drains & gutters")
    assert (data["author_name"], data["author_url"]) == ("Ann Writer", f"{SITE}/author/ann-writer/")
    assert (data["provider_name"], data["provider_url"]) == ("Right of Reply", f"{SITE}/")
    assert data["thumbnail_url"] == f"{SITE}{post.picture.file.url}"
    assert (data["thumbnail_width"], data["thumbnail_height"]) == (1200, 800)
    assert as_xml["Content-Type"].startswith("text/xml")
    assert {element.tag: element.text for element in ElementTree.fromstring(as_xml.content)} == {
        key: str(value) for key, value in data.items()
    }


def test_a_picture_that_is_too_large_for_whoever_asks_is_left_out(client, post):
    post.picture = make_picture(size=(1200, 800))
    post.save()
    address = f"{SITE}{post.get_absolute_url()}"

    assert "thumbnail_url" not in ask(client, address, maxwidth=600).json()
    assert "thumbnail_url" not in ask(client, address, maxheight=600).json()
    assert "thumbnail_url" in ask(client, address, maxwidth=1200, maxheight="x").json()


def test_oembed_knows_what_is_public_here_and_nothing_else(client, post):
    hidden = make_post(status="private", slug="hidden")
    for address in (
        f"{SITE}{hidden.get_absolute_url()}",
        f"{SITE}/nowhere/",
        f"https://other.example{post.get_absolute_url()}",
        f"ftp://blog.example{post.get_absolute_url()}",
        post.get_absolute_url(),
        "http://[",
        f"{SITE}/%00",
        "",
    ):
        assert ask(client, address).status_code == 404, address
    assert client.get("/oembed").status_code == 404
    assert ask(client, f"{SITE}{post.get_absolute_url()}", format="yaml").status_code == 501
    assert ask(client, f"{SITE}{post.get_absolute_url()}?comments=2#comment-3").status_code == 200
    assert client.post("/oembed").status_code == 405


def test_oembed_knows_an_address_in_any_script(client):
    post = make_post(slug="über-文字")

    assert ask(client, f"{SITE}{post.get_absolute_url()}").json()["title"] == "A post"


# --- Nothing private, and at no cost


def test_no_mail_address_is_told(client, post):
    with_thread(post)
    make_editor(email="eve@secret.example")

    for address in (
        post.get_absolute_url(),
        "/",
        "/author/ann-writer/",
        f"/oembed?url={SITE}{post.get_absolute_url()}",
    ):
        assertNotContains(client.get(address), "secret.example")
        assertNotContains(client.get(address), "bo@example.org")
        assertNotContains(client.get(address), "Unseen")


def test_machines_are_told_at_no_cost(client, post, django_assert_num_queries):
    with_thread(post)
    client.get(post.get_absolute_url())

    with django_assert_num_queries(2):
        page = client.get(post.get_absolute_url())

    assertContains(page, "ld+json", count=1)
