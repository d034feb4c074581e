"""The cache of public pages, asked as gunicorn asks it: what is kept, for whom, and that it is never old."""

import gzip
import logging
import threading
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import brotli
import pytest
from django.apps import apps
from django.conf import settings as site_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog_site.page_cache import PageCache
from blog_site.patient_worker import replace_after
from comments.models import Comment
from posts import generation
from posts.models import Blog, ChangeCount, OldPath, Post, PreviewLink
from tests.factories import make_comment, make_editor, make_post, site_map_with
from tests.test_public_changes import MAKE, PUBLIC_MODELS

pytestmark = pytest.mark.django_db


class Door:
    """Answers as the web server would; `rendered` counts what Django was asked for."""

    def __init__(self, most=1_000_000):
        self.django, self.rendered = WSGIHandler(), 0
        self.cache = PageCache(self._count, most)

    def _count(self, environ, start_response):
        self.rendered += 1
        return self.django(environ, start_response)

    def ask(self, address, method="GET", *, through=None, body=b"", **meta):
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "CONTENT_LENGTH": str(len(body)) if body else "",
            **meta,
        }
        answer = SimpleNamespace()

        def start_response(status, headers, error=None):
            answer.status, answer.pairs = int(status[:3]), headers
            answer.headers = dict(headers)

        parts = (through or self.cache)(environ, start_response)
        answer.body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        return answer

    def is_kept(self, address, **meta):
        """True where the second of two requests is answered without Django, by what the first left."""
        self.cache.kept.clear()
        self.ask(address, **meta)
        before = self.rendered
        self.ask(address, **meta)
        return self.rendered == before


@pytest.fixture(autouse=True)
def _one_transaction(monkeypatch):
    """A request closes no connection in whose transaction the test is; Django's own test client sees to that, too."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)


@pytest.fixture
def door():
    return Door()


@pytest.fixture
def post(discussion):
    discussion()
    post = make_post(title="Floods", body="It rained for a week. " * 60)
    make_comment(post=post)
    return post


# --- What is kept


def test_a_worker_is_replaced_after_so_many_pages_that_were_made_whatever_came_out_of_the_cache(
    door, post, monkeypatch
):
    monkeypatch.setattr(request_started, "receivers", [*request_started.receivers])
    worker = SimpleNamespace(alive=True, log=logging.getLogger())
    replace_after(worker, 3)

    for _ in range(20):
        door.ask("/")
    door.ask("/feed/")
    assert worker.alive

    door.ask("/archives/")
    assert not worker.alive


def test_a_page_that_is_kept_costs_one_query_and_has_the_bytes_and_headers_of_django(door, post, monkeypatch):
    asked, state = [], generation.state
    monkeypatch.setattr(generation, "state", lambda: asked.append(1) or state())
    address = post.get_absolute_url()
    for path in (address, "/", "/archives/", "/2026/", post.author.get_absolute_url(), "/sitemap.xml", "/robots.txt"):
        first = door.ask(path)
        with CaptureQueriesContext(connection) as queries:
            again = door.ask(path)

        # The one for the state is past Django's cursors.
        assert (len(asked), len(queries)) == (2, 0), path
        asked.clear()
        assert (again.status, again.body) == (200, first.body), path
        bare = door.ask(path, through=door.django)
        assert again.body == bare.body, path
        assert set(again.pairs) == set(bare.pairs), path


def test_feeds_are_kept_and_told_apart_by_their_form(door, post):
    for path in ("/feed/", "/feed/atom/", "/feed/json/", "/comments/feed/", f"{post.get_absolute_url()}feed/"):
        assert door.is_kept(path), path
        assert door.ask(path).headers["Content-Type"] == door.ask(path, through=door.django).headers["Content-Type"]


def test_what_other_programs_may_do_with_it_is_said(door, post):
    door.ask("/")
    headers = door.ask("/").headers

    assert headers["Cache-Control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=9"
    assert {name.strip() for name in headers["Vary"].split(",")} == {"Cookie", "Accept-Encoding"}
    assert headers["ETag"]
    assert "Set-Cookie" not in headers


def test_the_bytes_are_compressed_once_and_are_the_same(door, post):
    address = post.get_absolute_url()
    plain = door.ask(address)
    for accepted, encoding, unpack in (
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, GZIP;q=0.5", "gzip", gzip.decompress),
        ("*", "br", brotli.decompress),
    ):
        packed = door.ask(address, HTTP_ACCEPT_ENCODING=accepted)
        assert packed.headers["Content-Encoding"] == encoding, accepted
        assert unpack(packed.body) == plain.body
        assert int(packed.headers["Content-Length"]) == len(packed.body) < len(plain.body)
        assert packed.headers["ETag"] == plain.headers["ETag"]
        assert door.ask(address, HTTP_ACCEPT_ENCODING=accepted).body == packed.body
    for accepted in ("", "identity", "br;q=0, gzip;q=0", "gzip;q=x", "deflate", ",;,=", "br;q=0.1, identity"):
        answer = door.ask(address, HTTP_ACCEPT_ENCODING=accepted)
        assert "Content-Encoding" not in answer.headers, accepted
        assert answer.body == plain.body
    assert door.rendered == 1


def test_head_has_the_headers_alone_whether_or_not_it_comes_first(door, post):
    first = door.ask("/", "HEAD")
    page = door.ask("/")
    again = door.ask("/", "HEAD")

    assert first.body == again.body == b""
    assert first.pairs == page.pairs == again.pairs
    assert int(page.headers["Content-Length"]) == len(page.body) > 0
    assert door.rendered == 1


def test_whoever_has_the_page_is_told_so_without_a_body(door, post):
    tag = door.ask("/").headers["ETag"]
    strong = tag.removeprefix("W/")

    for known in (tag, strong, "*", f'"other", {tag}', f'{strong}, W/"x"'):
        answer = door.ask("/", HTTP_IF_NONE_MATCH=known)
        assert (answer.status, answer.body) == (304, b""), known
        assert answer.headers["ETag"] == tag
        assert answer.headers["Cache-Control"].startswith("public")
        assert answer.headers["Content-Security-Policy"]
        assert "Content-Length" not in answer.headers
    for other in ('"other"', tag[:-2] + '"', "x", strong.strip('"')):
        assert door.ask("/", HTTP_IF_NONE_MATCH=other).status == 200, other
    # A page that nobody has asked for yet is made whole, whatever its first reader has.
    door.cache.kept.clear()
    assert door.ask("/", HTTP_IF_NONE_MATCH=tag).status == 304
    assert door.ask("/").status == 200
    assert door.rendered == 2


def test_a_feed_goes_by_its_time_too_once_that_is_well_past(door, post):
    made = door.ask("/feed/").headers["Last-Modified"]
    # Something may still come that happened in the same second.
    assert door.ask("/feed/", HTTP_IF_MODIFIED_SINCE=made).status == 200

    connection.cursor().execute("UPDATE posts_changecount SET changed_at = '2026-03-14 10:00:00'")
    settled = door.ask("/feed/").headers["Last-Modified"]

    assert door.ask("/feed/", HTTP_IF_MODIFIED_SINCE=settled).status == 304
    assert door.ask("/feed/", HTTP_IF_MODIFIED_SINCE="Wed, 01 Jan 2098 00:00:00 GMT").status == 200
    assert door.ask("/feed/", HTTP_IF_MODIFIED_SINCE=settled, HTTP_IF_NONE_MATCH='"x"').status == 200


def test_django_alone_says_the_same_where_no_cache_is_in_front(client, post):
    answer = client.get(post.get_absolute_url())

    assert answer.headers["Cache-Control"].startswith("public, max-age=0, s-maxage=")
    again = client.get(post.get_absolute_url(), headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == answer.headers["Cache-Control"]


# --- Never private


def test_with_any_cookie_of_ours_django_answers(door, post):
    for name in site_settings.OUR_COOKIES:
        for cookies in (f"{name}=x", f"_ga=1; {name}=x", f"_ga=1,{name}=x"):
            assert not door.is_kept("/", HTTP_COOKIE=cookies), cookies
        assert door.ask("/", HTTP_COOKIE=f"{name}=x").headers["Cache-Control"].startswith("private"), name
    assert door.is_kept("/", HTTP_COOKIE="_ga=GA1.2.3; theme=dark")


def test_every_cookie_that_is_set_somewhere_is_among_ours():
    """A new one has to be named in `settings.OUR_COOKIES`, or its owner would be served a stranger's pages."""
    setting = {
        path.relative_to(site_settings.BASE_DIR).as_posix()
        for app in ("blog_site", "comments", "posts")
        for path in (site_settings.BASE_DIR / app).rglob("*.py")
        if "set_cookie(" in (text := path.read_text()) or "set_signed_cookie(" in text
    }

    assert setting == {"blog_site/accounts/device.py", "comments/browser.py", "posts/desk/autosave.py"}


def test_nothing_of_who_is_signed_in_is_kept_or_shown_what_is(door, post, client):
    address = post.get_absolute_url()
    stranger = door.ask(address).body
    client.force_login(make_editor(username="eve"))
    cookie = f"sessionid={client.cookies['sessionid'].value}"

    signed_in = door.ask(address, HTTP_COOKIE=cookie)

    assert b"eve" in signed_in.body
    assert "no-store" in signed_in.headers["Cache-Control"]
    assert door.ask(address).body == stranger
    assert door.is_kept(address)
    assert not door.is_kept(address, HTTP_COOKIE=cookie)


def test_a_page_for_one_person_is_asked_of_django_each_time(door, post, discussion, send):
    discussion(moderation="all")
    awaiting = send(post, body="A waiting text.").headers["Location"].partition("#")[0]
    draft = make_post(status="draft", title="Not yet")
    link = PreviewLink.make(draft, by=make_editor(), days=7)
    comment = Comment.objects.first()

    assert b"A waiting text." in door.ask(awaiting).body
    for address in (
        awaiting,
        link.get_absolute_url(),
        f"{post.get_absolute_url()}?replytocom={comment.pk}",
        f"{post.get_absolute_url()}?comment=none",
        "/search/?q=floods",
        "/accounts/login/",
        "/admin/",
        "/healthz",
        "/nothing/",
        "/comments/forget/",
        f"{post.get_absolute_url()[:-1]}",
    ):
        assert not door.is_kept(address), address
    assert b"A waiting text." not in door.ask(post.get_absolute_url()).body


def test_a_request_that_is_no_plain_reading_is_asked_of_django_each_time(door, post):
    for meta in (
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
        {"body": b"x"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": ""},
        {"HTTP_HOST": "127.0.0.1@evil.example"},
        {"SCRIPT_NAME": "/blog"},
        {"method": "POST"},
        {"method": "OPTIONS"},
    ):
        assert not door.is_kept("/", **meta), meta
    assert door.ask("/", HTTP_HOST="evil.example").status == 400


def test_no_header_changes_what_the_next_reader_gets(door, post):
    address, clean = post.get_absolute_url(), door.ask(post.get_absolute_url())
    for name, value in {
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "10.1.1.1",
        "HTTP_X_FORWARDED_PORT": "9",
        "HTTP_X_ORIGINAL_URL": "/admin/",
        "HTTP_X_REWRITE_URL": "/admin/",
        "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
        "HTTP_FORWARDED": "host=evil.example",
        "HTTP_ACCEPT_LANGUAGE": "de",
        "HTTP_ACCEPT": "application/json",
        "HTTP_RANGE": "bytes=0-9",
        "HTTP_USER_AGENT": "<script>",
        "HTTP_REFERER": "https://evil.example/",
        "HTTP_ORIGIN": "https://evil.example",
        "HTTP_X_REQUESTED_WITH": "XMLHttpRequest",
        "HTTP_COOKIE": "django_language=de; _ga=1",
        "HTTP_CACHE_CONTROL": "no-cache",
    }.items():
        door.cache.kept.clear()
        poisoned = door.ask(address, **{name: value})
        after = door.ask(address)
        assert poisoned.body == after.body == clean.body, name
        assert after.pairs == clean.pairs, name


def test_over_https_a_plain_request_is_sent_there_and_never_served(post, settings):
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    door = Door()
    assert door.is_kept("/", **{"wsgi.url_scheme": "https"})
    assert door.ask("/", HTTP_X_FORWARDED_PROTO="https").status == 301
    assert door.ask("/", **{"wsgi.url_scheme": "https"}).status == 200


# --- Addresses


def test_what_other_sites_add_to_an_address_makes_no_other_page(door, post):
    address = post.get_absolute_url()
    page = door.ask(address)
    for query in ("utm_source=x&utm_medium=y", "fbclid=1", "gclid=a&utm_campaign=", "ref=news", "mc_cid=1&mc_eid=2"):
        assert door.ask(f"{address}?{query}").body == page.body
        assert door.ask(f"{address}?{query}", through=door.django).body == page.body
    assert door.rendered == 1
    assert len(door.cache.kept._answers) == 1


def test_a_parameter_that_may_mean_something_is_asked_of_django_and_fills_nothing(door, post):
    door.ask("/")
    number = Post.objects.get().pk
    for query in ("p=5", f"p={number}", "s=rain", "feed=rss2", "lang=fr", "x=1", "page=0", "page=+1", "page="):
        door.ask(f"/?{query}")
        assert not door.is_kept(f"/?{query}"), query
    assert not door.cache.kept._answers
    # Parts that this page has not, or several at once.
    door.ask("/")
    for query in ("comments=5", "thread=7", "page=1", "comments=5&thread=7"):
        assert door.ask(f"/?{query}").status == 200
    assert len(door.cache.kept._answers) == 1
    # An old blog may have told its posts apart by anything.
    other = make_post(slug="en-francais")
    OldPath.objects.create(path=f"{post.get_absolute_url()}?lang=fr", post=other)
    door.ask(post.get_absolute_url())
    answer = door.ask(f"{post.get_absolute_url()}?lang=fr")
    assert answer.headers["Location"] == other.get_absolute_url()


def test_the_parts_of_a_page_are_pages_of_their_own_in_whatever_order_they_are_asked_for(door, post, discussion):
    discussion(per_page=1)
    make_comment(post=post)
    address = post.get_absolute_url()

    assert door.ask(f"{address}?comments=2").body != door.ask(f"{address}?comments=1").body
    assert door.rendered == 2
    door.ask(f"{address}?utm_source=a&comments=1")
    door.ask(f"{address}?comments=9&comments=1")
    assert door.rendered == 2


def test_a_page_is_the_same_at_whatever_name_and_port_it_is_asked_for(door, post, settings):
    settings.ALLOWED_HOSTS = [".example.org"]
    hosts = ["blog.example.org", "BLOG.example.org", "blog.example.org.", "blog.example.org:81", "x.example.org"]
    for path in (post.get_absolute_url(), "/", "/feed/", "/comments/feed/atom/", "/sitemap.xml", "/robots.txt"):
        answers = [door.ask(path, through=through, HTTP_HOST=host) for host in hosts for through in (None, door.django)]
        assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}, path
    assert len(door.cache.kept._answers) == 6


# --- Never stale


def test_what_is_decided_written_or_set_is_in_the_very_next_answer(door, post, discussion):
    address, editor = post.get_absolute_url(), make_editor()
    waiting = make_comment(post=post, status="pending", body="Wait for me.")

    def text(path=address):
        door.ask(path)
        return door.ask(path).body.decode()

    assert "Wait for me." not in text()
    waiting.approve(by=editor)
    assert "Wait for me." in text()
    waiting.spam(by=editor)
    assert "Wait for me." not in text()
    post.title = "Droughts"
    post.save()
    assert "Droughts" in text()
    assert "Droughts" in text("/")
    assert "Droughts" in text("/feed/")
    Blog.objects.update_or_create(pk=1, defaults={"title": "The new name"})
    assert "The new name" in text()
    discussion(comments_open=False)
    assert "Comments are closed." in text()
    make_post(title="Another one")
    assert "Another one" in text("/")
    post.status = "trash"
    post.save()
    assert door.ask(address).status == 404


def test_whatever_row_is_stored_that_readers_see_has_the_page_made_anew(door, post):
    for model, make in MAKE.items():
        row = make()
        door.ask("/")
        before = door.rendered
        door.ask("/")
        assert door.rendered == before, model
        row.save()
        door.ask("/")
        assert door.rendered == before + 1, model
        row.delete()
        door.ask("/")
        assert door.rendered == before + 2, model


def test_a_time_that_passes_makes_the_next_answer_new_though_nobody_writes(door, post, discussion, monkeypatch):
    discussion(close_after_days=5)
    now = timezone.now()
    fresh = make_post(title="Fresh", published_at=now - timedelta(days=4))
    make_post(title="Tomorrow's news", published_at=now + timedelta(hours=20))
    address = fresh.get_absolute_url()
    assert b"Comments are closed" not in door.ask(address).body
    assert b"Tomorrow" not in door.ask("/").body

    later = now + timedelta(hours=25)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    monkeypatch.setattr("time.time", lambda: later.timestamp())

    assert b"Tomorrow" in door.ask("/").body
    assert b"Comments are closed" in door.ask(address).body


def test_a_day_that_ends_ends_what_was_kept_of_it(door, post, settings):
    settings.TIME_ZONE = "UTC"
    door.ask("/")
    ((_state, answer, _size),) = door.cache.kept._answers.values()

    midnight = (timezone.localtime() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert answer.until <= midnight.timestamp()


def test_every_table_that_a_kept_page_reads_is_one_whose_writers_say_so(door, post):
    """Whoever reads another table for a page that everybody gets has to have its writers call `public_changed()`."""
    told = {model._meta.db_table for model in [*PUBLIC_MODELS, Comment, ChangeCount]}
    told |= {field.m2m_db_table() for field in Post._meta.many_to_many}
    others = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - told
    make_comment(parent=Comment.objects.get())
    reply = f"{post.get_absolute_url()}?comments=1"

    pages = [post.get_absolute_url(), reply, "/", "/archives/", "/feed/", "/comments/feed/", site_map_with(post)]
    for path in pages:
        with CaptureQueriesContext(connection) as queries:
            assert door.ask(path).status == 200
        read = {table for table in others for query in queries if f'"{table}"' in query["sql"]}
        assert not read, path


# --- Bounds and faults


def test_no_more_is_kept_than_was_said_and_what_was_asked_for_last_stays(post):
    door = Door(most=60_000)
    posts = [make_post(body="Many words. " * 300) for _ in range(8)]
    door.ask("/robots.txt")
    for each in posts:
        door.ask(each.get_absolute_url(), HTTP_ACCEPT_ENCODING="br")
        door.ask("/robots.txt")

    kept = door.cache.kept
    assert kept.size == sum(answer.size for _state, answer, _size in kept._answers.values()) <= 60_000
    assert 1 < len(kept._answers) < 8
    before = door.rendered
    door.ask("/robots.txt")
    door.ask(posts[-1].get_absolute_url())
    assert door.rendered == before
    assert Door(most=100).ask("/").status == 200


def test_while_the_database_does_not_answer_django_says_so(door, post, monkeypatch):
    from django.db import OperationalError

    door.ask("/")

    def away():
        raise OperationalError("away")

    with monkeypatch.context() as patched:
        patched.setattr("posts.generation.state", away)
        patched.setattr(BaseDatabaseWrapper, "close", lambda self: None)
        before = door.rendered
        assert door.ask("/").status == 200
        assert door.rendered == before + 1
    assert door.is_kept("/")


def test_an_answer_that_breaks_is_not_kept_and_holds_nobody_up(door, post, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("posts.views._home_page", None)
        assert door.ask("/").status == 500
    assert door.ask("/").status == 200


def test_eight_at_once_have_a_page_made_once():
    made, inside, ready = [], threading.Event(), threading.Barrier(8)
    from blog_site.page_cache.kept import AtWork, Kept

    kept, work = Kept(1_000_000), AtWork()
    answer = SimpleNamespace(size=1, until=float("inf"))

    def ask():
        ready.wait(30)
        with work.one_by_one("page", 30):
            if not kept.get("page", 1):
                made.append(1)
                inside.wait(0.2)
                kept.put("page", 1, answer)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 1
