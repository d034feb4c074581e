"""The list of posts: tabs with numbers, what is done with one or with many, and what is refused."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.asserts import assertContains, assertNotContains

from posts import generation
from posts.models import Category, Post, Tag
from tests.factories import LONG_AGO, make_author, make_comment, make_editor, make_post, make_staff_author
from tests.query_plans import plan_of

pytestmark = pytest.mark.django_db

LIST = "/admin/posts/post/"
TOMORROW = timezone.now() + timedelta(days=1)


def act(client, action, *posts, query="", **more):
    data = {"action": action, "_selected_action": [post.pk for post in posts], **more}
    return client.post(f"{LIST}{query}", data, follow=True)


def of_every_state():
    make_author(name="Else")
    make_post(title="Out there")
    make_post(title="Still to come", published_at=TOMORROW)
    make_post(title="Half written", status="draft", published_at=None)
    make_post(title="For us", status="private")
    make_post(title="Thrown away", status="trash")


def status_of(post):
    return Post.objects.get(pk=post.pk).status


# --- Tabs


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Out there", "Still to come", "Half written", "For us"}),
        ("?status__exact=published", {"Out there"}),
        ("?status__exact=scheduled", {"Still to come"}),
        ("?status__exact=draft", {"Half written"}),
        ("?status__exact=private", {"For us"}),
        ("?status__exact=trash", {"Thrown away"}),
        ("?status__exact=nonsense", set()),
    ],
)
def test_each_tab_has_its_posts_and_all_of_them_their_numbers(client, editor, query, shown):
    of_every_state()

    page = client.get(LIST + query)

    for title in ("Out there", "Still to come", "Half written", "For us", "Thrown away"):
        (assertContains if title in shown else assertNotContains)(page, f"<bdi>{title}</bdi>")
    tabs = {tab["label"]: tab["number"] for tab in page.context["cl"].tabs}
    assert tabs == {"All": 4, "Published": 1, "Scheduled": 1, "Drafts": 1, "Private": 1, "Trash": 1}


def test_an_author_sees_and_counts_their_own_alone(client):
    of_every_state()
    user, author = make_staff_author()
    client.force_login(user)
    make_post(author=author, title="Mine", status="draft")

    page = client.get(LIST)

    assertContains(page, "Mine")
    assertNotContains(page, "Half written")
    assert [tab["number"] for tab in page.context["cl"].tabs] == [1, 0, 0, 1, 0, 0]


def test_a_new_draft_stands_above_what_was_published_before_it(client, editor):
    draft = make_post(title="Just begun", status="draft", published_at=None)
    old = make_post(title="Long out", published_at=LONG_AGO)

    shown = [post.pk for post in client.get(LIST).context["cl"].result_list]

    assert shown == [draft.pk, old.pk]


def test_a_list_of_fifty_costs_as_many_queries_as_a_list_of_one(client, editor, django_assert_num_queries):
    council = Category.objects.create(name="Council")
    make_post().categories.add(council)
    client.get(LIST)
    with django_assert_num_queries(13):
        client.get(LIST)
    for _number in range(49):
        post = make_post()
        post.categories.add(council)
        make_comment(post=post, status="pending")

    with django_assert_num_queries(13):
        page = client.get(LIST)

    assert len(page.context["cl"].result_list) == 50


def test_what_waits_below_a_post_is_told_and_leads_to_the_desks_list_of_it(client, editor):
    post = make_post()
    make_comment(post=post)
    make_comment(post=post, status="pending", body="Waits for you.")

    page = client.get(LIST)

    address = f"/admin/comments/comment/?status__exact=pending&post={post.pk}"
    assertContains(page, f'<a class="waiting" href="{address}">1 waiting</a>'.replace("&", "&amp;"), html=True)
    assertContains(client.get(address), "Waits for you.")


# --- Many at once


def test_drafts_are_published_and_readers_see_them(client, editor):
    drafts = [make_post(title=f"Draft {n}", status="draft", published_at=None) for n in range(3)]
    before = Client().get("/")

    page = act(client, "publish", *drafts)

    assertContains(page, "3 posts published.")
    generation.forget()
    home = Client().get("/")
    assertNotContains(before, "Draft 1")
    for draft in drafts:
        assertContains(home, draft.title)
        assert Client().get(Post.objects.get(pk=draft.pk).get_absolute_url()).status_code == 200


def test_the_hub_hears_of_each_as_it_does_of_one_from_the_form(client, editor, settings):
    settings.WEBSUB_HUB = "https://hub.example/"
    drafts = [make_post(status="draft", published_at=None) for _number in range(2)]

    act(client, "publish", *drafts)

    told = DBTaskResult.objects.filter(task_path__endswith="tell_hub").values_list("args_kwargs", flat=True)
    assert sorted(row["args"][0] for row in told) == [draft.pk for draft in drafts]


def test_what_the_form_would_refuse_to_publish_stays_a_draft_and_it_says_why(client, editor):
    good = make_post(status="draft", title="Has words")
    bad = make_post(status="draft", title="Says <nothing>", body="![](/media/mast.png)")

    page = act(client, "publish", good, bad)

    assertContains(page, "1 post published.")
    assertContains(page, "1 post was not changed:")
    assertContains(page, "Says &lt;nothing&gt;: The picture “mast.png” in the text has no alternative text.")
    assert (status_of(good), status_of(bad)) == ("published", "draft")


def test_what_was_public_becomes_a_draft_and_its_address_is_kept_for_it(client, editor):
    post = make_post()
    address = post.get_absolute_url()

    assertContains(act(client, "make_draft", post), "1 post is a draft now.")

    assert Client().get(address).status_code == 404
    act(client, "publish", post)
    assert Client().get(address).status_code == 200


def test_many_are_filed_under_a_category_which_readers_see(client, editor):
    council, posts = Category.objects.create(name="Council"), [make_post(title=f"Post {n}") for n in range(3)]
    posts[0].categories.add(council)
    before = generation.present(client.get("/").wsgi_request)[0]

    asked = act(client, "add_category", *posts)
    assertContains(asked, "Add to 3 posts")
    page = act(client, "add_category", *posts, category=council.pk)

    assertContains(page, "2 posts added to the category.")
    assert council.posts.count() == 3
    assert generation.present(client.get("/").wsgi_request)[0] != before
    assertContains(Client().get("/category/council/"), "Post 2")


def test_many_get_tags_old_and_new_ones(client, editor):
    money, posts = Tag.objects.create(name="Money"), [make_post(), make_post()]

    assertContains(act(client, "add_tags", *posts), "Put commas between them.")
    page = act(client, "add_tags", *posts, tag_names="money, the town")

    assertContains(page, "Tags added to 2 posts.")
    assert money.posts.count() == 2
    assert [tag.name for tag in Tag.objects.order_by("name")] == ["Money", "the town"]
    assertContains(act(client, "add_tags", *posts, tag_names="x" * 300), "is too long")


def test_comments_are_closed_and_opened_on_many(client, editor):
    posts = [make_post(), make_post()]

    assertContains(act(client, "close_comments", *posts), "Comments are closed on 2 posts now.")
    assertNotContains(Client().get(posts[0].get_absolute_url()), 'id="comment-form"')
    assertContains(act(client, "open_comments", *posts), "Comments are open on 2 posts now.")


def test_a_thousand_are_done_and_what_there_was_no_time_for_when_it_is_done_again(client, editor):
    author = make_author()
    rows = [Post(author=author, title=f"Post {n}", slug=f"p{n}", status="draft") for n in range(1_000)]
    Post.objects.bulk_create(rows)

    published = 0
    while (left := Post.objects.filter(status="draft")).exists():
        page = act(client, "publish", left.first(), query="?status__exact=draft", select_across="1").content.decode()
        published += int(re.search(r"(\d+) posts published\.", page)[1])
        assert ("There was not enough time" in page) == left.exists()

    assert published == Post.objects.published().count() == 1_000


def test_others_posts_deleted_ones_and_made_up_numbers_are_left_alone(client):
    user, author = make_staff_author()
    client.force_login(user)
    mine = make_post(author=author, status="draft")
    foreign = make_post(author=make_author(name="Else"), status="draft", title="Not yours")
    gone = make_post(author=author, status="draft")
    Post.objects.filter(pk=gone.pk).delete()

    page = act(client, "publish", mine, foreign, gone)

    assertContains(page, "1 post published.")
    assert (status_of(mine), status_of(foreign)) == ("published", "draft")
    for verb in ("trash", "restore", "duplicate"):
        for pk in (foreign.pk, gone.pk, 10**17):
            answer = client.post(f"{LIST}{pk}/{verb}/", follow=True)
            assertContains(answer, "This post no longer exists.")
            assertNotContains(answer, "Not yours")
    assert status_of(foreign) == "draft"
    for forged in ("x", "-1", "9" * 30, "\x00"):
        assert act(client, "trash", query="", _selected_action=forged).status_code < 500
    assert Post.objects.count() == 2


def test_nothing_happens_by_a_get_or_without_the_permission(client):
    post = make_post(status="draft")
    stranger, reader = Client(), make_staff_author()[0]
    reader.groups.clear()
    client.force_login(reader)
    ed = Client()
    ed.force_login(make_editor())

    for verb in ("trash", "restore", "duplicate"):
        assert ed.get(f"{LIST}{post.pk}/{verb}/").status_code == 405
        assert client.post(f"{LIST}{post.pk}/{verb}/").status_code == 403
        assert stranger.post(f"{LIST}{post.pk}/{verb}/").status_code == 302
    assert ed.get(f"{LIST}trash/undo/").status_code == 405

    assert Post.objects.count() == 1
    assert status_of(post) == "draft"


# --- A copy


def test_a_copy_is_a_draft_with_all_but_address_dates_and_comments(client, editor):
    post = make_post(title="Each month", body="![a](/b) *Words*", excerpt="Short", pinned=True, comments_open=False)
    post.categories.add(Category.objects.create(name="Council"))
    post.tags.add(Tag.objects.create(name="money"))
    make_comment(post=post)

    page = client.post(f"{LIST}{post.pk}/duplicate/", follow=True)

    assertContains(page, "This is a draft copy of “Each month”")
    copy = Post.objects.exclude(pk=post.pk).get()
    assert page.request["PATH_INFO"] == f"{LIST}{copy.pk}/change/"
    for name in ("title", "body", "excerpt", "pinned", "comments_open", "author", "body_html"):
        assert getattr(copy, name) == getattr(post, name), name
    assert (list(copy.categories.all()), list(copy.tags.all())) == (list(post.categories.all()), list(post.tags.all()))
    assert (copy.status, copy.published_at, copy.permalink, copy.comment_count) == ("draft", None, None, 0)
    assert copy.guid != post.guid
    act(client, "publish", copy)
    assert Post.objects.get(pk=copy.pk).get_absolute_url() != post.get_absolute_url()


def test_a_double_click_makes_one_copy(client, editor):
    post = make_post()

    first, second = (client.post(f"{LIST}{post.pk}/duplicate/") for _click in range(2))

    assert Post.objects.count() == 2
    assert first.headers["Location"] == second.headers["Location"]


# --- The trash


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "published"),
        ({"published_at": TOMORROW}, "published"),
        ({"status": "draft", "published_at": None}, "draft"),
        ({"status": "private"}, "private"),
    ],
)
def test_undo_gives_a_trashed_post_back_as_it_was(client, editor, fields, state):
    post = make_post(title="Thrown by mistake", **fields)
    before = Post.objects.get(pk=post.pk)

    page = client.post(f"{LIST}{post.pk}/trash/", follow=True)

    assertContains(page, "1 post moved to the trash.")
    assertContains(page, f'action="{LIST}trash/undo/')
    assertNotContains(client.get(LIST), "Thrown by mistake")
    assert Client().get(before.get_absolute_url()).status_code == 404
    page = client.post(f"{LIST}trash/undo/", follow=True)
    assertContains(page, "1 post restored from the trash.")
    post.refresh_from_db()
    assert (post.status, post.published_at, post.permalink) == (state, before.published_at, before.permalink)
    assert Client().get(before.get_absolute_url()).status_code == (200 if before.is_public else 404)


def test_many_are_trashed_and_come_back_together(client, editor):
    public, draft = make_post(), make_post(status="draft")

    assertContains(act(client, "trash", public, draft), "2 posts moved to the trash.")
    client.post(f"{LIST}trash/undo/")

    assert (status_of(public), status_of(draft)) == ("published", "draft")


def test_what_was_to_be_published_while_in_the_trash_comes_back_as_a_draft(client, editor):
    post = make_post(published_at=TOMORROW)
    client.post(f"{LIST}{post.pk}/trash/")
    Post.objects.filter(pk=post.pk).update(published_at=LONG_AGO)

    client.post(f"{LIST}{post.pk}/restore/")

    assert status_of(post) == "draft"


def test_a_post_is_deleted_from_the_trash_alone_and_only_by_who_may(client, editor):
    post, author = make_post(title="Old news"), make_staff_author()[0]

    assertContains(client.post(f"{LIST}{post.pk}/delete/", {"post": "yes"}, follow=True), "to the trash first.")
    act(client, "delete_for_good", post, sure="yes")
    act(client, "delete_for_good", post, sure="yes", query="?status__exact=trash")
    act(client, "delete_selected", post, post="yes")
    assert Post.objects.filter(pk=post.pk).exists()

    act(client, "trash", post)
    asked = act(client, "delete_for_good", post, query="?status__exact=trash")
    assertContains(asked, "Old news")
    assertContains(asked, "This can't be undone")
    weak = Client()
    weak.force_login(author)
    assert weak.post(f"{LIST}trash/empty/").status_code == 403
    assert Post.objects.filter(pk=post.pk).exists()
    page = act(client, "delete_for_good", post, query="?status__exact=trash", sure="yes")

    assertContains(page, "1 post deleted permanently.")
    assert not Post.objects.filter(pk=post.pk).exists()


def test_emptying_asks_and_keeps_what_has_comments_and_says_so(client, editor):
    make_post(title="Goes", status="trash")
    stays = make_post(title="Was discussed", status="trash")
    make_comment(post=stays, status="spam")
    make_post(title="Is public")

    asked = client.get(f"{LIST}trash/empty/")

    assertContains(asked, "delete <b>2 posts</b> permanently")
    assertContains(asked, "A post with comments, even if they are spam, stays in the trash")
    assert Post.objects.count() == 3
    page = client.post(f"{LIST}trash/empty/", follow=True)
    assertContains(page, "1 post deleted permanently.")
    assertContains(page, "Was discussed: It has comments, whose record is kept.")
    assert set(Post.objects.values_list("title", flat=True)) == {"Was discussed", "Is public"}


def test_a_stale_list_does_not_publish_what_went_to_the_trash_meanwhile(client, editor):
    post = make_post(status="draft")
    client.post(f"{LIST}{post.pk}/trash/")

    page = act(client, "publish", post)

    assertContains(page, "It is in the trash. Restore it first.")
    assert status_of(post) == "trash"


def test_posts_of_a_category_are_found_in_its_index_and_stand_in_the_list_once(client, editor):
    land, sea = (Category.objects.create(name=name, slug=name) for name in ("land", "sea"))
    filed = [make_post(title=f"Filed {number}") for number in range(3)]
    for post in filed:
        post.categories.set([land, sea])
    make_post(title="Elsewhere")

    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"{LIST}?categories__id__exact={land.pk}")

    assert [post.title for post in page.context["cl"].result_list] == ["Filed 2", "Filed 1", "Filed 0"]
    assert page.context["cl"].result_count == 3
    statements = [query["sql"] for query in asked.captured_queries]
    narrowed = [sql for sql in statements if '"category_id" IN' in sql and " IN (SELECT " in sql]
    assert len(narrowed) == 2  # the number, and the rows
    for sql in narrowed:
        assert "DISTINCT" not in sql
        assert re.search("posts_post_categories_(category|post)_id", plan_of(sql))
