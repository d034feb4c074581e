"""The numbers of posts that pages show are stored, and true: by whichever door the posts change, and before the worker
has counted them anew."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog_site import upkeep
from blog_site.models import Import
from posts import counts, generation
from posts.models import Blog as Settings
from posts.models import Category, Post, StoredCounts, Tag
from tests.factories import make_author, make_comment, make_post, make_user, site_map_with
from tests.query_plans import plan_of
from tests.wxr import import_, make_category, make_export, make_item

pytestmark = pytest.mark.django_db
LIST = "/admin/posts/post/"


class Blog:
    """A blog with a post in each state, and an owner at its desk."""

    def __init__(self, client, tmp_path):
        self.desk, self.tmp_path = client, tmp_path
        client.force_login(make_user(is_superuser=True, is_staff=True))
        self.land = Category.objects.create(name="Land")
        self.water = Category.objects.create(name="Water", parent=self.land)
        self.tag = Tag.objects.create(name="Fords")
        self.author = make_author()
        self.soon = timezone.now() + timedelta(days=1)
        self.posts = [self.post(status=status) for status in ("published", "published", "draft", "private", "trash")]
        self.posts.append(self.post(published_at=self.soon))
        self.first = self.posts[0]

    def post(self, **fields):
        post = make_post(author=self.author, **fields)
        # Of two in one branch it is counted once.
        post.categories.add(self.land, self.water)
        post.tags.add(self.tag)
        return post

    def act(self, action, post, tab="", **more):
        answer = self.desk.post(f"{LIST}{tab}", {"action": action, "_selected_action": [post.pk], **more})
        assert answer.status_code == 302

    def bring(self):
        term = '<category domain="category" nicename="rivers">Rivers</category>'
        item, extra = make_item(terms=term), make_category("rivers", parent="land") + make_category("land")
        import_(make_export(self.tmp_path, item, extra=extra))

    def counted(self):
        """{(kind, number): how many}, by a look at each post."""
        found = Counter()
        for post in Post.objects.posts().prefetch_related("categories", "tags"):
            if post.is_public:
                above = Category.objects.in_bulk()
                filed = set()
                for category in post.categories.all():
                    while category:
                        filed.add(("category", category.pk))
                        category = above.get(category.parent_id)
                filed |= {("author", post.author_id), ("year", timezone.localtime(post.published_at).year)}
                found.update(filed | {("tag", tag.pk) for tag in post.tags.all()})
        return dict(found)

    def shown(self):
        context = type(self.desk)().get("/archives/").context
        kinds = (("category", "categories"), ("tag", "tags"), ("author", "authors"))
        terms = {(kind, row.pk): row.number for kind, name in kinds for row in context[name]}
        return terms | {("year", year): number for year, number in context["years"]}


@pytest.fixture
def blog(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return Blog(client, tmp_path)


def bring_and_take_back(blog):
    blog.bring()
    counts.store()
    call_command("undo_import", Import.objects.latest("pk").pk, verbosity=0)


def restore(blog):
    blog.act("trash", blog.first)
    counts.store()
    blog.act("restore", blog.first, "?status__exact=trash")


def move_category(blog):
    typed = {"name": "Water", "slug": "water", "description": "", "parent": ""}
    assert blog.desk.post(f"/admin/posts/category/{blog.water.pk}/change/", typed).status_code == 302
    blog.first.categories.set([blog.water])


def delete_tag(blog):
    blog.desk.post(f"/admin/posts/tag/{blog.tag.pk}/delete/", {"post": "yes"})


def empty_trash(blog):
    blog.desk.post(f"{LIST}trash/empty/", {"sure": "yes"})
    Post.objects.filter(pk=blog.first.pk).delete()


DOORS = {
    "a new post": lambda blog: blog.post(),
    "publish": lambda blog: blog.act("publish", blog.posts[2]),
    "a draft": lambda blog: blog.act("make_draft", blog.first),
    "private": lambda blog: blog.act("make_private", blog.first),
    "trash": lambda blog: blog.act("trash", blog.first),
    "restore": restore,
    "delete": empty_trash,
    "another date": lambda blog: Post.objects.filter(pk=blog.first.pk).update(published_at=blog.soon),
    "another author": lambda blog: Post.objects.filter(pk=blog.first.pk).update(author=make_author(name="Bea")),
    "a category for many": lambda blog: blog.act(
        "add_category", blog.first, category=Category.objects.create(name="Air").pk
    ),
    "tags for many": lambda blog: blog.act("add_tags", blog.first, tag_names="money"),
    "no tag": lambda blog: blog.first.tags.clear(),
    "a tag's posts": lambda blog: blog.tag.posts.remove(blog.first),
    "a category that moves": move_category,
    "a tag that goes": delete_tag,
    "an import": Blog.bring,
    "an import that is taken back": bring_and_take_back,
}


@pytest.mark.parametrize("door", DOORS)
def test_by_whichever_door_posts_change_the_numbers_are_those_of_the_posts(blog, door):
    counts.store()
    before = blog.counted()
    assert blog.shown() == before

    DOORS[door](blog)

    assert (blog.counted() == before) == (door in {"restore", "an import that is taken back"})
    assert blog.shown() == blog.counted()
    upkeep.run(upkeep.FREQUENT)
    assert blog.shown() == blog.counted()
    assert stored() == blog.counted()


def stored():
    rows = StoredCounts.objects.get().counts.items()
    return {(kind, pk): number for kind, found in rows for pk, number, _newest in found}


def test_a_scheduled_post_is_counted_from_its_time_on_though_nobody_counts(blog, monkeypatch):
    counts.store()
    then = blog.soon + timedelta(seconds=1)

    monkeypatch.setattr(timezone, "now", lambda: then)

    assert blog.shown()["tag", blog.tag.pk] == 3
    assert stored()["tag", blog.tag.pk] == 2
    assert counts.store()
    assert stored() == blog.counted()


def test_a_year_begins_where_the_blog_is_though_the_worker_counts(client):
    Settings.objects.update_or_create(pk=1, defaults={"time_zone": "Pacific/Auckland"})
    make_post(published_at=datetime(2025, 12, 31, 20, tzinfo=UTC))

    upkeep.run(upkeep.FREQUENT)

    assert stored()["year", 2026] == 1
    assert client.get("/archives/").context["years"] == [(2026, 1)]


def test_a_worker_that_took_long_does_not_undo_what_another_has_stored_since(blog):
    def another_comes(execute, sql, *rest):
        if "branch" in sql and Post.objects.filter(title="Meanwhile").count() == 0:
            blog.post(title="Meanwhile")
            assert counts.store()
        return execute(sql, *rest)

    counts.store()
    blog.post()
    with connection.execute_wrapper(another_comes):
        counts.store()

    assert stored() == blog.counted()
    assert not counts.store()


def test_what_readers_say_below_posts_leaves_what_is_stored_true(blog, client):
    counts.store()
    comment = make_comment(post=blog.first)
    comment.trash(by=None)

    with CaptureQueriesContext(connection) as asked:
        assert blog.shown() == blog.counted()

    assert not [query for query in asked.captured_queries if "branch" in query["sql"]]
    assert not counts.store()


def test_a_change_past_the_blog_is_counted_by_the_command(blog):
    counts.store()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM posts_post_tags WHERE post_id = %s", [blog.first.pk])

    call_command("recount", stdout=StringIO())

    assert blog.shown() == blog.counted()


LISTS = [
    *(
        "/",
        "/?page=2",
        "/category/land/",
        "/category/land/feed/",
        "/tag/fords/",
        "/tag/fords/feed/",
        "/author/ann-writer/",
    ),
    *("/author/ann-writer/feed/", "/2026/", "/2026/03/", "/archives/", "/feed/", "/comments/feed/", "/sitemap.xml"),
    "/sitemap-archives-1.xml",
]
# What reads all posts, on SQLite and on PostgreSQL.
WHOLE = re.compile(r"^SCAN posts_post$|Seq Scan on posts_post\b", re.MULTILINE)


def test_no_list_reads_all_posts_to_show_some(blog, client):
    for _ in range(24):
        make_comment(post=blog.post())
    counts.store()
    stranger = type(client)()

    for address in [*LISTS, site_map_with(blog.first)]:
        generation.forget()
        with CaptureQueriesContext(connection) as asked:
            assert stranger.get(address).status_code == 200, address
        for query in asked.captured_queries:
            if "posts_post" in query["sql"]:
                plan = plan_of(query["sql"])
                assert not WHOLE.search(plan), (address, query["sql"], plan)
