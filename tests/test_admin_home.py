"""The admin's first page and its navigation: what an author asks, for whom, and in which words."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.admin_sections import SECTIONS
from blog_site.moving.staging import STAGED
from tests.factories import make_comment, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db
HOME = "/admin/"


@pytest.fixture
def author(client):
    """The author whose account the client is logged in with."""
    user, author = make_staff_author()
    client.force_login(user)
    return author


def part_of(page, heading):
    """The words of the home page's section with this heading, and its addresses."""
    text = page.content.decode()
    section = re.search(rf'<section[^>]*aria-labelledby="{heading}">.*?</section>', text, re.DOTALL)
    return section[0] if section else ""


def in_sidebar(page):
    """The words of the navigation's links, in their order."""
    found = re.search(r'<nav id="desk-sidebar".*?</nav>', page.content.decode(), re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]*)</a>", found[0]) if found else []


# --- Home


def test_an_author_finds_their_own_drafts_scheduled_and_latest_posts_and_nobody_elses(client, author):
    other = make_staff_author()[1]
    for whose, name in ((author, "My"), (other, "Their")):
        make_post(author=whose, title=f"{name} draft", status="draft", published_at=None)
        make_post(author=whose, title=f"{name} plan", published_at=timezone.now() + timedelta(days=2))
        make_post(author=whose, title=f"{name} report")

    page = client.get(HOME)

    assert "My draft" in part_of(page, "drafts")
    assert "My plan" in part_of(page, "scheduled")
    assert "My report" in part_of(page, "latest")
    assert "My plan" not in part_of(page, "latest")
    assertNotContains(page, "Their")
    assertContains(page, '<a class="button default" href="/admin/posts/post/add/">New post</a>')


def test_an_editor_finds_everybodys_with_the_name_of_who_writes_them(client, editor):
    other = make_staff_author()[1]
    make_post(author=other, title="Their draft", status="draft", published_at=None)

    drafts = part_of(client.get(HOME), "drafts")

    assert "Their draft" in drafts
    assert other.name in drafts


def test_the_draft_that_was_saved_last_stands_first_and_five_are_shown(client, author):
    drafts = [make_post(author=author, title=f"Draft {n}", status="draft", published_at=None) for n in range(6)]
    drafts[0].save()

    shown = re.findall(r"Draft \d", part_of(client.get(HOME), "drafts"))

    assert shown == ["Draft 0", "Draft 5", "Draft 4", "Draft 3", "Draft 2"]
    assertContains(client.get(HOME), "All drafts")


def test_what_an_import_is_still_writing_is_not_scheduled(client, editor):
    make_post(title="Half written", published_at=STAGED)

    assert "Nothing is scheduled." in part_of(client.get(HOME), "scheduled")


def test_a_latest_post_leads_to_its_form_its_page_its_comments_and_those_that_wait(client, author):
    post = make_post(author=author, title="A report")
    make_comment(post=post)
    make_comment(post=post, status="pending")
    make_comment(post=post, status="pending")

    latest = part_of(client.get(HOME), "latest")

    assert f'href="/admin/posts/post/{post.pk}/change/"' in latest
    assert f'href="{post.get_absolute_url()}"' in latest
    assert f'href="{post.get_absolute_url()}#comments"' in latest
    assert f'href="/admin/comments/comment/?post={post.pk}"' in latest
    assert "1 comment" in latest
    assert "2 waiting" in latest


def test_the_comments_that_have_waited_longest_are_named_with_their_age(client, editor):
    for days in range(1, 8):
        make_comment(name=f"Reader {days}", status="pending", submitted_at=timezone.now() - timedelta(days=days))

    waits = part_of(client.get(HOME), "waits")

    assert re.findall(r"Reader \d", waits) == ["Reader 7", "Reader 6", "Reader 5", "Reader 4", "Reader 3"]
    assert "Waiting: 7" in waits
    assert "6\xa0days ago" in waits


def test_without_anything_it_says_what_to_do_next(client, author):
    page = client.get(HOME)

    assertContains(page, "No drafts.")
    assertContains(page, "Write your first post")
    assertContains(page, "Nothing is scheduled.")
    assertContains(page, "Nothing is published yet.")
    assertContains(page, "No comments are waiting.")


def test_a_title_of_tags_is_shown_as_words(client, author):
    make_post(author=author, title="<script>alert(1)</script>", status="draft", published_at=None)

    assertNotContains(client.get(HOME), "<script>alert")


def test_who_may_only_see_pictures_is_offered_nothing_else(client):
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_picture"))
    client.force_login(user)

    page = client.get(HOME)

    assert in_sidebar(page) == ["Home", "Pictures"]
    assertNotContains(page, "New post")
    assertNotContains(page, "Drafts")


def test_who_may_do_nothing_is_told_so(client):
    client.force_login(make_user(is_staff=True))

    assertContains(client.get(HOME), "You don’t have permission to view or edit anything.")


def test_it_costs_the_same_however_much_there_is(client, editor, django_assert_max_num_queries):
    for number in range(12):
        make_post(author=make_staff_author()[1], title=f"Report {number}")
        make_post(author=make_staff_author()[1], title=f"Draft {number}", status="draft", published_at=None)
        make_post(title=f"Plan {number}", published_at=timezone.now() + timedelta(days=number + 1))
        make_comment(status="pending")

    with django_assert_max_num_queries(18):
        client.get(HOME)


# --- Navigation


def test_it_is_grouped_by_what_authors_call_things_and_the_rest_is_folded(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))

    page = client.get("/admin/posts/tag/")

    text = page.content.decode()
    assert re.findall(r'<p class="section" id="sidebar-\w+">([^<]+)', text) == ["Write", "Discuss", "Blog", "Moving"]
    folded = re.search(r"<details><summary>System</summary>(.*?)</details>", text, re.DOTALL)[1]
    assert "Groups" in folded
    assert "Outgoing tasks" in folded
    assert "Posts" not in folded


def test_every_registered_model_stands_in_it_once(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))

    sections = client.get(HOME).context["available_apps"]

    rows = [entry for section in sections for entry in section["models"] if entry["model"]]
    listed = [entry["model"] for entry in rows if not entry["filters"]]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(admin.site._registry)


def test_every_section_names_models_that_are_registered():
    registered = {model._meta.label for model in admin.site._registry}

    assert {entry.model for section in SECTIONS for entry in section.entries} <= registered


@pytest.mark.parametrize(
    ("path", "current"),
    [
        (HOME, ("page", "Home")),
        ("/admin/posts/post/", ("page", "Posts")),
        ("/admin/posts/post/?kind__exact=page", ("page", "Pages")),
        ("/admin/posts/post/add/", ("true", "Posts")),
        ("/admin/comments/rule/", ("page", "Rules")),
    ],
)
def test_the_current_place_is_marked(client, editor, path, current):
    text = client.get(path).content.decode()

    for name in ("desk-sidebar", "desk-menu"):
        nav = text.partition(name)[2].partition("</nav>")[0]
        assert re.findall(r'aria-current="(\w+)">([^<]+)', nav) == [current]


def test_an_author_is_not_offered_the_pages_which_editors_alone_write(client, author):
    assert "Posts" in in_sidebar(client.get(HOME))
    assert "Pages" not in in_sidebar(client.get(HOME))


def test_the_site_is_one_link_away(client, author):
    assertContains(client.get(HOME), '<a class="view-site" href="/">View site</a>', html=True)


def test_a_window_that_a_form_has_opened_has_no_navigation(client, editor):
    page = client.get("/admin/posts/tag/add/?_popup=1")

    assertNotContains(page, "desk-sidebar")
    assertNotContains(page, "desk-menu")
