"""Every address that a post was ever public at leads to it, whatever was done to it in whichever order."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from blog_site.moving.addresses import own_path
from blog_site.moving.wordpress import urls as wordpress_urls
from posts.models import OldPath, Post
from posts.slugs import is_reserved
from tests.factories import make_comment, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(client, editor):
    """Saves a post by the admin's form: `save(post, slug="new")`; what is not named stays as it is."""

    def by_form(post, **changes):
        post.refresh_from_db()
        at = changes.pop("published_at", post.published_at)
        fields = {
            "title": post.title,
            "body": post.body,
            "excerpt": "",
            "status": post.status,
            "slug": post.slug,
            "author": post.author_id,
            "moderation": "",
            "kind": post.kind,
            "parent": post.parent_id or "",
            "menu_order": 0,
            "body_format": "markdown",
            "language": "",
            "published_at_0": f"{at:%Y-%m-%d}" if at else "",
            "published_at_1": f"{at:%H:%M:%S}" if at else "",
        }
        response = client.post(reverse("admin:posts_post_change", args=[post.pk]), fields | changes)
        assert response.status_code == 302, response.context["adminform"].form.errors
        post.refresh_from_db()

    return by_form


def leads_to(client, address, post):
    client.logout()
    response = client.get(address, follow=True)
    return response.status_code == 200 and response.request["PATH_INFO"] == post.permalink


DAY = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
SEQUENCES = {
    "renamed": [{"slug": "two"}],
    "down, renamed and up in one": [{"status": "draft"}, {"slug": "two", "status": "published"}],
    "down, renamed, up": [{"status": "draft"}, {"slug": "two"}, {"status": "published"}],
    "down and renamed in one, up": [{"status": "draft", "slug": "two"}, {"status": "published"}],
    "private, renamed, up": [{"status": "private"}, {"slug": "two"}, {"status": "published"}],
    "trashed, renamed, private, up": [
        {"status": "trash"},
        {"slug": "two"},
        {"status": "private"},
        {"status": "published"},
    ],
    "down and dateless, up with another date": [
        {"status": "draft", "published_at": None},
        {"status": "published", "published_at": DAY - timedelta(days=40)},
    ],
    "down, dateless, renamed, up": [
        {"status": "draft"},
        {"published_at": None},
        {"slug": "two"},
        {"status": "published"},
    ],
    "put off, renamed, brought forward": [
        {"published_at": DAY.replace(year=2036)},
        {"slug": "two"},
        {"published_at": DAY},
    ],
    "put off to later on the same day": [{"published_at": None}, {"slug": "two"}],
    "a page meanwhile": [{"status": "draft", "kind": "page"}, {"slug": "two"}, {"status": "published"}],
    "there and back": [{"slug": "two"}, {"slug": "one"}, {"status": "draft"}, {"slug": "three", "status": "published"}],
}


@pytest.mark.parametrize("steps", SEQUENCES.values(), ids=SEQUENCES)
def test_every_address_that_was_public_leads_to_the_post(client, save, steps):
    post = make_post(slug="one", published_at=DAY)
    public = {post.permalink}

    for step in steps:
        save(post, **step)
        public |= {post.permalink} if post.is_public else set()

    assert post.is_public
    for address in public:
        assert leads_to(client, address, post), address


@pytest.mark.parametrize("number", range(6))
def test_so_it_is_in_any_order(client, save, number):
    chance = random.Random(number)  # noqa: S311
    above = [make_post(kind="page", slug=slug) for slug in ("above", "beside")]
    post = make_post(kind="page", slug="one", parent=above[0])
    child = make_post(kind="page", slug="child", parent=post)
    public = {post: {post.permalink}, child: {child.permalink}}

    for _step in range(8):
        changes = {
            "status": chance.choice(["published", "draft", "private", "trash"]),
            "slug": chance.choice(["one", "two", "three"]),
            "parent": chance.choice(["", above[0].pk, above[1].pk]),
        }
        moved = chance.choice([post, child, *above])
        save(
            moved,
            **{name: changes[name] for name in chance.sample(list(changes), 2) if moved not in above or name == "slug"},
        )
        for page, addresses in public.items():
            page.refresh_from_db()
            addresses |= {page.permalink} if page.is_public else set()
    for page in (post, child):
        save(page, status="published")
        page.refresh_from_db()
    child.refresh_from_db()

    taken = {post.permalink, child.permalink, *(page.permalink for page in above)}
    for page, addresses in public.items():
        for address in addresses - taken - public[post if page == child else child]:
            assert leads_to(client, address, page), address


def test_while_it_is_down_no_address_tells_of_it(client, save):
    post = make_post(slug="one", published_at=DAY)
    first = post.permalink
    save(post, status="draft")
    save(post, slug="secret-plans")
    client.logout()

    assert client.get(first).status_code == 404
    assert client.get(post.permalink).status_code == 404


def test_what_was_never_public_leaves_no_address_behind(client, save):
    planned = make_post(slug="one", published_at=timezone.now() + timedelta(days=40))
    draft = make_post(slug="draft", status="draft", published_at=DAY)

    for post in (planned, draft):
        save(post, slug=f"{post.slug}-again")
        save(post, status="private")

    assert not OldPath.objects.exists()


def test_an_address_that_two_posts_had_leads_to_the_one_that_is_public(client, save):
    first, second = make_post(slug="one", published_at=DAY), make_post(slug="two", published_at=DAY)
    save(first, slug="one-then")
    save(second, slug="one")
    assert leads_to(client, "/2026/03/14/one/", second)

    second.status = "draft"
    second.save()

    assert leads_to(client, "/2026/03/14/one/", first)


def test_the_feed_below_an_old_address_leads_to_the_one_below_the_new(client, save):
    post = make_post(slug="one", published_at=DAY)
    make_comment(post=post)
    save(post, slug="two")
    client.logout()

    for form in ("", "atom/", "json/"):
        response = client.get(f"/2026/03/14/one/feed/{form}")
        assert (response.status_code, response["Location"]) == (301, f"/2026/03/14/two/feed/{form}")
    taken_down = Post.objects.get(pk=post.pk)
    taken_down.status = "private"
    taken_down.save()
    assert client.get("/2026/03/14/one/feed/").status_code == 404


def first_segments(patterns, before=""):
    """The first segments of our own addresses, as far as they are words; those of WordPress lead on to what is here."""
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver) and pattern.urlconf_name != wordpress_urls:
            yield from first_segments(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and (word := re.match(r"[a-z][\w-]*(?=/|$)", route)):
            yield word[0]


def test_no_new_page_gets_an_address_that_begins_like_one_of_ours():
    found = set(first_segments(get_resolver().url_patterns))

    assert {"mail", "admin", "accounts", "comments", "card"} <= found
    assert {word for word in found if not is_reserved(word)} == set()


def test_an_imported_page_keeps_an_address_that_only_begins_like_one_of_ours():
    kept = [own_path(f"https://old.example{path}") for path in ("/mail/", "/mail/us/", "/card/", "/mail/bounces/")]

    assert kept == ["/mail/", "/mail/us/", "/card/", ""]
