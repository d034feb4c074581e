"""The form of a post, as it is sent: status and time, slug and address, tags by name, and what a refusal keeps."""

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.desk.tags import join_names, split_names
from posts.models import Author, Category, Post, Tag
from tests.factories import make_author, make_post, make_staff_author, make_user
from tests.test_versions import filled_in

pytestmark = pytest.mark.django_db

ADD = "/admin/posts/post/add/"
STATIC = Path(__file__).resolve().parent.parent / "static"


@pytest.fixture
def ann(client):
    """An author, logged in, with an author's rights alone."""
    user, author = make_staff_author()
    client.force_login(user)
    return author


@pytest.fixture
def owner(client):
    """Whoever has just installed the blog: they may do everything, and have written nothing."""
    user = make_user(username="admin", is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def change(post):
    return f"/admin/posts/post/{post.pk}/change/"


def save(client, post=None, **typed):
    """Sends the form as it stands on the page, with what was typed; the page that follows."""
    path = change(post) if post else ADD
    return client.post(path, filled_in(client.get(path)) | {"title": "Drains"} | typed, follow=True)


def said(page):
    """What a page says of what was done."""
    soup = BeautifulSoup(page.content, "html.parser")
    return " ".join(one.get_text(" ", strip=True) for one in soup.select("#told li, .editor-errors"))


def tomorrow(**more):
    at = timezone.localtime() + timedelta(days=1)
    return {"published_at_0": f"{at:%Y-%m-%d}", "published_at_1": "09:00"} | more


# --- Status and time


def test_a_button_says_what_becomes_of_a_post_and_leads_back_to_its_text(client, ann):
    page = save(client, body="Some words.", _save_as="draft")

    post = Post.objects.get()
    assert page.redirect_chain == [(change(post), 302)]
    assert (post.status, said(page)) == ("draft", "Draft saved.")

    page = save(client, post, _save_as="publish")

    post.refresh_from_db()
    assert post.is_public
    assert said(page) == "Published. View post"
    assertContains(page, f'href="{post.get_absolute_url()}"')

    page = save(client, post, body="Other words.", _save_as="chosen")

    assert said(page) == "Updated. View post"


def test_a_post_is_scheduled_by_the_button_and_told_the_time_with_its_zone(client, ann, settings):
    settings.TIME_ZONE = "Europe/London"

    page = save(client, _save_as="schedule", **tomorrow())

    post = Post.objects.get()
    assert post.is_scheduled
    assert re.fullmatch(r"Scheduled for .* \(Europe/London\)\.", said(page))
    assertContains(page, 'value="scheduled" data-button="Update" checked')


def test_to_schedule_without_a_time_asks_for_one_and_keeps_all_that_was_typed(client, ann):
    page = save(client, title="Of drains", body="Some words.", _save_as="schedule")

    assert "Enter the date and time at which the post is to be published." in said(page)
    assert {"title": "Of drains", "body": "Some words.", "status": "scheduled"}.items() <= filled_in(page).items()
    assertContains(page, 'href="#id_published_at_0"')
    assert not Post.objects.exists()


def test_an_author_that_is_left_out_or_forged_is_no_error_and_all_that_was_typed_stays(client, owner):
    post = make_post(status="draft")

    for author in ("", "9" * 40):
        page = save(client, post, author=author, title="", body="Typed by the owner.")

        assert page.status_code == 200
        assertContains(page, "Typed by the owner.")


def test_a_time_that_has_passed_is_not_taken_for_a_schedule_and_the_earlier_date_can_be_chosen(client, ann):
    past = {"published_at_0": "2019-05-01", "published_at_1": "10:00"}

    page = save(client, status="scheduled", _save_as="schedule", **past)
    assert "This time has passed." in said(page)
    assert not Post.objects.exists()

    save(client, status="published", _save_as="publish", **past)
    post = Post.objects.get()
    assert post.is_public
    assert post.get_absolute_url() == "/2019/05/01/drains/"


def test_publish_means_now_whatever_time_was_planned(client, ann):
    post = make_post(author=ann, published_at=timezone.now() + timedelta(days=30))

    save(client, post, _save_as="publish")

    assert Post.objects.get().is_public


def test_a_public_post_is_made_private_and_a_draft_again_by_the_choice(client, ann):
    post = make_post(author=ann)

    assert said(save(client, post, status="private", _save_as="chosen")).startswith("Saved. Only its author")
    assert Post.objects.get().status == "private"

    save(client, post, status="now", _save_as="chosen")
    post.refresh_from_db()
    assert post.is_public
    assert "Readers can no longer see it" in said(save(client, post, status="draft", _save_as="chosen"))
    assert client.get(post.get_absolute_url()).status_code == 200  # its author's alone
    client.logout()
    assert client.get(post.get_absolute_url()).status_code == 404


def test_a_trashed_post_stays_in_the_trash_until_something_else_is_chosen(client, ann):
    post = make_post(author=ann, status="trash")

    save(client, post, title="Thrown away")
    assert Post.objects.get().status == "trash"

    save(client, post, status="draft")
    assert Post.objects.get().status == "draft"


def test_the_save_of_a_script_means_what_it_always_did(client, ann):
    """`status` and `published_at_0`, `_1` as the model has them: see docs and scripts that post them."""
    page = save(client, status="published", **tomorrow())

    assert Post.objects.get().is_scheduled
    assert page.redirect_chain == [("/admin/posts/post/", 302)]


def test_a_time_that_the_clocks_show_twice_is_named(client, ann, settings):
    settings.TIME_ZONE = "Europe/Berlin"

    page = save(client, _save_as="schedule", published_at_0="2099-10-25", published_at_1="02:30")

    assert "twice on 25 Oct 2099" in said(page)
    assert Post.objects.get().published_at == datetime(2099, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_at_its_field(client, ann, settings):
    settings.TIME_ZONE = "Europe/Berlin"

    page = save(client, _save_as="schedule", published_at_0="2099-03-29", published_at_1="02:30")

    assert "because the clocks go forward" in said(page)
    assert filled_in(page)["published_at_1"] == "02:30"


# --- Slug and address


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("hello world!", "hello-world"),
        ("Hello/World.html", "hello-world-html"),
        ("already-a_Slug", "already-a_Slug"),
        ("你好 世界", "你好-世界"),
        ("https://blog.example/2026/01/02/%E4%BD%A0%E5%A5%BD/?x#y", "你好"),
        ("it’s", "its"),
        ("x" * 300, "x" * 200),
    ],
)
def test_what_is_typed_as_a_slug_becomes_one(client, ann, typed, slug):
    save(client, slug=typed, _save_as="publish")

    post = Post.objects.get()
    assert post.slug == slug
    assert client.get(post.get_absolute_url()).status_code == 200


def test_a_slug_without_a_letter_is_refused_and_kept(client, ann):
    page = save(client, slug="!!!", body="Some words.", _save_as="draft")

    assert "“!!!” has no letter or digit" in said(page)
    assert (filled_in(page)["slug"], filled_in(page)["body"]) == ("!!!", "Some words.")


@pytest.mark.parametrize("slug", ["taken", "feed"])
def test_a_slug_that_is_taken_or_reserved_gets_a_number_and_the_author_is_told(client, ann, slug):
    make_post(author=ann, slug="taken", published_at=timezone.now())

    page = save(client, slug=slug, _save_as="publish")

    assert f"The slug is “{slug}-2”, because “{slug}” is taken." in said(page)
    assert Post.objects.get(title="Drains").slug == f"{slug}-2"


def test_a_slug_that_got_a_number_because_another_post_was_published_first_is_told(client, ann):
    draft = make_post(author=ann, slug="drains", status="draft", published_at=None)
    make_post(author=ann, slug="drains", published_at=timezone.now())

    page = save(client, draft, _save_as="publish")

    assert "The slug is “drains-2”, because “drains” is taken." in said(page)
    assert "because" not in said(save(client, draft, _save_as="publish"))


def test_the_address_is_told_while_slug_and_title_are_typed_and_nothing_is_stored(client, ann):
    make_post(author=ann, slug="taken", published_at=timezone.now())
    today = timezone.localdate()

    def told(**asked):
        return json.loads(client.get("/admin/posts/post/address/", asked).content)

    assert told(title="Of drains")["address"].endswith(f"{today:/%Y/%m/%d}/of-drains/")
    assert told(title="x", slug="hello world!", date="2031-02-03")["address"].endswith("/2031/02/03/hello-world/")
    assert told(slug="taken")["note"] == "The slug is “taken-2”, because “taken” is taken."
    assert told(slug="admin", kind="page")["address"].endswith("/admin-2/")
    assert Post.objects.count() == 1


def test_the_address_of_anothers_post_is_told_to_nobody_else(client, ann):
    foreign = make_post(author=make_author(name="Else"), status="draft", slug="secret")

    assert client.get("/admin/posts/post/address/", {"pk": foreign.pk}).status_code == 404
    client.logout()
    assert client.get("/admin/posts/post/address/", {"title": "x"}).status_code == 302


# --- Tags and categories


def test_an_author_types_tags_that_there_are_and_new_ones(client, ann):
    known = Tag.objects.create(name="Child protection")
    imported = Tag.objects.create(name="The Town Hall", slug="hall")

    save(client, tag_names="child-protection, town hall news,the town hall, CHILD  PROTECTION", _save_as="draft")

    post = Post.objects.get()
    assert set(post.tags.all()) >= {known, imported}
    assert sorted(post.tags.values_list("name", flat=True)) == ["Child protection", "The Town Hall", "town hall news"]
    assert filled_in(client.get(change(post)))["tag_names"]


def test_a_new_tag_in_two_spellings_is_one(client, ann):
    save(client, tag_names="Child protection, child-protection", _save_as="draft")

    assert list(Tag.objects.values_list("name", "slug")) == [("Child protection", "child-protection")]


def test_tags_stay_what_they_are_when_nobody_changes_them(client, ann):
    post = make_post(author=ann)
    # Two of one name came with an import; one has a comma, one is a number, one in quotation marks.
    names = ["boots", "boots", "Smith, Ann", "2019", '"So"']
    tags = [Tag.objects.create(name=name) for name in names]
    post.tags.set(tags[1:])

    save(client, post, title="Other words")

    assert set(post.tags.all()) == set(tags[1:])
    assert Tag.objects.count() == 5
    assert "Tags" not in LogEntry.objects.get().get_change_message()

    save(client, post, tag_names="")
    assert not post.tags.exists()


@pytest.mark.parametrize("names", [["a", "b c"], ["a, b", 'c "d"'], ['"', '""', '"a", b'], ["，", "你好，世界"]])
def test_names_of_tags_survive_their_line(names):
    assert split_names(join_names(names)) == names


def test_a_tag_that_is_too_long_is_refused_with_the_rest_kept(client, ann):
    page = save(client, tag_names="x" * 201, body="Some words.", _save_as="draft")

    assert "is too long. Put commas between tags." in said(page)
    assert filled_in(page)["tag_names"] == "x" * 201
    assert not Tag.objects.exists()


def test_names_of_tags_are_suggested_to_whoever_writes_and_nobody_else(client, ann):
    for name in ("Boots", "Old boots", "Hats"):
        Tag.objects.create(name=name)

    assert json.loads(client.get("/admin/posts/post/tags/", {"q": "boo"}).content) == {"names": ["Boots", "Old boots"]}
    client.logout()
    assert client.get("/admin/posts/post/tags/", {"q": "boo"}).status_code == 302


def test_a_category_is_chosen_by_its_box(client, ann):
    town = Category.objects.create(name="The town")
    page = client.get(ADD)
    assertContains(page, "The town")

    save(client, categories=[town.pk], _save_as="draft")

    assert list(Post.objects.get().categories.all()) == [town]


@pytest.mark.parametrize("forged", [{"categories": ["9" * 20]}, {"tags": ["9" * 20]}, {"tags": ["x"]}])
def test_a_forged_number_is_refused_with_the_rest_kept(client, ann, forged):
    typed = filled_in(client.get(ADD)) | {"title": "Drains", "_save_as": "draft"} | forged
    typed.pop("tag_names")

    page = client.post(ADD, typed)

    assert "is not a valid value" in said(page)
    assert filled_in(page)["title"] == "Drains"


# --- The form as a whole


def test_the_first_post_of_a_new_blog_is_saved_by_whoever_installed_it(client, owner):
    assert not Author.objects.exists()

    save(client, body="The first words.", _save_as="publish")

    post = Post.objects.get()
    assert post.is_public
    assert post.author.user == owner


def test_what_is_wrong_is_named_above_and_at_its_field_and_opens_its_section(client, owner):
    page = save(client, title="", body="Some words.", menu_order="x", tag_names="one, two", _save_as="draft")

    soup = BeautifulSoup(page.content, "html.parser")
    links = {link["href"] for link in soup.select(".editor-errors a")}
    assert links == {"#id_title", "#id_menu_order"}
    assert all(soup.select_one(link) for link in links)
    sections = {
        one.select_one("summary").get_text(strip=True): one.has_attr("open")
        for one in soup.select("details.editor-section")
    }
    assert (sections["Page options"], sections["Comments"]) == (True, False)
    assert filled_in(page)["tag_names"] == "one, two"
    assertContains(page, "Some words.")


def test_a_look_without_the_right_to_change_shows_the_fields_and_no_form_to_save(client):
    from django.contrib.auth.models import Permission

    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_post", "edit_others_posts"]))
    post = make_post(title="For you to read")
    client.force_login(user)

    page = client.get(change(post))

    assertContains(page, "For you to read")
    assertNotContains(page, "_save_as")


def test_a_long_post_opens_with_few_queries(client, ann):
    post = make_post(author=ann, body="Some words of ten letters. " * 2000)
    post.tags.set([Tag.objects.create(name=f"Tag {number}") for number in range(20)])
    post.categories.set([Category.objects.create(name=f"Category {number}") for number in range(20)])
    client.get(change(post))

    with CaptureQueriesContext(
        connection,
    ) as page:
        client.get(change(post))
    with CaptureQueriesContext(connection) as admins_own:
        client.get(f"/admin/posts/tag/{Tag.objects.first().pk}/change/")

    assert len(page) - len(admins_own) <= 8


# --- The scripts


def test_the_editors_scripts_are_at_most_60_kilobytes_and_loaded_by_the_form_of_a_post_alone(client, owner):
    scripts = [*STATIC.glob("editor/*.js"), *STATIC.glob("vendor/*/*.js")]
    post = make_post()

    form = BeautifulSoup(client.get(change(post)).content, "html.parser")
    loaded = {
        Path(one["src"]).name for one in form.select("script[src^='/static/editor/'], script[src^='/static/vendor/']")
    }

    assert sum(len(gzip.compress(one.read_bytes())) for one in scripts) <= 60 * 1024
    assert {"text.js", "toolbar.js", "turndown.js"} <= loaded <= {one.name for one in scripts}
    for path in ("/", post.get_absolute_url(), "/admin/", "/admin/posts/post/"):
        assertNotContains(client.get(path), "/static/vendor/")
        assertNotContains(client.get(path), "/static/editor/text.js")


def test_what_others_wrote_is_listed_with_its_licence_and_updated_by_one_command():
    listed = (STATIC / "vendor/README.md").read_text()
    makefile = (STATIC.parent / "Makefile").read_text()
    folders = [one for one in (STATIC / "vendor").iterdir() if one.is_dir()]

    assert folders
    for folder in folders:
        name, _dash, version = folder.name.rpartition("-")
        assert (folder / "LICENSE").is_file()
        assert re.search(rf"\[(@github/)?{name}\]\(.*\) \| {re.escape(version)} \|", listed)
        assert re.search(rf"{name}@{re.escape(version)}:", makefile)
