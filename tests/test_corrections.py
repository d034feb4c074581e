"""Corrections below a post: typed in its form, read where the words are read, and taken along when the blog moves."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Post, Revision
from tests.factories import make_post
from tests.test_public_changes import Watch
from tests.test_versions import address, filled_in
from tests.wxr import import_

pytestmark = pytest.mark.django_db

CORRECTION = {"on": "2026-05-03", "text": "The bridge *is* open."}


def save(client, post, **typed):
    typed = {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(address(post), filled_in(client.get(address(post))) | typed)


def section(client, post):
    return BeautifulSoup(client.get(post.get_absolute_url()).content, "html.parser").select_one("section.corrections")


def test_corrections_are_typed_in_the_form_and_stand_below_the_article(client, editor):
    post = make_post(body="The bridge is closed.")
    watch = Watch(post)

    save(client, post, corrections__0__on="2026-05-03", corrections__0__text="The bridge *is* open.")
    save(client, post, corrections__1__on="2026-04-01", corrections__1__text="It was <script>never</script> closed.")

    shown = section(Client(), post)
    assert watch.own_moved
    assert shown.h2.get_text() == "Corrections"
    assert [time.get_text() for time in shown.select("time")] == [
        "Corrected on 1 Apr 2026:",
        "Corrected on 3 May 2026:",
    ]
    assert [time["datetime"] for time in shown.select("time")] == ["2026-04-01", "2026-05-03"]
    assert shown.em.get_text() == "is"
    assert shown.script is None
    assert not Revision.objects.exists()


def test_a_correction_is_changed_and_taken_away_by_emptying_it(client, editor):
    post = make_post(corrections=[CORRECTION])

    save(client, post, corrections__0__text="It is open since May.")
    assert "It is open since May." in section(client, post).get_text()

    save(client, post, corrections__0__text=" ")
    assert section(client, post) is None
    assert Post.objects.get(pk=post.pk).corrections == []


def test_what_is_saved_otherwise_keeps_them(client, editor):
    post = make_post(corrections=[CORRECTION])

    save(client, post, title="Another title")
    Post.objects.get(pk=post.pk).save()

    assert Post.objects.get(pk=post.pk).corrections == [CORRECTION]


@pytest.mark.parametrize("on", ["", "yesterday", "0000-01-01", "2026-02-30", "tomorrow"])
def test_a_day_that_is_none_is_refused_and_the_words_stay_in_the_form(client, editor, on):
    post = make_post()
    if on == "tomorrow":
        on = (timezone.localdate() + timedelta(days=2)).isoformat()

    answer = save(client, post, corrections__0__on=on, corrections__0__text="Words that must stay.")

    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select_one("#corrections[open] .errorlist li").get_text()
    assert page.select_one("[name=corrections-0-text]").get_text().strip() == "Words that must stay."
    assert Post.objects.get(pk=post.pk).corrections == []


def test_a_correction_that_is_too_long_is_refused(client, editor):
    answer = save(client, make_post(), corrections__0__on="2026-05-03", corrections__0__text="x" * 2001)

    assertContains(answer, "of up to 2000 characters")


def test_pages_cost_no_query_more_and_show_no_picture_in_one(client):
    def queries(post):
        with CaptureQueriesContext(connection) as found:
            client.get(post.get_absolute_url())
        return len(found)

    plain = make_post()
    corrected = make_post(
        corrections=[CORRECTION, {"on": "2026-05-04", "text": "![A bridge](https://a.example/b.png)"}]
    )

    queries(plain), queries(corrected)
    assert queries(corrected) <= queries(plain)
    assert section(client, corrected).img is None


def test_the_day_is_told_in_the_language_of_the_text(client):
    post = make_post(language="de", corrections=[CORRECTION])

    assert "3. Mai 2026" in section(client, post).get_text()


@pytest.mark.parametrize("form", ["", "atom/", "json/"])
def test_feeds_have_them_with_the_text(client, form):
    make_post(corrections=[CORRECTION])

    assertContains(client.get(f"/feed/{form}"), "Corrected on 3 May 2026:")


def test_machines_are_told_of_them(client):
    post = make_post(corrections=[CORRECTION])

    page = BeautifulSoup(client.get(post.get_absolute_url()).content, "html.parser")

    told = json.loads(page.select_one('script[type="application/ld+json"]').get_text())
    posting = next(each for each in told.get("@graph", [told]) if each["@type"] == "BlogPosting")
    (correction,) = posting["correction"]
    assert (correction["@type"], correction["datePublished"]) == ("CorrectionComment", "2026-05-03")
    assert "The bridge is open." in correction["text"]


def test_the_preview_shows_what_is_typed(client, editor):
    post = make_post()
    data = filled_in(client.get(address(post))) | {"corrections-0-on": "2026-05-03", "corrections-0-text": "Typed."}

    assertContains(client.post(f"/admin/posts/post/{post.pk}/preview/", data), "Typed.")
    assertNotContains(client.get(post.get_absolute_url()), "Typed.")


@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_they_go_out_to_wordpress_and_come_back(client, tmp_path, body_format):
    body = "Some *words*." if body_format == "markdown" else "<p>Some <em>words</em>.</p>"
    post = make_post(body=body, body_format=body_format, corrections=[CORRECTION])
    out = StringIO()
    call_command("export_wordpress", stdout=out)
    export = out.getvalue()
    assert "Corrected on 3 May 2026:" in export
    post.delete()

    file = tmp_path / "blog.xml"
    file.write_text(export)
    import_(file)

    back = Post.objects.get()
    assert back.corrections == [CORRECTION]
    assert "Corrected on" not in back.body_html
    assert section(client, back).get_text().count("Corrected on") == 1


def test_they_go_out_as_json(client):
    make_post(corrections=[CORRECTION])
    out = StringIO()

    call_command("export_json", stdout=out)

    assert json.loads(out.getvalue())["posts"][0]["corrections"] == [CORRECTION]
