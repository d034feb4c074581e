"""Feeds: whole, valid, and quick to say that nothing is new."""

import json
import warnings
from datetime import timedelta
from xml.etree import ElementTree

import feedparser
import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment
from posts.models import Blog, Category, ChangeCount, Post, Tag
from tests.factories import LONG_AGO, make_author, make_comment, make_picture, make_post, make_user
from tests.feed_rules import ATOM, CONTENT, CREATOR, SLASH, THREAD, WFW, problems

pytestmark = pytest.mark.django_db

SITE = "https://blog.example"


@pytest.fixture(autouse=True)
def _at_home(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def post():
    parent = Category.objects.create(name="News")
    child = Category.objects.create(name="Local", parent=parent)
    post = make_post(
        author=make_author(name="Ann Writer", user=make_user(email="ann@secret.example")),
        slug="drains",
        title="Drains & “gutters”",
        body="All *of* it. [Here](/about/), [there](#below), ![a drain](/media/drain.png), a note.[^1]\n\n[^1]: Noted.",
    )
    post.categories.add(child)
    post.tags.add(Tag.objects.create(name="Water"))
    return post


ARCHIVES = ["/", "/category/news/", "/category/news/local/", "/tag/water/", "/author/ann-writer/"]


def parsed(client, address):
    """A feed as feedparser reads it, which had nothing to complain of."""
    with warnings.catch_warnings():
        # Of its own way of asking for a date that is not there.
        warnings.simplefilter("ignore", DeprecationWarning)
        answer = client.get(address)
        found = feedparser.parse(answer.content, response_headers={"content-type": answer["Content-Type"]})
    assert answer.status_code == 200
    assert not found.bozo, found.get("bozo_exception")
    return found


def read_json(client, address):
    answer = client.get(address)
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    return json.loads(answer.content)


# --- What is in them


@pytest.mark.parametrize("archive", ARCHIVES)
@pytest.mark.parametrize("form", ["", "atom/"])
def test_every_archive_has_its_feed_with_the_whole_text(client, post, archive, form):
    make_post(title="Another", author=make_author(name="Bea"))

    feed = parsed(client, f"{archive}feed/{form}")

    entry = feed.entries[-1]
    assert len(feed.entries) == (2 if archive == "/" else 1)
    assert entry.title == "Drains & “gutters”"
    assert entry.link == f"{SITE}/2026/03/14/drains/"
    assert entry.author == "Ann Writer"
    assert "All <em>of</em> it." in entry.content[-1].value
    assert {tag.term for tag in entry.tags} == {"Local", "Water"}
    assert entry.published_parsed[:5] == (2026, 3, 14, 9, 30)
    assert feed.feed.link == f"{SITE}{archive}"
    assert feed.feed.language == "en-gb"
    assert not problems(client.get(f"{archive}feed/{form}"), f"{SITE}{archive}feed/{form}")


@pytest.mark.parametrize("archive", ARCHIVES)
def test_every_archive_has_its_json_feed(client, post, archive):
    feed = read_json(client, f"{archive}feed/json/")

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{SITE}{archive}feed/json/"
    assert feed["home_page_url"] == f"{SITE}{archive}"
    (item,) = feed["items"]
    assert item["title"] == "Drains & “gutters”"
    assert item["url"] == f"{SITE}/2026/03/14/drains/"
    assert item["authors"] == [{"name": "Ann Writer", "url": f"{SITE}/author/ann-writer/"}]
    assert item["tags"] == ["Local", "Water"]
    assert item["date_published"] == "2026-03-14T09:30:00+00:00"
    assert "<em>of</em>" in item["content_html"]


def test_no_address_in_a_feed_is_relative(client, post):
    for form in ("", "atom/", "json/"):
        feed = client.get(f"/feed/{form}").content.decode().replace('\\"', '"').replace("&quot;", '"')

        assert 'href="https://blog.example/about/"' in feed
        assert 'href="https://blog.example/2026/03/14/drains/#below"' in feed
        assert 'src="https://blog.example/media/drain.png"' in feed
        assert 'href="/' not in feed
        assert 'href="#' not in feed


def test_a_formula_is_its_tex_and_a_language_is_named(client):
    make_post(body='So <span class="math">x < y^2</span>.', body_format="html", language="cy")

    feed = client.get("/feed/atom/")

    assertContains(feed, "&lt;code&gt;x &amp;lt; y^2&lt;/code&gt;")
    assertContains(feed, '<entry xml:lang="cy">')
    assertNotContains(feed, "&lt;math")
    assert not problems(feed, f"{SITE}/feed/atom/")
    assert read_json(client, "/feed/json/")["items"][0]["language"] == "cy"


@pytest.mark.parametrize("path", ["/comments/feed/", "/search/feed/?q=words"])
def test_a_feed_of_which_the_hub_is_not_told_does_not_name_it(client, post, settings, path):
    settings.WEBSUB_HUB = "https://hub.example/"

    response = client.get(path)

    assert "hub" not in response.headers.get("Link", "")
    assert b"hub.example" not in response.content


def test_a_feed_has_its_hub_where_one_is_set(client, post, settings):
    settings.WEBSUB_HUB = "https://hub.example/"

    for form in ("", "atom/"):
        links = {link.rel: link.href for link in parsed(client, f"/feed/{form}").feed.links}
        assert links["hub"] == "https://hub.example/"
        assert links["self"] == f"{SITE}/feed/{form}"
        assert not problems(client.get(f"/feed/{form}"), f"{SITE}/feed/{form}")
    link = '<https://hub.example/>; rel="hub", <https://blog.example/feed/json/>; rel="self"'
    assert client.get("/feed/json/")["Link"] == link
    assert read_json(client, "/feed/json/")["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]


def test_a_post_in_a_feed_says_where_its_comments_are_and_how_many(client, post):
    make_comment(post=post)
    make_comment(post=post, status="pending")
    address = f"{SITE}{post.get_absolute_url()}"

    item = ElementTree.fromstring(client.get("/feed/").content).find("channel/item")
    entry = ElementTree.fromstring(client.get("/feed/atom/").content).find(f"{ATOM}entry")
    replies = {link.get("type"): link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "replies"}

    assert item.findtext("comments") == f"{address}#comments"
    assert item.findtext(SLASH) == "1"
    assert item.findtext(WFW) == f"{address}feed/"
    assert replies["text/html"].get("href") == f"{address}#comments"
    assert replies["application/atom+xml"].get("href") == f"{address}feed/atom/"
    assert replies["application/atom+xml"].get(f"{THREAD}count") == "1"
    assert entry.findtext(f"{THREAD}total") == "1"
    assert read_json(client, "/feed/json/")["items"][0]["_replies"]["count"] == 1
    assert client.get(f"{post.get_absolute_url()}feed/").status_code == 200
    assert client.get(f"{post.get_absolute_url()}feed/atom/").status_code == 200


@pytest.mark.parametrize("form", ["", "atom/"])
def test_comments_have_feeds_that_say_what_they_answer(client, post, form):
    asked = "Is *that* so? See [this](https://blog.example/about/)."
    question = make_comment(post=post, name="Cy", body=asked, email="cy@secret.example")
    answer = make_comment(parent=question, name="Di", body="It is.")
    make_comment(body="Elsewhere.")
    address = f"{SITE}{post.get_absolute_url()}"

    everything = parsed(client, f"/comments/feed/{form}")
    feed = parsed(client, f"{post.get_absolute_url()}feed/{form}")

    assert len(everything.entries) == 3
    assert [entry.author for entry in feed.entries] == ["Di", "Cy"]
    assert feed.entries[1].link == f"{address}?comment={question.pk}#comment-{question.pk}"
    assert "Is <em>that</em> so?" in feed.entries[1].content[-1].value
    assert 'href="https://blog.example/about/"' in feed.entries[1].content[-1].value
    root = ElementTree.fromstring(client.get(f"{post.get_absolute_url()}feed/{form}").content)
    to_question, to_post = (element for element in root.iter(f"{THREAD}in-reply-to"))
    assert to_question.get("ref") == feed.entries[1].id
    assert to_question.get("href") == f"{address}?comment={question.pk}#comment-{question.pk}"
    assert to_post.get("ref") == parsed(client, "/feed/").entries[-1].id
    assert to_post.get("href") == address
    for path in ("/comments/feed/", f"{post.get_absolute_url()}feed/"):
        assert not problems(client.get(f"{path}{form}"), f"{SITE}{path}{form}")
        assertNotContains(client.get(f"{path}{form}"), "secret.example")
    assert answer.pk


def test_comments_have_json_feeds(client, post):
    question = make_comment(post=post, name="Cy")
    make_comment(parent=question, name="Di")

    feed = read_json(client, f"{post.get_absolute_url()}feed/json/")

    assert [item["authors"] for item in feed["items"]] == [[{"name": "Di"}], [{"name": "Cy"}]]
    assert feed["items"][0]["_in_reply_to"]["id"] == feed["items"][1]["id"]
    assert len(read_json(client, "/comments/feed/json/")["items"]) == 2


def test_a_page_has_a_feed_of_its_comments_and_no_page_takes_its_place(client):
    page = make_post(kind="page", slug="about")
    below = make_post(kind="page", slug="feed", parent=page, body="I am below.")
    make_comment(post=page, body="A word on this page.")

    assertContains(client.get("/about/feed/"), "A word on this page.")
    assertContains(client.get(below.get_absolute_url()), "I am below.")


def test_a_picture_at_the_top_stands_in_the_feed_too(client, post):
    Post.objects.filter(pk=post.pk).update(picture=make_picture(alt="A gutter", caption="The gutter", credit="Ann"))

    feed = client.get("/feed/atom/")

    assertContains(feed, "&lt;figcaption&gt;The gutter Ann&lt;/figcaption&gt;")
    assertContains(feed, '&lt;img src="https://blog.example/media/')
    assert not problems(feed, f"{SITE}/feed/atom/")
    assert read_json(client, "/feed/json/")["items"][0]["image"].startswith("https://blog.example/media/")


# --- What is not in them


def test_nothing_private_is_in_any_feed(client, post):
    for status in ("draft", "private", "trash"):
        other = make_post(status=status, title="Unseen", body="Unseen.", author=post.author)
        other.tags.set(post.tags.all())
        other.categories.set(post.categories.all())
        make_comment(post=other, body="Unseen.")
    make_post(title="Unseen", published_at=timezone.now() + timedelta(hours=1), author=post.author)
    hidden = [make_comment(post=post, body="Unseen.", status=status) for status in ("pending", "spam", "trash")]
    make_comment(parent=hidden[0], name="Cy", body="Seen.")
    addresses = [f"{archive}feed/" for archive in ARCHIVES] + ["/comments/feed/", f"{post.get_absolute_url()}feed/"]

    for address in [f"{address}{form}" for address in addresses for form in ("", "atom/", "json/")]:
        assertNotContains(client.get(address), "Unseen")
        assertNotContains(client.get(address), "secret.example")
        assertNotContains(client.get(address), "bo@example.org")


@pytest.mark.parametrize("status", ["draft", "private", "trash"])
def test_the_comments_of_what_is_not_public_have_no_feed(client, status):
    hidden = make_post(status=status, kind="page", slug="hidden")
    make_comment(post=hidden)

    assert client.get("/hidden/feed/").status_code == 404
    assert client.get("/nowhere/feed/").status_code == 404
    assert client.get("/category/nothing/feed/").status_code == 404


# --- What a search finds


def test_a_search_has_a_feed_of_its_newest_finds(client, post):
    older = make_post(author=post.author, title="Old drains", published_at=LONG_AGO - timedelta(days=9))
    make_post(author=post.author, title="Lamps")
    make_post(author=post.author, title="Secret drains", status="private")
    make_comment(post=older, name="Cy", body="Our drains are older.")
    make_comment(post=older, body="Hidden drains.", status="pending")

    for form in ("", "atom/"):
        feed = parsed(client, f"/search/feed/{form}?q=drains")
        assert [entry.author for entry in feed.entries] == ["Cy", "Ann Writer", "Ann Writer"]
        assert [entry.title for entry in feed.entries[1:]] == ["Drains & “gutters”", "Old drains"]
        answer = client.get(f"/search/feed/{form}?q=drains")
        assert not problems(answer, f"{SITE}/search/feed/{form}?q=drains")
        assert answer["X-Robots-Tag"] == "noindex"
        again = client.get(f"/search/feed/{form}?q=drains", headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
    items = read_json(client, "/search/feed/json/?q=drains&kind=post")["items"]
    assert [item["title"] for item in items] == ["Drains & “gutters”", "Old drains"]
    assertContains(client.get("/search/?q=drains"), 'href="/search/feed/?q=drains"')


@pytest.mark.parametrize(
    "words", ["", "nothing at all like it", '"<b>', "a & b", "]]>", "' OR 1=1 --", "%00", "é" * 300]
)
def test_no_search_breaks_its_feed(client, post, words):
    for form in ("", "atom/"):
        answer = client.get(f"/search/feed/{form}", {"q": words})
        assert answer.status_code == 200
        ElementTree.fromstring(answer.content)
    assert json.loads(client.get("/search/feed/json/", {"q": words}).content)["items"] == []


# --- Identity


def test_an_identity_stays_whatever_becomes_of_the_address(client, post):
    comment = make_comment(post=post)
    before = {
        address: [entry.id for entry in parsed(client, address).entries]
        for address in ("/feed/", "/feed/atom/", "/comments/feed/", "/comments/feed/atom/")
    }
    post.slug, post.title, post.published_at = "gutters", "Gutters", LONG_AGO - timedelta(days=40)
    post.save()

    for address, identities in before.items():
        assert [entry.id for entry in parsed(client, address).entries] == identities
    assert read_json(client, "/feed/json/")["items"][0]["id"] == before["/feed/"][0]
    assert comment.pk


# --- Asked again


FEEDS = ["/feed/", "/feed/atom/", "/feed/json/", "/tag/water/feed/", "/comments/feed/", "/2026/03/14/drains/feed/"]


@pytest.mark.parametrize("address", FEEDS)
def test_who_has_a_feed_is_told_so(client, post, address):
    make_comment(post=post)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    Post.objects.update(changed_at=an_hour_ago)
    ChangeCount.objects.update(changed_at=an_hour_ago)
    first = client.get(address)

    by_tag = client.get(address, headers={"If-None-Match": first["ETag"]})
    by_weak_tag = client.get(address, headers={"If-None-Match": f'"other", {first["ETag"].removeprefix("W/")}'})
    by_time = client.get(address, headers={"If-Modified-Since": first["Last-Modified"]})
    by_both = client.get(address, headers={"If-None-Match": '"x"', "If-Modified-Since": first["Last-Modified"]})

    assert [answer.status_code for answer in (by_tag, by_weak_tag, by_time, by_both)] == [304, 304, 304, 200]
    assert by_tag["ETag"] == first["ETag"]
    assert not by_tag.content
    assert client.get(address).content == first.content


def test_what_happens_in_the_second_in_which_a_feed_was_read_is_told_to_who_asks_by_time(client, post):
    first = client.get("/feed/")

    post.title = "In the same second"
    post.save()

    again = client.get("/feed/", headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200
    assertContains(again, "In the same second")


def becomes_public(post):
    Post.objects.filter(title="Later").update(published_at=timezone.now() - timedelta(seconds=1))


def is_edited(post):
    post.body = "New words."
    post.save()


def is_taken_back(post):
    post.status = "private"
    post.save()


def is_commented(post):
    make_comment(post=post, body="New.")


def loses_a_comment(post):
    Comment.objects.get(body="Old.").trash(by=None)


def author_is_renamed(post):
    post.author.name = "Anna Writer"
    post.author.save()


def term_is_renamed(post):
    Tag.objects.update(name="Waters")


def blog_is_renamed(post):
    blog = Blog.load()
    blog.title = "Another"
    blog.save()


@pytest.mark.parametrize(
    ("change", "unchanged"),
    [
        (becomes_public, {"/tag/water/feed/", "/comments/feed/", "/2026/03/14/drains/feed/"}),
        (is_edited, {"/comments/feed/"}),
        (is_taken_back, {"/2026/03/14/drains/feed/", "/tag/water/feed/"}),
        (is_commented, set()),
        (loses_a_comment, set()),
        (author_is_renamed, {"/comments/feed/", "/2026/03/14/drains/feed/"}),
        (term_is_renamed, {"/comments/feed/", "/2026/03/14/drains/feed/"}),
        (blog_is_renamed, {"/2026/03/14/drains/feed/"}),
    ],
)
def test_what_changes_a_feed_is_told_to_who_has_the_old_one(client, post, change, unchanged):
    make_comment(post=post, body="Old.")
    make_post(title="Later", author=post.author, published_at=timezone.now() + timedelta(hours=1))
    before = {address: client.get(address) for address in FEEDS}

    change(post)

    for address in set(FEEDS) - unchanged:
        again = client.get(address, headers={"If-None-Match": before[address]["ETag"]})
        assert again.status_code == 200, address
        assert again.content != before[address].content


@pytest.mark.parametrize(
    ("address", "whole", "unchanged"),
    [
        ("/feed/", 5, 1),
        # Which categories stand below this one is asked once for each state of the posts.
        ("/category/news/feed/atom/", 7, 1),
        ("/comments/feed/", 2, 1),
        # The first for whoever asks for the post, here or at its page.
        ("/2026/03/14/drains/feed/", 3, 1),
    ],
)
@pytest.mark.parametrize("number", [1, 30])
def test_a_feed_costs_the_same_however_much_is_in_it(
    client, post, django_assert_num_queries, address, whole, unchanged, number
):
    for _ in range(number):
        another = make_post(author=post.author)
        another.categories.set(post.categories.all())
        make_comment(post=post)

    with django_assert_num_queries(whole):
        first = client.get(address)
    with django_assert_num_queries(unchanged):
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


# --- Whatever is written


HOSTILE = [
    "]]>",
    "]]><x>",
    "</content></entry>",
    "</title></item><item>",
    "<b>bold</b> & <i>more</i>",
    "<script>alert(1)</script>",
    "AT&T &amp; &copy; &#8217; &#x41; &nosuch;",
    '"><img src=x onerror=alert(1)>',
    "Ann <ann@mail.example>",
    "<!-- -->",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY y 'z'>]>&y;",
    "a\x0bb\x1fc\x7fd\x85e\x9ff\ufffeg\uffffh\ufffdi",
    "line\r\nline\rline\u2028line\u2029",
    "\u202eright to left \u200b \U0001f600",
    "\x01",
    "![src=x](/media/src=x.png 'src=x ')",
    "[a](//other.example/x) [b](?q=1) [c](mailto:a@b.c)",
    '<img src="/a.png" alt="src=x ">',
    "<a href='http://[x'>y</a> [z](http://[)",
]


@pytest.mark.parametrize("body_format", ["markdown", "html"])
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_breaks_a_feed(client, text, body_format):
    Blog(title=text, tagline=text).save()
    category = Category.objects.create(name=text, slug="c", description=text)
    author = make_author(name=text)
    for number in range(2):
        post = make_post(title=text, body=text, excerpt=text, author=author, slug=f"p{number}", body_format=body_format)
        post.categories.add(category)
        make_comment(post=post, name=text[:80], body=text, submitted_at=LONG_AGO)

    for address in ("/feed/", "/category/c/feed/", "/comments/feed/", "/2026/03/14/p1/feed/"):
        for form in ("", "atom/"):
            feed = parsed(client, f"{address}{form}")
            assert len(feed.entries) == (1 if "p1" in address else 2)
            assert not problems(client.get(f"{address}{form}"), f"{SITE}{address}{form}")
        assert json.loads(client.get(f"{address}json/").content)["items"]


def test_a_title_that_looks_like_html_is_read_as_it_was_written(client):
    make_post(title="<b>Why</b> &copy; & how", body="x")

    for form in ("", "atom/"):
        assert parsed(client, f"/feed/{form}").entries[0].title == "&lt;b&gt;Why&lt;/b&gt; &amp;copy; &amp; how"
    assert read_json(client, "/feed/json/")["items"][0]["title"] == "<b>Why</b> &copy; & how"


def test_an_empty_blog_has_feeds_all_the_same(client):
    for address in ("/feed/", "/feed/atom/", "/comments/feed/", "/comments/feed/atom/"):
        first = client.get(address)
        assert not problems(first, f"{SITE}{address}")
        assert client.get(address).content == first.content
    assert read_json(client, "/feed/json/")["items"] == []


def test_the_whole_of_a_rss_item_is_what_readers_expect(client, post):
    item = ElementTree.fromstring(client.get("/feed/").content).find("channel/item")

    assert item.findtext(CREATOR) == "Ann Writer"
    assert item.findtext("pubDate") == "Sat, 14 Mar 2026 09:30:00 +0000"
    assert item.find("author") is None
    assert "<em>" in item.findtext(CONTENT)
    assert "<em>" not in item.findtext("description")


# --- Where they are found


@pytest.mark.parametrize(
    ("address", "feeds"),
    [
        ("/", ["/feed/", "/feed/atom/", "/feed/json/", "/comments/feed/"]),
        ("/tag/water/", ["/tag/water/feed/", "/tag/water/feed/atom/", "/tag/water/feed/json/", "/feed/"]),
        ("/category/news/local/", ["/category/news/local/feed/", "/category/news/local/feed/json/"]),
        ("/author/ann-writer/", ["/author/ann-writer/feed/"]),
        ("/2026/03/14/drains/", ["/2026/03/14/drains/feed/", "/feed/", "/comments/feed/"]),
    ],
)
def test_a_page_names_its_feeds(client, post, address, feeds):
    page = client.get(address)

    for feed in feeds:
        assertContains(page, f'href="{feed}"')
        assert client.get(feed).status_code == 200
