"""What a reader's program knows a feed and its entries by: given once, and kept whatever becomes of the blog."""

import json
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import call_command

from comments.models import Comment
from posts.models import Blog, Category, Post, Tag
from tests.factories import LONG_AGO, make_comment, make_post
from tests.feed_rules import ATOM, THREAD, problems
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db

HOME, MOVED = "http://www.blog.example", "https://blog.example"
FEEDS = [
    "/feed/",
    "/category/news/feed/",
    "/tag/water/feed/",
    "/author/ann-writer/feed/",
    "/comments/feed/",
    "/2026/03/14/drains/feed/",
    "/search/feed/?q=drains",
]


@pytest.fixture(autouse=True)
def _at_home(settings):
    settings.SITE_URL = HOME


def identities(client, address):
    """(the feed's own, those of its entries), which are the same in all three forms."""
    path, _, query = address.partition("?")
    rss = ElementTree.fromstring(client.get(address).content)
    atom = ElementTree.fromstring(client.get(f"{path}atom/?{query}").content)
    entries = [item["id"] for item in json.loads(client.get(f"{path}json/?{query}").content)["items"]]
    assert entries == [item.text for item in rss.iter("guid")]
    assert entries == [entry.findtext(f"{ATOM}id") for entry in atom.iter(f"{ATOM}entry")]
    address = f"{path}atom/?{query}".rstrip("?")
    assert not problems(client.get(address), settings.SITE_URL + address)
    return atom.findtext(f"{ATOM}id"), entries


def make_blog():
    post = make_post(title="Drains", slug="drains", body="Of drains.")
    post.categories.add(Category.objects.create(name="News"))
    post.tags.add(Tag.objects.create(name="Water"))
    return make_comment(parent=make_comment(post=post, body="My drains."), body="Your drains.")


@pytest.mark.parametrize("address", FEEDS)
def test_a_blog_that_moves_to_another_host_is_known_by_all_its_identities(client, settings, address):
    make_blog()
    before = identities(client, address)

    settings.SITE_URL = MOVED

    assert identities(client, address) == before
    assert len(set(before[1])) == len(before[1]) > 0


def test_no_two_feeds_have_the_same_identity(client):
    make_blog()

    own = [identities(client, address)[0] for address in [*FEEDS, "/search/feed/?q=my"]]

    assert len(set(own)) == len(own)


def test_a_blog_that_is_named_anew_is_the_same_blog(client, editor):
    make_blog()
    before = identities(client, "/feed/")

    client.post("/admin/posts/blog/1/change/", {"title": "Another name", "tagline": "And line"})
    assert identities(client, "/feed/") == before
    Blog(title="By a script").save()

    assert Blog.load().title == "By a script"
    assert identities(client, "/feed/") == before


def test_an_answer_names_the_comment_as_that_names_itself(client, settings):
    make_blog()
    settings.SITE_URL = MOVED

    for form in ("", "atom/"):
        feed = ElementTree.fromstring(client.get(f"/2026/03/14/drains/feed/{form}").content)
        own = [element.text for element in [*feed.iter("guid"), *feed.iter(f"{ATOM}id")]]
        answered = [element.get("ref") for element in feed.iter(f"{THREAD}in-reply-to")]
        assert own[-1] in answered


def test_a_comment_whose_time_is_corrected_is_the_same_comment(client):
    comment = make_blog()
    before = identities(client, "/comments/feed/")

    Comment.objects.filter(pk=comment.pk).update(submitted_at=LONG_AGO)
    Post.objects.update(created_at=LONG_AGO)

    assert set(identities(client, "/comments/feed/")[1]) == set(before[1])


# --- What moves in


def test_imported_identities_are_kept_when_host_and_file_change(client, settings, tmp_path):
    comments = make_wxr_comment(id=34) + make_wxr_comment(id=35, parent=34, text="I was not.")
    import_(make_export(tmp_path, make_item(id=12, inside=comments)))
    kept = "https://old.example/?p=12"

    assert identities(client, "/feed/")[1] == [kept]
    assert sorted(identities(client, "/comments/feed/")[1]) == [f"{kept}#comment-34", f"{kept}#comment-35"]

    settings.SITE_URL = MOVED
    import_(make_export(tmp_path, make_item(id=12, inside=comments, title="The ford again")))

    assert kept in identities(client, "/feed/")[1]
    assert f"{kept}#comment-34" in identities(client, "/comments/feed/")[1]


def test_a_post_that_was_written_here_keeps_its_identity_when_our_own_export_comes_back(client, tmp_path):
    make_blog()
    before = [identities(client, address) for address in ("/feed/", "/comments/feed/")]
    call_command("export_wordpress", str(tmp_path / "own.xml"))

    import_(tmp_path / "own.xml")

    assert [identities(client, address) for address in ("/feed/", "/comments/feed/")] == before


def test_a_blog_that_moves_out_and_in_again_elsewhere_is_known_by_all_its_entries(client, tmp_path, settings):
    make_blog()
    import_(make_export(tmp_path, make_item(id=12, inside=make_wxr_comment(id=34))))
    feeds = ("/feed/", "/comments/feed/", "/2026/03/14/drains/feed/")
    before = {address: identities(client, address)[1] for address in feeds}
    call_command("export_wordpress", str(tmp_path / "own.xml"))
    Comment.objects.all().take_out()
    Post.objects.all().delete()
    settings.SITE_URL = MOVED

    import_(tmp_path / "own.xml")

    assert {address: identities(client, address)[1] for address in feeds} == before


def test_of_two_imported_things_with_one_identity_each_has_its_own_in_every_feed_and_for_good(client, tmp_path):
    first = make_item(id=1, slug="one", inside=make_wxr_comment(id=7) + make_wxr_comment(id=7, text="Another."))
    second = make_item(id=2, slug="two").replace("?p=2", "?p=1")
    import_(make_export(tmp_path, first, second))

    everything = identities(client, "/feed/")[1]
    said = identities(client, "/comments/feed/")[1]

    assert len(set(everything)) == len(set(said)) == 2
    Post.objects.filter(permalink__contains="one").update(status="draft")
    assert identities(client, "/feed/")[1][0] in everything


@pytest.mark.parametrize(
    "guid", ["12", "no address", "HTTP://Old.Example.com", "http://old.example.com/ü", "page:7", "]]>", "  "]
)
def test_an_imported_identity_that_is_no_address_breaks_no_feed(client, tmp_path, settings, guid):
    items = [
        make_item(id=number, slug=f"p{number}", inside=make_wxr_comment(id=number)).replace(
            f"<guid>https://old.example/?p={number}<", f"<guid>{guid.replace('>', '&gt;')}<"
        )
        for number in (1, 2)
    ]
    import_(make_export(tmp_path, *items))

    def in_atom(address):
        feed = ElementTree.fromstring(client.get(address).content)
        return [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]

    before = {address: in_atom(address) for address in ("/feed/atom/", "/comments/feed/atom/")}
    settings.SITE_URL = MOVED
    for address, entries in before.items():
        assert len(set(entries)) == 2
        assert in_atom(address) == entries
        assert not problems(client.get(address), MOVED + address)
        rss = address.removesuffix("atom/")
        assert not problems(client.get(rss), MOVED + rss)
    if guid.strip():
        assert guid in client.get("/feed/json/").content.decode()
