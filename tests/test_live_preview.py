"""The preview beside the text: what readers would see of what is typed, of which nothing is stored and nothing runs."""

import re
import resource

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from posts import costly_text
from posts.models import Post
from tests.factories import make_picture, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db

A_START = 3  # seconds of a processor in which a process gets ready, on a slow machine

ADDRESS = "/admin/posts/post/preview/live/"


@pytest.fixture
def author(client):
    user, author = make_staff_author()
    client.force_login(user)
    return author


def preview(client, body="", **typed):
    return client.post(ADDRESS, {"title": "Typed here", "body": body, **typed})


def test_it_shows_title_and_text_as_the_page_will_and_stores_nothing(client, author):
    post = make_post(author=author, body="As it is.")

    page = preview(client, "As it *could* be.\n\n## Later\n\nMore.")

    assertContains(page, '<h1 class="p-name">Typed here</h1>', html=True)
    assertContains(page, "As it <em>could</em> be.")
    assertContains(page, "<h2")
    assert "no-store" in page.headers["Cache-Control"]
    assert Post.objects.get() == post
    assert Post.objects.get().body == "As it is."


def test_the_text_is_the_one_that_readers_get_when_it_is_saved(client, author):
    picture = make_picture()
    body = f'"So" -- and ![]({picture.file.url} "A caption")\n\n[^1]\n\n[^1]: The note.'
    saved = make_post(author=author, body=body, language="de")

    page = preview(client, body, language="de")

    assert saved.body_html.strip() in page.text
    assert 'lang="de"' in page.text


def test_it_costs_few_queries_and_none_for_more_text(client, author, django_assert_num_queries):
    preview(client, "Words.")

    for body in ("Words.", "Words. " * 2_000):
        with django_assert_num_queries(5):
            preview(client, body)


def test_nothing_that_is_typed_can_run_or_leave_its_frame(client, author):
    page = preview(
        client,
        "<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1))<base href=//evil.example>"
        "<style>*{}</style><meta http-equiv=refresh content=0></article></main>",
        title="</h1><script>alert(2)</script>",
    )

    assert not re.search(r"<script|onerror|javascript:|evil\.example>|<style|<meta http", page.text)
    assert page.text.count("</main>") == 1
    form = client.get("/admin/posts/post/add/").text
    (sandbox,) = re.findall(r'<iframe[^>]*sandbox="([^"]*)"', form)
    assert "allow-scripts" not in sandbox
    assert "allow-top-navigation" not in sandbox


def test_a_text_that_takes_too_long_is_shown_as_it_was_written_and_it_says_so(client, author):
    page = preview(client, "[" * 20_000)

    assertContains(page, "takes too long to format")
    assertContains(page, "[[[[")


def test_a_long_text_takes_a_few_seconds_of_the_server_however_long_it_is(client, author):
    text = "[" * 300_000
    assert costly_text.seconds_for(text) == costly_text.MOST_SECONDS

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    page = preview(client, text)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assertContains(page, "takes too long to format")
    assert after.ru_utime - before.ru_utime < costly_text.HASTE_SECONDS + A_START


def test_what_could_not_be_shown_while_it_was_written_is_saved_as_any_other(client, author, monkeypatch):
    post = make_post(author=author, status="draft")
    typed = {"title": "Typed here", "body": "Words of *some* weight.\n\n" * 1000 + "![x](/media/a.png)"}
    monkeypatch.setattr(costly_text, "HASTE_WAIT", 0.1)

    with costly_text._turn:  # somebody else's long text is being set
        page = preview(client, **typed)
        points = client.post(f"/admin/posts/post/{post.pk}/checklist/", typed)

    assertContains(page, "takes too long to format")
    assertContains(points, "takes too long to format")
    post.body = typed["body"]
    post.save()
    assert "Words of <em>some</em> weight." in post.body_html


@pytest.mark.parametrize(
    "typed",
    [
        {"body_format": "nonsense"},
        {"language": "xx-nonsense"},
        {"picture": "9" * 30},
        {"picture": "-1"},
        {"picture": "77"},
        {"title": "x" * 10_000},
        {"title": "\x00", "body": "Words.\x00 ![a](/media/\x00.png)"},
        {"title": "", "body_format": "html", "body": "<p>Words.</p>"},
    ],
)
def test_what_no_form_would_send_is_shown_as_far_as_it_can_be(client, author, typed):
    assertContains(preview(client, **{"body": "Words.", **typed}), "Words.")


def test_who_may_not_write_gets_none_and_a_get_does_nothing(client):
    reader, helper = make_user(), make_user(is_staff=True)

    assert Client().post(ADDRESS, {"body": "Words."}).status_code == 302
    for user, status in ((reader, 302), (helper, 403)):
        client.force_login(user)
        answer = preview(client, "Words.")
        assert answer.status_code == status
        assertNotContains(answer, "Words.", status_code=status)
    client.force_login(make_staff_author()[0])
    assert client.get(ADDRESS).status_code == 405
