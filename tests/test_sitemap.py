"""The map of the site: what is public, when it changed, with its pictures; and where machines find it."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Category, Post, Tag
from tests.factories import LONG_AGO, make_author, make_comment, make_picture, make_post, site_map_with

pytestmark = pytest.mark.django_db

SITE = "https://blog.example"
NAMES = {
    "map": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
}


@pytest.fixture(autouse=True)
def _at_home(settings):
    settings.SITE_URL = SITE


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/xml")
    return {
        entry.findtext("map:loc", namespaces=NAMES): entry.findtext("map:lastmod", namespaces=NAMES)
        for entry in ElementTree.fromstring(answer.content)
    }


def whole(client):
    """{address: time} of all parts that the index names."""
    found = {}
    for part in read(client, "/sitemap.xml"):
        assert part.startswith(f"{SITE}/sitemap-")
        found |= read(client, part.removeprefix(SITE))
    return found


def test_it_has_all_that_is_public_and_nothing_else(client):
    category = Category.objects.create(name="News")
    child = Category.objects.create(name="Local", parent=category)
    Category.objects.create(name="Nothing here")
    tag = Tag.objects.create(name="Water")
    post = make_post(slug="drains", author=make_author(name="Ann"))
    post.categories.add(child)
    post.tags.add(tag)
    make_post(kind="page", slug="about")
    make_author(name="Nobody yet")
    for status in ("draft", "private", "trash"):
        hidden = make_post(status=status, title="Hidden", published_at=LONG_AGO - timedelta(days=900))
        hidden.tags.add(Tag.objects.create(name=status))
    make_post(slug="tomorrow", published_at=timezone.now() + timedelta(days=1))

    found = whole(client)

    paths = [
        *("/", "/2026/", "/archives/", "/2026/03/", "/2026/03/14/drains/", "/about/", "/author/ann/"),
        *("/category/news/", "/category/news/local/", "/tag/water/"),
    ]
    assert set(found) == {f"{SITE}{path}" for path in paths}
    for address in found:
        assertNotContains(client.get(address.removeprefix(SITE)), "noindex")


def test_a_post_changes_with_its_words_and_with_its_last_comment(client):
    post = make_post(slug="drains")
    address = f"{SITE}/2026/03/14/drains/"
    assert whole(client)[address] == "2026-03-14T09:30:00+00:00"

    make_comment(post=post, submitted_at=LONG_AGO + timedelta(days=2))
    make_comment(post=post, submitted_at=LONG_AGO + timedelta(days=1))
    make_comment(post=post, submitted_at=LONG_AGO + timedelta(days=9), status="pending")
    assert whole(client)[address] == "2026-03-16T09:30:00+00:00"
    (part,) = (time for address, time in read(client, "/sitemap.xml").items() if "posts" in address)
    assert part[:10] == f"{timezone.now():%Y-%m-%d}"

    post.body = "New words."
    post.save()
    assert whole(client)[address][:10] == f"{timezone.now():%Y-%m-%d}"


def test_a_scheduled_post_is_there_from_its_time_on(client):
    post = make_post(slug="soon", published_at=timezone.now() + timedelta(hours=1))
    assert not any("soon" in address for address in whole(client))

    Post.objects.update(published_at=timezone.now() - timedelta(seconds=1))

    assert any("soon" in address for address in whole(client))
    assert post.pk


def test_it_has_the_pictures_of_a_post(client):
    text = "![A drain](/media/drain%20&%20gutter.png) ![Elsewhere](https://other.example/x.png)"
    post = make_post(body=text, picture=make_picture(alt="A bucket"))

    root = ElementTree.fromstring(client.get(site_map_with(post)).content)
    pictures = [element.text for element in root.findall(".//image:loc", NAMES)]

    assert pictures == [f"{SITE}{post.picture.file.url}", f"{SITE}/media/drain%20&%20gutter.png"]


def test_a_large_blog_has_it_in_parts_that_stay(client):
    author = make_author()
    for pk in (1_000, 999, 4_001, 1_999):
        make_post(author=author, pk=pk, slug=f"number-{pk}", published_at=LONG_AGO + timedelta(hours=pk))
    make_post(author=author, pk=2_500, status="draft")
    make_post(author=author, pk=3_500, published_at=timezone.now() + timedelta(days=1))
    Post.objects.filter(pk=999).update(changed_at=LONG_AGO + timedelta(days=90))

    parts = {address: time for address, time in read(client, "/sitemap.xml").items() if "posts" in address}

    assert list(parts) == [f"{SITE}/sitemap-posts-{number}.xml" for number in (1, 2, 5)]
    # A part has changed when what readers see of its posts has.
    assert parts[f"{SITE}/sitemap-posts-1.xml"] == f"{LONG_AGO + timedelta(days=90):%Y-%m-%dT%H:%M:%S+00:00}"
    assert [address.rpartition("-")[2] for address in read(client, "/sitemap-posts-2.xml")] == ["1000/", "1999/"]
    for number in ("0", "3", "4", "6", "999999"):
        assert client.get(f"/sitemap-posts-{number}.xml").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_it_costs_the_same_however_much_is_in_it(client, django_assert_num_queries, number):
    author = make_author()
    for _ in range(number):
        post = make_post(author=author)
        make_comment(post=post)

    with django_assert_num_queries(8):
        client.get("/sitemap.xml")
    with django_assert_num_queries(2):
        client.get(site_map_with(post))


@pytest.mark.parametrize("part", ["index", "posts", "archives"])
def test_who_has_it_is_told_so_at_the_cost_of_one_query(client, part, django_assert_num_queries):
    post = make_post()
    address = {"index": "/sitemap.xml", "archives": "/sitemap-archives-1.xml"}.get(part) or site_map_with(post)
    tag = client.get(address)["ETag"]

    with django_assert_num_queries(1):
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    make_comment(post=post)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_what_became_public_by_the_clock_alone_is_told_to_who_has_the_old_one(client, monkeypatch):
    author = make_author()
    make_post(author=author, pk=1_001)
    make_post(author=author, pk=1_002, title="Soon", slug="soon", published_at=timezone.now() + timedelta(hours=1))
    addresses = ("/sitemap-posts-2.xml", "/feed/")
    tags = {address: client.get(address)["ETag"] for address in addresses}

    then = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: then)

    for address, tag in tags.items():
        answer = client.get(address, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert "/soon/" in answer.content.decode()


def test_an_empty_blog_has_one_too(client):
    assert list(whole(client)) == [f"{SITE}/", f"{SITE}/archives/"]


def test_robots_are_told_where_it_is(client):
    robots = client.get("/robots.txt")

    assertContains(robots, f"Sitemap: {SITE}/sitemap.xml\n")
    assertContains(robots, "Disallow: /admin/\n")


# --- Which of a page's addresses counts


def test_every_page_says_which_address_is_its_own(client):
    author = make_author(name="Ann")
    for _ in range(11):
        post = make_post(author=author)
    post.tags.add(Tag.objects.create(name="Water"))
    comment = make_comment(post=post)
    page = make_post(kind="page", slug="about")
    of_post = post.get_absolute_url()
    expected = {
        "/": "/",
        "/?page=2": "/?page=2",
        "/?page=1&utm_source=x": "/",
        "/archives/": "/archives/",
        "/search/": "/search/",
        "/search/?q=post&utm_source=x": "/search/?q=post",
        "/search/?q=post&page=2": "/search/?q=post&amp;page=2",
        "/2026/": "/2026/",
        "/2026/?page=2": "/2026/?page=2",
        "/author/ann/?page=2": "/author/ann/?page=2",
        "/tag/water/": "/tag/water/",
        page.get_absolute_url(): "/about/",
        of_post: of_post,
        f"{of_post}?comments=1": of_post,
        f"{of_post}?replytocom={comment.pk}": of_post,
        f"{of_post}?awaiting=nonsense": of_post,
        f"{of_post}?thread={comment.pk}": of_post,
    }

    for address, canonical in expected.items():
        assertContains(client.get(address), f'<link rel="canonical" href="{SITE}{canonical}">', count=1)


def test_a_search_is_in_no_search_engine(client):
    make_post()

    for address in ("/search/", "/search/?q=words", "/search/?q=nothing"):
        assertContains(client.get(address), '<meta name="robots" content="noindex">', count=1)


def test_what_is_a_page_once_more_is_in_no_search_engine(client):
    comment = make_comment()
    address = comment.post.get_absolute_url()

    for query in (f"replytocom={comment.pk}", "awaiting=nonsense"):
        answer = client.get(f"{address}?{query}")
        assertContains(answer, '<meta name="robots" content="noindex">', count=1)
        assert answer["X-Robots-Tag"] == "noindex"
    assertNotContains(client.get(address), "noindex")
