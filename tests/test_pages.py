"""What a reader finds at each address."""

from datetime import UTC, datetime, timedelta
from itertools import cycle

import mf2py
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from comments.models import Comment
from posts.models import Category, Post, Tag
from tests.factories import LONG_AGO, make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db


def test_a_post_shows_all_its_parts(client):
    post = make_post(title="Drains & us", body="First *words*.")
    post.categories.add(Category.objects.create(name="The council"))
    post.tags.add(Tag.objects.create(name="Sewers"), Tag.objects.create(name="Money"))
    older = make_post(title="The one before", published_at=LONG_AGO - timedelta(days=1))
    newer = make_post(title="The one after", published_at=LONG_AGO + timedelta(days=1))
    comment = make_comment(post=post, name="Catherine", body="I *agree*.")
    reply = make_comment(parent=comment, name="Anon", body="I don't.")

    page = client.get(post.get_absolute_url())

    for part in (
        "Drains &amp; us",
        "<p>First <em>words</em>.</p>",
        '<aside class="author-bio">',
        "Writes about <em>drains</em>.",
        "Posted in",
        "and tagged",
        'href="/tag/sewers/"',
        'href="/category/the-council/"',
        "Permalink",
        older.get_absolute_url(),
        newer.get_absolute_url(),
        "2 Responses to “Drains &amp; us”",
        "Catherine",
        "says:",
        f'href="{post.get_absolute_url()}?comment={reply.pk}#comment-{reply.pk}"',
        "I <em>agree</em>.",
        "Leave a Reply",
        f'href="{post.get_absolute_url()}?replytocom={comment.pk}#respond"',
    ):
        assertContains(page, part)


def test_machines_read_the_post_and_its_thread_as_microformats(client):
    post = make_post(title="Read me")
    comment = make_comment(post=post, name="Catherine", url="https://catherine.example/")
    make_comment(parent=comment, name="Anon")

    parsed = mf2py.parse(client.get(post.get_absolute_url()).content.decode())

    (entry,) = [item for item in parsed["items"] if "h-entry" in item["type"]]
    assert entry["properties"]["name"] == ["Read me"]
    assert datetime.fromisoformat(entry["properties"]["published"][0]) == LONG_AGO
    assert entry["properties"]["author"][0]["properties"]["name"] == ["Ann Writer"]
    assert post.get_absolute_url() in entry["properties"]["url"]
    (cite,) = entry["properties"]["comment"]
    assert cite["properties"]["author"][0]["properties"]["name"] == ["Catherine"]
    assert cite["properties"]["url"] == [f"{post.get_absolute_url()}?comment={comment.pk}#comment-{comment.pk}"]
    assert cite["properties"]["comment"][0]["properties"]["author"][0]["properties"]["name"] == ["Anon"]


@pytest.mark.parametrize("status", ["draft", "private", "trash"])
def test_a_post_that_is_not_public_is_for_its_author_and_editors_who_are_told_so(client, status):
    user, author = make_staff_author()
    post = make_post(author=author, status=status, body="Not yet.")

    assert client.get(post.get_absolute_url()).status_code == 404
    client.force_login(make_staff_author()[0])
    assert client.get(post.get_absolute_url()).status_code == 404
    for reader in (user, make_editor()):
        client.force_login(reader)
        page = client.get(post.get_absolute_url())
        assertContains(page, "Only you and the editors can see this.")
        assertContains(page, "Not yet.")


def test_a_draft_without_a_date_has_an_address_for_its_author(client):
    user, author = make_staff_author()
    post = make_post(author=author, status="draft", published_at=None)
    assert client.get(post.get_absolute_url()).status_code == 404

    client.force_login(user)

    assertContains(client.get(post.get_absolute_url()), "Draft.")


def test_a_post_is_public_from_the_second_its_time_comes(client, monkeypatch):
    now = timezone.now()
    post = make_post(published_at=now + timedelta(seconds=5), title="Soon")
    addresses = ["/", f"/{now:%Y/%m}/", "/feed/", post.get_absolute_url()]
    assert not any(b"Soon" in client.get(address).content for address in addresses)

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=5))

    assert all(b"Soon" in client.get(address).content for address in addresses)


@pytest.mark.parametrize("address", ["/2026/", "/2026/03/", "/2026/03/14/", "/author/ann-writer/", "/"])
def test_archives_list_what_is_public(client, address):
    make_post(title="Public one")
    make_post(title="Draft one", status="draft")
    make_post(title="A page of its own", kind="page", in_menu=False)

    page = client.get(address)

    assertContains(page, "Public one")
    assertNotContains(page, "Draft one")
    assertNotContains(page, "A page of its own")


@pytest.mark.parametrize("status", ["draft", "private", "trash", "scheduled"])
def test_what_is_not_public_is_neither_a_neighbour_nor_in_the_menu(client, status):
    hidden = {"status": status, "published_at": LONG_AGO + timedelta(days=1)}
    if status == "scheduled":
        hidden = {"published_at": timezone.now() + timedelta(days=1)}
    post = make_post()
    make_post(title="Hidden post", **hidden)
    make_post(title="Hidden page", kind="page", **hidden)
    make_post(title="Shown post", published_at=LONG_AGO + timedelta(days=2))
    make_post(title="Shown page", kind="page")

    page = client.get(post.get_absolute_url())

    assertContains(page, "Shown post")
    assertContains(page, "Shown page")
    assertNotContains(page, "Hidden")


def test_posts_of_one_moment_are_neighbours_in_the_order_they_were_written():
    first, second, third = (make_post(title=title) for title in ("The first", "The second", "The third"))

    assert first.around()[:2] == (None, second)
    assert second.around()[:2] == (first, third)
    assert third.around()[:2] == (second, None)


@pytest.mark.parametrize("address", ["/2025/", "/2026/04/", "/2026/03/15/", "/2026/13/", "/2026/02/30/", "/0000/"])
def test_a_date_without_posts_is_not_found(client, address):
    make_post()

    assertContains(client.get(address), "Page not found", status_code=404)


def test_dates_are_the_blogs_own(client, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    post = make_post(published_at=datetime(2025, 12, 31, 23, 0, tzinfo=UTC), slug="new-year")

    assert post.get_absolute_url() == "/2026/01/01/new-year/"
    assertContains(client.get("/2026/01/01/"), "new-year")


def test_a_category_shows_those_below_it(client):
    council = Category.objects.create(name="Council")
    drains = Category.objects.create(name="Drains", parent=council)
    make_post(title="On drains").categories.add(drains)

    assertContains(client.get("/category/council/"), "On drains")
    assertContains(client.get("/category/council/drains/"), "On drains")
    assert client.get("/category/drains/")["Location"] == "/category/council/drains/"


def test_a_category_that_moves_takes_those_below_it_along():
    council = Category.objects.create(name="Council")
    drains = Category.objects.create(name="Drains")
    lids = Category.objects.create(name="Lids", parent=drains)

    drains.parent = council
    drains.save()

    lids.refresh_from_db()
    assert lids.get_absolute_url() == "/category/council/drains/lids/"


def test_ten_posts_stand_on_a_page(client):
    for n in range(11):
        make_post(title=f"Post number {n:02}", published_at=LONG_AGO + timedelta(days=n))

    first, second = client.get("/"), client.get("/?page=2")

    assertContains(first, "Post number 10")
    assertNotContains(first, "Post number 00")
    assertContains(first, 'rel="next" href="?page=2"')
    assertContains(second, "Post number 00")
    assert client.get("/?page=3").status_code == 404


def test_pages_stand_at_the_top_and_below_each_other(client):
    about = make_post(kind="page", title="About", slug="about")
    team = make_post(kind="page", title="Team", slug="team", parent=about)

    assert team.get_absolute_url() == "/about/team/"
    assertContains(client.get("/about/team/"), "Team")
    assertContains(client.get("/"), '<a href="/about/">About</a>')

    about.slug = "who"
    about.save()

    team.refresh_from_db()
    assert team.get_absolute_url() == "/who/team/"
    assertRedirects(client.get("/about/team/"), "/who/team/", status_code=301)


@pytest.mark.parametrize("slug", ["admin", "feed", "2026", "comments", "media"])
def test_a_page_never_shadows_the_sites_own_addresses(slug):
    assert make_post(kind="page", slug=slug).get_absolute_url() == f"/{slug}-2/"


@pytest.mark.parametrize("slug", ["feed", "comment-page-2", "12", "atom", "2026", "embed"])
def test_nothing_below_a_day_or_a_page_is_shadowed(client, slug):
    above = make_post(kind="page", slug="above")
    page = make_post(slug=slug, title="It is here", kind="page", parent=above)

    for post in (make_post(slug=slug, title="It is here"), page):
        assertContains(client.get(post.get_absolute_url()), "It is here")


def test_two_posts_of_a_day_with_one_slug_get_two_addresses():
    assert make_post(slug="same").get_absolute_url() != make_post(slug="same").get_absolute_url()


@pytest.mark.parametrize(
    "path", ["/2014/09/a-slug/", "/a-slug", "/old/shape.html", "/2014/09/中文/", "/100%25/", "/2012/"]
)
def test_an_imported_post_keeps_its_own_path_whatever_its_shape(client, path):
    post = make_post(title="Moved in", imported_path=path)

    assertContains(client.get(post.get_absolute_url()), "Moved in")


def test_a_missing_or_superfluous_slash_redirects(client):
    post = make_post()
    bare = make_post(imported_path="/bare")

    assertRedirects(client.get(post.get_absolute_url()[:-1]), post.get_absolute_url(), status_code=301)
    assertRedirects(client.get("/bare/"), bare.get_absolute_url(), status_code=301)


@pytest.mark.parametrize(
    "address", ["/feed", "/comments/feed", "/2026", "/2026/03", "/tag/a", "/admin", "/accounts/login"]
)
def test_the_sites_own_addresses_redirect_to_their_final_slash_too(client, address):
    make_post().tags.add(Tag.objects.create(name="A"))

    answer = client.get(address)

    assert (answer.status_code, answer["Location"]) == (301, f"{address}/")


def test_an_address_that_was_public_redirects_for_good(client):
    post = make_post(slug="first")
    old = post.get_absolute_url()
    post.slug = "second"
    post.published_at += timedelta(days=40)
    post.save()

    assertRedirects(client.get(old), post.get_absolute_url(), status_code=301)
    post.status = Post.Status.DRAFT
    post.save()
    assert client.get(old).status_code == 404


def test_addresses_of_wordpress_redirect(client):
    post = make_post(slug="moved", imported_id=4100)
    here = post.get_absolute_url()

    for old in ("/?p=4100", "/archives/4100", "/archives/4100/", "/2026/03/moved/", "/2011/01/01/moved/"):
        assertRedirects(client.get(old), here, status_code=301)
    assert client.get(f"{here}comment-page-2/")["Location"] == f"{here}?comments=2"
    assertRedirects(client.get("/?feed=rss2"), "/feed/", status_code=301)


def test_a_reply_link_works_without_a_script(client):
    comment = make_comment(name="Catherine", body="What I said.")

    page = client.get(f"{comment.post.get_absolute_url()}?replytocom={comment.pk}")

    assertContains(page, "Leave a Reply to Catherine")
    assertContains(page, f'name="parent" value="{comment.pk}"')
    assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("pk", ["0", "-1", "word", "99999999999999999999", "999999"])
def test_a_reply_link_to_nothing_shows_the_plain_form(client, pk):
    page = client.get(f"{make_post().get_absolute_url()}?replytocom={pk}")

    assertContains(page, "<h2>Leave a Reply</h2>")


def test_a_reply_link_does_not_show_a_comment_that_is_hidden(client):
    comment = make_comment(status="pending", body="Secret words.")

    assertNotContains(client.get(f"{comment.post.get_absolute_url()}?replytocom={comment.pk}"), "Secret")


def test_a_page_past_the_end_is_not_found(client):
    make_post()

    assertContains(client.get("/?page=9"), "Page not found", status_code=404)


def test_pings_stand_below_the_comments_and_are_not_counted(client):
    comment = make_comment()
    make_comment(post=comment.post, kind="pingback", name="Another blog", url="https://other.example/post")

    page = client.get(comment.post.get_absolute_url())

    assertContains(page, "One Response to")
    assertContains(page, "Mentioned elsewhere")
    assertContains(page, "https://other.example/post")


def test_the_authors_own_comments_are_marked(client):
    user, author = make_staff_author()
    make_comment(post=make_post(author=author, slug="mine"), user=user)
    make_comment(post=Post.objects.get(), user=make_user())

    assertContains(client.get("/2026/03/14/mine/"), "by-author", count=1)


# --- Feeds


def test_the_feed_has_the_whole_text_and_absolute_addresses(client, settings):
    settings.SITE_URL = "https://blog.example"
    post = make_post(title="Fed", body="All *of* it. [Here](/about/)")

    feed = client.get("/feed/")

    assert feed["Content-Type"].startswith("application/rss+xml")
    assertContains(feed, "&lt;em&gt;of&lt;/em&gt;")
    assertContains(feed, "https://blog.example/about/")
    assertContains(feed, f"<link>https://blog.example{post.get_absolute_url()}</link>")


def test_the_comments_feed_has_public_comments_of_public_posts_alone(client):
    make_comment(body="Heard.")
    make_comment(body="Unheard.", status="pending")
    make_comment(body="Unheard too.", post=make_post(status="private"))

    feed = client.get("/comments/feed/")

    assertContains(feed, "Heard.")
    assertNotContains(feed, "Unheard")
    assertNotContains(feed, "bo@example.org")


# --- What it costs


# In a long thread, one more where a comment at the top is hidden, until something changes below the post.
@pytest.mark.parametrize(("number", "most"), [(0, 8), (20, 8), (200, 8), (2000, 9)])
def test_a_post_costs_few_queries_however_many_comments(client, django_assert_max_num_queries, number, most):
    post = make_post()
    tops = [make_comment(post=post) for _ in range(min(number, 5))]
    Comment.objects.bulk_create(
        Comment(post=post, parent=top, root=top, name="N", body="x", body_html="x", status=status)
        for top, status in zip(cycle(tops), ["approved", "trash", "approved"] * (number // 3), strict=False)
    )
    post.tags.add(Tag.objects.create(name="A"))
    for top in tops[:1]:
        top.trash(by=None)
    Post.objects.update(comment_count=Comment.objects.approved().count())

    with django_assert_max_num_queries(most):
        page = client.get(post.get_absolute_url())

    assertContains(page, 'class="tombstone"', count=len(tops[:1]))


def test_a_page_after_a_decision_reads_what_stands_below_it_alone(client, django_assert_num_queries):
    comment = make_comment(body="It was not so.", status="pending", post=make_post(body="The lamp was lit."))
    address = comment.post.get_absolute_url()
    client.get(address)
    comment.approve(by=make_editor())

    # What has changed at all, what that writes of the post, and its comments.
    with django_assert_num_queries(3):
        page = client.get(address)

    assertContains(page, "The lamp was lit.")
    assertContains(page, "It was not so.")
    assertContains(page, '"commentCount":1')


def test_a_page_lists_those_below_it_from_the_second_their_time_comes(client, monkeypatch):
    now, about = timezone.now(), make_post(kind="page", title="About")
    make_post(kind="page", title="The house", parent=about, published_at=now + timedelta(seconds=5))
    assertNotContains(client.get(about.get_absolute_url()), "The house")

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=5))

    assertContains(client.get(about.get_absolute_url()), "The house")


@pytest.mark.parametrize("address", ["/", "/2026/", "/author/ann-writer/", "/tag/a/", "/category/b/"])
@pytest.mark.parametrize("number", [1, 10, 30])
def test_a_list_costs_eight_queries_at_the_most_however_long(client, django_assert_max_num_queries, address, number):
    tag, category = Tag.objects.create(name="A"), Category.objects.create(name="B")
    for _ in range(number):
        post = make_post()
        post.tags.add(tag)
        post.categories.add(category)

    with django_assert_max_num_queries(8):
        assert client.get(address).status_code == 200


def test_addresses_that_lead_nowhere_push_out_nothing_that_is_kept(client):
    post = make_post()
    client.get(post.get_absolute_url())
    with CaptureQueriesContext(connection) as before:
        client.get(post.get_absolute_url())

    for number in range(60):
        assert client.get(f"/nothing-{number}/").status_code == 404

    with CaptureQueriesContext(connection) as after:
        client.get(post.get_absolute_url())
    assert len(after) == len(before)
