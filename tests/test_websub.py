"""A hub hears of what is new, and of nothing else."""

import time
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs

import httpx
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from blog_site import env
from blog_site.worker import Worker
from posts.models import Author, Category, Post, Tag
from tests.factories import LONG_AGO, make_author, make_comment, make_post
from tests.wxr import import_, make_export, make_item, make_wxr_comment

pytestmark = pytest.mark.django_db


class Hub:
    """What the hub has heard, once the worker has nothing left to do, and what it answers."""

    def __init__(self, told, says):
        self._told, self.says = told, says

    @property
    def told(self):
        Worker().run_until_idle()
        return self._told


@pytest.fixture
def hub(settings, monkeypatch):
    """What the hub was told, instead of the network: a list of {name: values}."""
    settings.WEBSUB_HUB, settings.SITE_URL = "https://hub.example/", "https://blog.example"
    told = []

    def answer(request):
        told.append(parse_qs(request.content.decode()) | {"address": str(request.url)})
        return httpx.Response(hub_says["status"], headers=hub_says["headers"])

    hub_says = {"status": 204, "headers": {}}
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(answer)))
    monkeypatch.setattr(httpx._api, "Client", partial(httpx.Client, transport=httpx.MockTransport(answer)))
    return Hub(told, hub_says)


@pytest.fixture
def write(admin_client):
    """Saves a post in the admin, a new one or `post`, as an editor does: `write(title=…, published_at=…)`."""

    def save(post=None, *, categories=(), tags=(), **fields):
        stored = ("title", "body", "slug", "status", "published_at") if post else ()
        shown = {"title": "A post", "body": "Some words.", "status": "published", "kind": "post"}
        typed = {**shown, **{name: getattr(post, name) for name in stored}, **fields}
        published_at = typed.pop("published_at", None)
        author = Author.objects.first() or make_author(name="Ann")
        data = {
            **typed,
            "author": author.pk,
            "published_at_0": (published_at and f"{published_at:%Y-%m-%d}") or "",
            "published_at_1": (published_at and f"{published_at:%H:%M:%S}") or "",
            "categories": [category.pk for category in categories],
            "tags": [tag.pk for tag in tags],
            "comments_open": "on",
            "body_format": "markdown",
            "menu_order": "0",
        }
        path = f"/admin/posts/post/{post.pk}/change/" if post else "/admin/posts/post/add/"
        assert admin_client.post(path, data).status_code == 302
        return Post.objects.get(pk=post.pk) if post else Post.objects.latest("pk")

    return save


def test_it_hears_of_a_new_post_and_which_feeds_have_it(hub, write):
    write(published_at=timezone.now(), slug="new")

    (told,) = hub.told
    assert told["address"] == "https://hub.example/"
    assert told["hub.mode"] == ["publish"]
    assert told["hub.url"] == [
        f"https://blog.example{archive}feed/{form}"
        for archive in ("/", "/author/ann/")
        for form in ("", "atom/", "json/")
    ]


def test_it_hears_of_archives_too(hub, write):
    child = Category.objects.create(name="Local", parent=Category.objects.create(name="News"))
    write(make_post(), body="New words.", categories=[child], tags=[Tag.objects.create(name="Water")])

    feeds = hub.told[-1]["hub.url"]
    for archive in ("/category/news/", "/category/news/local/", "/tag/water/"):
        assert f"https://blog.example{archive}feed/" in feeds


def test_it_hears_when_a_draft_is_published_or_changed(hub, write):
    post = write(status="draft")
    assert not hub.told

    post = write(post, status="published")
    assert len(hub.told) == 1

    write(post, title="Better")
    assert len(hub.told) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "private"},
        {"kind": "page"},
        {"published_at": LONG_AGO},
        {"published_at": timezone.now() + timedelta(hours=1)},
    ],
    ids=["draft", "private", "page", "old", "scheduled"],
)
def test_it_hears_of_nothing_that_is_not_new_and_public(hub, write, fields):
    make_comment(post=write(**{"published_at": timezone.now(), **fields}))

    assert not hub.told


def test_no_hub_no_word(hub, settings, write):
    settings.WEBSUB_HUB = ""

    write(published_at=timezone.now())

    assert not hub.told


@pytest.mark.parametrize(
    ("status", "state"), [(302, "READY"), (404, "FAILED"), (410, "FAILED"), (429, "READY"), (500, "READY")]
)
def test_a_hub_that_fails_stops_nobody_and_is_told_later_unless_it_refuses_for_good(hub, write, status, state, caplog):
    hub.says |= {"status": status, "headers": {"Location": "http://127.0.0.1:1/"}}

    post = write(published_at=timezone.now())

    assert post.pk
    assert len(hub.told) == 1
    assert str(status) in caplog.text
    assert DBTaskResult.objects.get(task_path="posts.websub.tell_hub").status == state


def test_it_hears_of_a_scheduled_post_in_its_time(hub, write):
    later = timezone.now().replace(microsecond=0) + timedelta(seconds=4)
    write(published_at=later)
    assert not hub.told

    time.sleep(max(0, (later - timezone.now()).total_seconds()))

    assert len(hub.told) == 1


@pytest.mark.parametrize("value", ["hub.example", "ftp://hub.example/", "https://", "https://hub example/"])
def test_a_wrong_hub_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("WEBSUB_HUB", value)

    with pytest.raises(env.WrongSetting, match="WEBSUB_HUB"):
        env.web_address("WEBSUB_HUB")


def test_an_import_tells_nobody_of_what_it_brings_or_changes(hub, mailoutbox, tmp_path):
    now = f"{timezone.now():%Y-%m-%d %H:%M:%S}"
    item = partial(make_item, post_date=now, post_date_gmt=now)
    waiting, public = (
        make_wxr_comment(approved=approved, comment_date=now, comment_date_gmt=now) for approved in ("0", "1")
    )

    import_(make_export(tmp_path, item(status="draft", inside=waiting)))
    import_(make_export(tmp_path, item(inside=public)))

    assert Post.objects.published().get().comments.approved().exists()
    assert hub.told == []
    assert mailoutbox == []
