"""The real blog that moved in, as programs read it."""

import json
import warnings
from xml.etree import ElementTree

import extruct
import feedparser
import mf2py
import pytest
from django.core.management import call_command

from comments.models import Comment
from posts.models import Post
from tests.factories import site_map_with
from tests.feed_rules import THREAD, problems

pytestmark = [pytest.mark.django_db, pytest.mark.seed]

SITE = "https://blog.example"


@pytest.fixture
def post(shared, settings):
    """The imported post with the most comments."""
    settings.SITE_URL = SITE
    call_command("import_wordpress", shared / "seed/export.wordpress.xml", verbosity=0)
    return Post.objects.published().posts().order_by("-comment_count").first()


def test_its_feeds_are_valid_and_keep_its_identities(client, post):
    addresses = [
        "/feed/",
        "/comments/feed/",
        f"{post.get_absolute_url()}feed/",
        f"{post.author.get_absolute_url()}feed/",
    ]
    for address in [f"{address}{form}" for address in addresses for form in ("", "atom/")]:
        answer = client.get(address)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            feed = feedparser.parse(answer.content, response_headers={"content-type": answer["Content-Type"]})
        assert not problems(answer, f"{SITE}{address}")
        assert not feed.bozo
        assert feed.entries
    assert post.imported_guid in [item["id"] for item in json.loads(client.get("/feed/json/").content)["items"]]


def test_its_comments_keep_theirs_and_say_what_they_answer(client, post):
    comment = Comment.objects.approved().filter(post=post, imported_id__isnull=False).first()

    feed = ElementTree.fromstring(client.get(f"{post.get_absolute_url()}feed/").content)

    assert f"{post.imported_guid}#comment-{comment.imported_id}" in [guid.text for guid in feed.iter("guid")]
    assert {answered.get("ref") for answered in feed.iter(f"{THREAD}in-reply-to")} >= {post.imported_guid}


def test_its_page_is_understood(client, post):
    page = client.get(post.get_absolute_url())
    approved = Comment.objects.approved().filter(post=post, kind="comment")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (told,) = extruct.extract(page.text, base_url=SITE, syntaxes=["json-ld"])["json-ld"]
    (entry,) = [item for item in mf2py.parse(doc=page.text, url=SITE)["items"] if item["type"] == ["h-entry"]]

    assert told["headline"] == entry["properties"]["name"][0] == post.title
    assert told["datePublished"] == post.published_at.isoformat()
    assert told["commentCount"] == len(told["comment"]) == approved.count()
    assert sorted(comment["author"]["name"] for comment in told["comment"]) == sorted(c.shown_name for c in approved)
    assert cites(entry) == approved.count()


def cites(item):
    """How many h-cites stand below it, in each other or not."""
    return sum(1 + cites(comment) for comment in item["properties"].get("comment", ()))


def test_the_map_says_when_it_last_changed(client, post):
    last = Comment.objects.approved().filter(post=post).order_by("-submitted_at").first()

    entries = ElementTree.fromstring(client.get(site_map_with(post)).content)

    found = {entry[0].text: entry[1].text for entry in entries}
    assert found[f"{SITE}{post.get_absolute_url()}"] == last.submitted_at.isoformat()
