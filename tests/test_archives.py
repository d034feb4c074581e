"""The ways into the archive: by date, by category, by tag, by author, by what is pinned and what is alike."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts import related
from posts.models import Author, Blog, Category, Post, Tag
from tests.factories import LONG_AGO, make_author, make_post

pytestmark = pytest.mark.django_db


def test_the_overview_counts_years_categories_tags_and_authors(client):
    town = Category.objects.create(name="The town")
    drains = Category.objects.create(name="Drains", parent=town)
    Category.objects.create(name="Empty")
    tag = Tag.objects.create(name="boots")
    Tag.objects.create(name="unused")
    make_author(name="Nobody")
    for year, category in ((2014, town), (2014, drains), (2016, drains)):
        post = make_post(author=Author.objects.first(), published_at=LONG_AGO.replace(year=year))
        post.categories.add(category)
        post.tags.add(tag)
    make_post(status="draft").tags.add(tag)

    page = client.get("/archives/")

    assert page.context["years"] == [(2016, 1), (2014, 2)]
    assert [(category.name, category.number) for category in page.context["categories"]] == [
        ("The town", 3),
        ("Drains", 2),
    ]
    assert [(tag.name, tag.number) for tag in page.context["tags"]] == [("boots", 3)]
    assert [(author.name, author.number) for author in page.context["authors"]] == [("Nobody", 3)]
    assertContains(page, '<a href="/2014/">2014</a> <span class="number">2</span>')
    assertContains(page, '<a href="/category/the-town/drains/">Drains</a>')


def test_the_first_days_of_the_calendar_are_not_found_where_they_begin_before_it(client):
    """East of Greenwich the year 1 begins in a year that no database has: each of these was an error."""
    Blog.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})

    for address in ("/0001/", "/0001/01/", "/0001/01/01/", "/9999/12/31/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("hidden", [{"status": "draft"}, {"status": "private"}, {"status": "trash"}, {"kind": "page"}])
def test_only_public_posts_are_counted_and_one_in_two_places_of_a_branch_once(client, hidden):
    town = Category.objects.create(name="The town")
    drains = Category.objects.create(name="Drains", parent=town)
    tag = Tag.objects.create(name="boots")
    scheduled = {"published_at": timezone.now() + timedelta(days=1)}
    posts = [make_post(author=make_author(), **fields) for fields in ({}, {}, hidden, scheduled)]
    for post in posts:
        post.categories.add(town, drains)
        post.tags.add(tag)

    page = client.get("/archives/")

    assert [number for _year, number in page.context["years"]] == [2]
    assert [(category.name, category.number) for category in page.context["categories"]] == [
        ("The town", 2),
        ("Drains", 2),
    ]
    assert [tag.number for tag in page.context["tags"]] == [2]
    assert [author.number for author in page.context["authors"]] == [1, 1]

    Post.objects.filter(pk=posts[-1].pk).update(published_at=timezone.now())

    page = client.get("/archives/")
    assert sum(number for _year, number in page.context["years"]) == 3
    assert [category.number for category in page.context["categories"]] == [3, 3]


def test_a_category_stands_in_the_tree_below_the_one_that_it_is_part_of(client):
    top = Category.objects.create(name="B top", slug="a")
    Category.objects.create(name="A beside", slug="a-b")
    below = Category.objects.create(name="Z below", parent=top)
    Category.objects.create(name="Deeper", parent=below)
    Category.objects.create(name="C last", slug="c")
    for category in Category.objects.exclude(name="Z below"):
        make_post().categories.add(category)
    make_post(status="draft").categories.add(Category.objects.create(name="Secret plans"))

    tree = client.get("/archives/").context["categories"]

    assert [category.name for category in tree] == ["A beside", "B top", "Z below", "Deeper", "C last"]
    assert [category.opens for category in tree] == [False, True, True, False, False]
    assert [len(category.closes) for category in tree] == [0, 0, 0, 2, 0]
    text = client.get("/archives/").content.decode()
    assert text.count("<ul") == text.count("</ul>")
    assert len(re.findall("<li[ >]", text)) == text.count("</li>")
    assert "Secret plans" not in text


def test_a_year_shows_its_months_and_a_month_its_days_with_numbers(client):
    for month, day in ((1, 5), (9, 3), (9, 3), (9, 30)):
        make_post(published_at=LONG_AGO.replace(year=2014, month=month, day=day))
    make_post(published_at=LONG_AGO.replace(year=2014, month=9, day=4), status="private")

    year, month, day = client.get("/2014/"), client.get("/2014/09/"), client.get("/2014/09/03/")

    assert year.context["parts"] == [("January", "/2014/01/", 1), ("September", "/2014/09/", 3)]
    assert month.context["parts"] == [("3", "/2014/09/03/", 2), ("30", "/2014/09/30/", 1)]
    assertContains(year, '<a href="/archives/">Archives</a>')
    assertContains(month, '<a href="/2014/">2014</a>')
    assertContains(day, '<a href="/2014/09/">September 2014</a>')


def test_a_post_of_new_years_eve_belongs_to_the_year_of_the_blogs_own_clock(client, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    make_post(published_at=LONG_AGO.replace(year=2014, month=12, day=31, hour=20))

    assert client.get("/archives/").context["years"] == [(2015, 1)]
    assert client.get("/2015/").status_code == 200
    assert client.get("/2014/").status_code == 404


def test_an_imported_page_of_the_overviews_address_keeps_it(client):
    make_post(kind="page", title="Our own archives", imported_path="/archives/")

    assertContains(client.get("/archives/"), "Our own archives</h1>")


def test_an_empty_blog_says_so_and_leads_on(client):
    assertContains(client.get("/archives/"), "There is nothing here yet.")
    assertContains(client.get("/"), '<a href="/archives/">')


def test_the_overview_costs_the_same_however_much_there_is(client, django_assert_max_num_queries):
    for number in range(12):
        post = make_post(published_at=LONG_AGO.replace(year=2000 + number))
        post.tags.add(Tag.objects.create(name=f"tag {number}"))
        post.categories.add(Category.objects.create(name=f"category {number}"))

    with django_assert_max_num_queries(8):
        assert len(client.get("/archives/").context["years"]) == 12


# --- Pinned


def test_pinned_posts_stand_first_on_the_first_page_alone_and_once(client):
    pinned = make_post(title="Read me first", pinned=True, published_at=LONG_AGO - timedelta(days=900))
    make_post(title="Pinned and hidden", pinned=True, status="draft")
    for number in range(12):
        make_post(title=f"Number {number}", published_at=LONG_AGO + timedelta(days=number))

    first, second = client.get("/"), client.get("/?page=2")

    assert [post.title for post in first.context["listed"]][:2] == ["Read me first", "Number 11"]
    assert len(first.context["listed"]) == 11
    assertContains(first, '<span class="stamp">Pinned</span>', count=1)
    assertNotContains(second, "Read me first")
    assertNotContains(client.get(f"/{pinned.published_at.year}/"), "Pinned")


# --- Lists


def test_nothing_that_a_list_shows_as_text_is_read_as_html(client):
    hostile = "\"'><script>alert(1)</script>{url}{title_html}"
    post = make_post(title=hostile, excerpt=hostile, author=make_author(name=hostile), pinned=True)
    post.categories.add(Category.objects.create(name=hostile))
    # Past every form and import.
    Post.objects.filter(pk=post.pk).update(language=hostile[:20])

    listing = client.get("/").text.partition('<div class="listing')[2].partition("</main>")[0]

    assert "<script" not in listing
    assert listing.count("&quot;&#x27;&gt;&lt;script&gt;alert(1)&lt;/script&gt;{url}{title_html}") == 4


@pytest.mark.parametrize("number", [1, 9])
def test_a_list_costs_the_same_however_long_it_is(client, django_assert_num_queries, number):
    author, category = make_author(), Category.objects.create(name="News")
    for _ in range(number):
        make_post(author=author, published_at=LONG_AGO).categories.add(category)
    client.get("/")

    with django_assert_num_queries(3):
        client.get("/")
    client.get(f"/{LONG_AGO:%Y}/")
    with django_assert_num_queries(3):
        client.get(f"/{LONG_AGO:%Y}/")


# --- Related


def titles(post):
    post.refresh_from_db()
    return [other.title for other in post.around()[2]]


def test_posts_that_share_most_tags_come_first_and_then_those_with_the_same_words(client):
    boots, drains = Tag.objects.create(name="boots"), Tag.objects.create(name="drains")
    post = make_post(title="The grating", body="A grating over the culvert near the mill.")
    both, one = make_post(title="Both tags", body="Elsewhere."), make_post(title="One tag", body="Somewhere.")
    make_post(title="Same words", body="That culvert again, and its grating, below the mill.")
    make_post(title="Nothing alike", body="Entirely other matters were decided on Tuesday.")
    post.tags.add(boots, drains)
    both.tags.add(boots, drains)
    one.tags.add(boots)

    related.relate([post.pk])

    assert titles(post) == ["Both tags", "One tag", "Same words"]
    page = client.get(post.get_absolute_url())
    assertContains(page, '<h2 id="related">Related</h2>')
    assertContains(page, f'<a href="{both.get_absolute_url()}">Both tags</a>')


def test_no_more_than_four_are_shown_and_none_that_is_not_public(client):
    tag = Tag.objects.create(name="boots")
    posts = [make_post(title=f"Boot {number}", published_at=LONG_AGO + timedelta(days=number)) for number in range(7)]
    for post in posts:
        post.tags.add(tag)
    related.relate_all()
    assert titles(posts[0]) == ["Boot 6", "Boot 5", "Boot 4", "Boot 3"]

    Post.objects.filter(pk=posts[6].pk).update(status="private")
    Post.objects.filter(pk=posts[5].pk).update(published_at=timezone.now() + timedelta(days=1))

    assert titles(posts[0]) == ["Boot 4", "Boot 3", "Boot 2", "Boot 1"]


def test_they_are_found_when_a_post_is_published_and_tagged(django_capture_on_commit_callbacks):
    tag = Tag.objects.create(name="boots")
    older = make_post(title="Older")
    older.tags.add(tag)

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        newer = make_post(title="Newer")
        newer.tags.add(tag)
    call_command("worker", until_idle=True)

    assert titles(newer) == ["Older"]
    assert titles(older) == ["Newer"]


def test_the_command_finds_them_for_all():
    tag = Tag.objects.create(name="boots")
    posts = [make_post(title=title) for title in ("One", "Two")]
    for post in posts:
        post.tags.add(tag)

    call_command("relate_posts", verbosity=0)

    assert titles(posts[0]) == ["Two"]


# --- Pages


def test_the_menu_is_in_its_own_order_and_a_page_leads_to_those_below_it(client):
    make_post(kind="page", title="About", menu_order=2)
    first = make_post(kind="page", title="Zoo", menu_order=1)
    make_post(kind="page", title="Elephants", parent=first)
    make_post(kind="page", title="Hidden", parent=first, status="draft")

    page = client.get(first.get_absolute_url())

    assert [str(entry) for entry in page.context["menu"]] == ["Zoo", "About"]
    assertContains(page, "Elephants</a>")
    assertNotContains(page, "Hidden")


def test_a_page_that_is_not_there_offers_the_search_and_the_newest_posts(client):
    post = make_post(title="The newest")

    page = client.get("/no/such/page/")

    assert page.status_code == 404
    assertContains(page, 'role="search"', status_code=404, count=1)
    assertContains(page, f'<a href="{post.get_absolute_url()}">The newest</a>', status_code=404)
