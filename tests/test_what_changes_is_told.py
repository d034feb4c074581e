"""Whatever changes what readers see, by whichever door: feeds, search and sitemap have it with the next request."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from blog_site.models import Import
from comments.models import Comment
from posts.models import Blog, Category, ChangeCount, Post, Tag
from tests.factories import make_author, make_comment, make_editor, make_post, make_user, site_map_with
from tests.feed_rules import ATOM
from tests.test_import_disqus import import_disqus, make_disqus, thread
from tests.test_import_disqus import post as disqus_post
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db

PATH = "/2019/05/01/the-ford/"
BLOGS, COMMENTS, POSTS = "/feed/", "/comments/feed/", f"{PATH}feed/"
QUEUE = "/admin/comments/comment/"
AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _open(discussion):
    discussion(moderation="none")


@pytest.fixture
def blog(tmp_path):
    """A post that moved in, with one comment."""
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(author="Bo Reader"))))
    post = Post.objects.get()
    post.categories.add(Category.objects.create(name="Rivers"))
    post.tags.add(Tag.objects.create(name="Fords"))
    return post


@pytest.fixture
def desk(client):
    client.force_login(make_editor())
    return client


def long_ago():
    """Nothing has changed for an hour: what changes now has another time."""
    Post.objects.update(changed_at=timezone.now() - AN_HOUR)
    ChangeCount.objects.update(changed_at=timezone.now() - AN_HOUR)


class Reader:
    """A reader's program that has the feeds, and asks again in each of the ways that there are."""

    def __init__(self, client, *addresses):
        self.client, self.addresses = (
            client,
            [f"{address}{form}" for address in addresses for form in ("", "atom/", "json/")],
        )
        long_ago()
        self.had = {address: client.get(address) for address in self.addresses}
        for address, had in self.had.items():
            assert client.get(address, headers={"If-None-Match": had["ETag"]}).status_code == 304
            assert client.get(address, headers={"If-Modified-Since": had["Last-Modified"]}).status_code == 304

    def is_told(self, words="", gone=""):
        for address, had in self.had.items():
            by_tag = self.client.get(address, headers={"If-None-Match": had["ETag"]})
            by_time = self.client.get(address, headers={"If-Modified-Since": had["Last-Modified"]})
            assert (by_tag.status_code, by_time.status_code) == (200, 200), address
            assert words in by_tag.content.decode(), address
            assert not gone or gone not in by_tag.content.decode(), address


def finds(client, words):
    """Whether the search has what each of the words stands in."""
    return bool(json.loads(client.get("/search/feed/json/", {"q": words}).content)["items"])


def answer_at_the_desk(client, comment, **typed):
    page = BeautifulSoup(client.get(f"{QUEUE}{comment.pk}/change/").content, "html.parser")
    body = page.select_one("textarea[name=body]").text.removeprefix("\n")
    sent = {"body": body, "reason": "", "rule": "", "answer": "", "note": "", "seen": 10**9}
    return client.post(f"{QUEUE}{comment.pk}/change/", sent | typed)


# --- What readers send


def test_a_comment_of_the_form_is_found_by_its_writers_name_and_its_words(client, blog, send):
    reader = Reader(client, BLOGS, COMMENTS, POSTS)

    send(blog, name="Zebulon Quirk", body="Mind the heron.")

    assert finds(client, "Zebulon")
    assert finds(client, "quirk heron")
    reader.is_told()
    assert "Zebulon Quirk" in client.get(COMMENTS).content.decode()


def test_one_that_a_member_sends_is_found_by_the_name_that_readers_see(client, blog, send):
    account = make_user(username="z17", first_name="Zora", last_name="Quill")
    make_author(name="Zora of the Fords", user=account)
    client.force_login(account)

    send(blog, name=None, email=None, url=None, body="Seen from the bank.")

    client.logout()
    assert finds(client, "Zora")
    assert not finds(client, "z17")


def test_one_that_waited_is_found_by_its_writers_name_when_it_is_approved(client, blog, send, discussion):
    discussion(moderation="all")
    send(blog, name="Zebulon Quirk", body="Mind the heron.")
    assert not finds(client, "Zebulon")
    reader = Reader(client, BLOGS, COMMENTS, POSTS)
    desk = type(client)()
    desk.force_login(make_editor())

    desk.post(f"{QUEUE}{Comment.objects.latest('pk').pk}/decide/", {"decide": "approve"})

    assert finds(client, "Zebulon heron")
    reader.is_told()


# --- What is done at the desk


@pytest.mark.parametrize("verb", ["hold", "spam", "trash"])
def test_what_is_taken_down_is_gone_everywhere(client, blog, verb):
    comment = blog.comments.get()
    reader = Reader(client, BLOGS, COMMENTS, POSTS)
    desk = type(client)()
    desk.force_login(make_editor())

    desk.post(f"{QUEUE}{comment.pk}/decide/", {"decide": verb})

    reader.is_told(gone="I was there.")
    assert not finds(client, "there")


def test_an_edited_comment_has_a_new_time_in_feeds_and_map_and_only_its_new_words(client, blog):
    comment = blog.comments.get()
    Comment.objects.filter(pk=comment.pk).update(submitted_at=datetime(2019, 6, 1, tzinfo=UTC))
    reader = Reader(client, COMMENTS, POSTS)
    before = times_of(client)
    desk = type(client)()
    desk.force_login(make_editor())
    start = timezone.now().replace(microsecond=0)

    answer_at_the_desk(desk, comment, body="I was [elsewhere].")

    reader.is_told("I was [elsewhere].", gone="I was there.")
    assert before == {"atom": datetime(2019, 6, 1, tzinfo=UTC), "json": datetime(2019, 6, 1, tzinfo=UTC)} | {
        "map": before["map"]
    }
    after = times_of(client)
    assert all(start <= time <= timezone.now() for time in after.values()), after
    assert finds(client, "elsewhere")
    assert not finds(client, "was there")


def test_an_edit_that_is_taken_back_has_a_new_time_too(client, blog):
    comment = blog.comments.get()
    decision = comment.edit("Redacted.", by=make_editor(), reason="A telephone number.")
    Comment.objects.update(edited_at=timezone.now() - AN_HOUR)
    reader = Reader(client, COMMENTS, POSTS)
    desk = type(client)()
    desk.force_login(make_editor())

    desk.post(f"{QUEUE}{comment.pk}/take-back/{decision.pk}/")

    reader.is_told("I was there.", gone="Redacted.")
    assert times_of(client)["atom"] > timezone.now() - AN_HOUR / 2


def times_of(client):
    """When the one comment changed last, as each program is told: {"atom", "json", "map"}."""
    atom = ElementTree.fromstring(client.get(f"{POSTS}atom/").content)
    (item,) = json.loads(client.get(f"{POSTS}json/").content)["items"]
    site_map = client.get(site_map_with(Post.objects.get())).content.decode()
    return {
        "atom": parse_datetime(atom.findtext(f"{ATOM}entry/{ATOM}updated")).replace(microsecond=0),
        "json": parse_datetime(item["date_modified"]).replace(microsecond=0),
        "map": parse_datetime(re.search(r"<lastmod>([^<]+)", site_map)[1]),
    }


def test_what_only_the_desk_does_to_a_comment_gives_it_no_new_time(client, blog):
    comment = blog.comments.get()
    before = times_of(client)

    comment.hold(by=make_editor())
    comment.approve(by=make_editor())
    comment.stop_mails()
    Comment.objects.get().save()

    assert times_of(client) == before


def test_an_answer_written_at_the_desk_is_told(client, blog):
    reader = Reader(client, BLOGS, COMMENTS, POSTS)
    desk = type(client)()
    desk.force_login(make_editor(username="ed", first_name="Edda"))

    answer_at_the_desk(desk, blog.comments.get(), answer="We shall see to it.")

    reader.is_told()
    assert finds(client, "shall see")
    assert finds(client, "Edda")


def test_what_is_erased_is_gone_everywhere(client, blog):
    comment = blog.comments.get()
    comment.trash(by=None)

    comment.erase(by=make_editor())

    assert not finds(client, "there")
    assert not finds(client, "Bo")


# --- What moves in


def test_comments_that_an_import_adds_are_told(client, blog, tmp_path):
    reader = Reader(client, BLOGS, COMMENTS, POSTS)
    added = make_wxr_comment(id=2, author="Zebulon Quirk", text="Older.", comment_date_gmt="2019-05-02 09:00:00")

    import_(make_export(tmp_path, make_item(inside=make_wxr_comment() + added)))

    reader.is_told()
    assert "Older." in client.get(POSTS).content.decode()
    assert json.loads(client.get("/feed/json/").content)["items"][0]["_replies"]["count"] == 2
    assert finds(client, "Zebulon")
    assert finds(client, "older")


def test_what_an_import_changes_in_a_comment_is_told(client, blog, tmp_path):
    reader = Reader(client, COMMENTS, POSTS)

    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(author="Zebulon Quirk"))))

    reader.is_told("Zebulon Quirk", gone="Bo Reader")
    assert finds(client, "Zebulon")
    assert not finds(client, "Bo")


def test_an_import_of_the_same_changes_nothing(client, blog, tmp_path):
    reader = Reader(client, BLOGS, COMMENTS, POSTS)

    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(author="Bo Reader"))))

    for address, had in reader.had.items():
        if address.startswith((COMMENTS, POSTS)):
            assert client.get(address, headers={"If-None-Match": had["ETag"]}).status_code == 304


def test_an_import_that_is_undone_is_gone_everywhere(client, tmp_path):
    post = make_post(imported_path=PATH, slug="here-before", title="Here before")
    make_comment(post=post, body="Mine.")
    import_disqus(
        make_disqus(tmp_path, thread(link=f"https://old.example{PATH}"), disqus_post(1, "Heron.", name="Zed"))
    )
    assert finds(client, "zed heron")
    reader = Reader(client, BLOGS, COMMENTS, POSTS)

    undo_newest()

    reader.is_told(gone="Heron.")
    assert not finds(client, "heron")


def test_a_change_of_a_comment_that_is_undone_is_told(client, blog, tmp_path):
    import_(make_export(tmp_path, make_item(inside=make_wxr_comment(author="Zebulon Quirk", text="Changed."))))
    reader = Reader(client, COMMENTS, POSTS)

    undo_newest()

    reader.is_told("Bo Reader", gone="Zebulon")
    assert finds(client, "Bo")
    assert not finds(client, "Zebulon")


def test_comments_from_disqus_are_told(client, blog, tmp_path):
    reader = Reader(client, BLOGS, COMMENTS, POSTS)

    import_disqus(
        make_disqus(tmp_path, thread(link=f"https://old.example{PATH}"), disqus_post(1, "Heron.", name="Zed"))
    )

    reader.is_told()
    assert finds(client, "zed heron")


# --- What is named anew


@pytest.mark.parametrize(
    ("model", "name", "feeds"),
    [
        ("author", "Anna of the Fords", [BLOGS, "/author/ann/feed/"]),
        ("category", "Streams", [BLOGS, "/category/rivers/feed/"]),
        ("tag", "Crossings", [BLOGS, "/tag/fords/feed/"]),
        ("blog", "The New Place", [BLOGS, COMMENTS, "/tag/fords/feed/"]),
    ],
)
def test_another_name_is_told(client, blog, model, name, feeds):
    reader = Reader(client, *feeds)
    owner = type(client)()
    owner.force_login(make_user(is_staff=True, is_superuser=True))
    row = {"author": blog.author, "category": Category.objects.get(), "tag": Tag.objects.get(), "blog": Blog.load()}[
        model
    ]
    fields = {"title": name, "tagline": "x"} if model == "blog" else {"name": name, "slug": getattr(row, "slug", "")}

    assert owner.post(f"/admin/posts/{model}/{row.pk}/change/", fields).status_code == 302

    reader.is_told(name)


@pytest.mark.parametrize("door", ["unpublished", "deleted", "deleted in a list", "a tag deleted"])
def test_what_leaves_is_told_to_who_asks_by_time_too(client, blog, door):
    make_post(title="Stays", author=blog.author)
    make_comment(post=Post.objects.get(title="Stays"))
    Comment.objects.filter(post=blog).take_out()
    reader = Reader(client, BLOGS)
    if door == "unpublished":
        blog.status = "private"
        blog.save()
    elif door == "deleted":
        blog.delete()
    elif door == "deleted in a list":
        Post.objects.filter(pk=blog.pk).delete()
    else:
        Tag.objects.all().delete()

    reader.is_told("Stays", gone="Fords" if door == "a tag deleted" else "The ford")


def test_another_bio_stands_on_every_page_that_has_it(client, blog):
    owner = type(client)()
    owner.force_login(make_user(is_staff=True, is_superuser=True))

    owner.post(f"/admin/posts/author/{blog.author_id}/change/", {"name": "Ann", "slug": "ann", "bio": "Wades *daily*."})

    for address in (PATH, "/author/ann/"):
        assert "Wades <em>daily</em>." in client.get(address).content.decode()


def test_a_post_that_is_edited_is_found_by_its_new_words_alone(client, blog):
    reader = Reader(client, BLOGS)
    post = Post.objects.get()
    post.title, post.body = "The bridge", "It is open."

    post.save()

    reader.is_told("The bridge", gone="The ford is closed")
    assert finds(client, "bridge open")
    assert not finds(client, "closed")


def undo_newest():
    call_command("undo_import", Import.objects.latest("pk").pk, stdout=StringIO())
