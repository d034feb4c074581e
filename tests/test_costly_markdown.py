"""Whatever an author writes, it takes a web server's thread no more than a moment, and nothing typed is lost."""

from time import process_time

import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains, assertNotContains

from blog_site.moving.wordpress.reader import MARKDOWN
from posts import costly_text
from posts.markup import typeset, typeset_here
from posts.models import Author, Post
from tests.factories import make_author, make_editor, make_post
from tests.test_writing import post_fields
from tests.wxr import import_, make_export, make_item

pytestmark = pytest.mark.django_db

A_MOMENT = 2  # seconds of a processor, on a slow machine
REFUSED = "Nothing was saved, because this text takes too long to format"
SENTENCE = "The *council* met on Tuesday, and [nobody](https://example.org/) asked. "

# Repeated, each one a way in which Python-Markdown, bleach or what they stand on is quadratic or recursive.
RUNS = {
    "opening brackets": "[",
    "openings of pictures": "![",
    "links without an end": "[a](",
    "links with angles": "[a](<b",
    "links in links": "[a](b)[",
    "empty brackets": "[[]()",
    "parentheses": "(",
    "quotes": "> ",
    "bullets": "- ",
    "numbers": "1. ",
    "quotes of lists": "> - ",
    "list lines": "- a\n",
    "definitions": "a\n: b\n",
    "declarations": "<![",
    "CDATA": "<![CDATA[",
    "doctypes": "<!A ",
    "open tags": "<a ",
    "paragraphs of HTML": "<p>",
    "cells": "<table><tr><td>",
    "formulas": "$a$ ",
    "formulas of lines": "$$a",
    "stars": "*a **a ",
    "underscores": "_a __b ",
    "backticks": "`a``",
    "headings": "# a\n",
    "footnotes": "[^a]",
    "notes": "[^a]: b\n\n",
    "abbreviations": "*[a]: b\n",
    "Markdown in HTML": '<div markdown="1">\n\n',
    "mail addresses": "<a@b.c>",
    "hosts": "http://a.",
    "whole links": "[a](http://b.c)",
    "code spans": "`a` ",
    "strong words": "**a** ",
    "emphasis between words": "*a*b",
    "strong in strong": "**a *b* c** ",
    "links between stars": "*[a](b)",
    "letters with dots": "a.",
    "table lines": "|-",
    "entities": "&#x41;",
}


def fill(run, length):
    return (run * (length // len(run) + 1))[:length]


@pytest.fixture
def editor(client):
    user = make_editor(first_name="Eve")
    client.force_login(user)
    return user


# --- What is rendered in the web server's own process


@pytest.mark.parametrize("name", RUNS)
def test_what_is_rendered_here_takes_a_moment(name):
    length = costly_text.LENGTH
    while costly_text.is_risky(fill(RUNS[name], length), "markdown"):
        length = int(length * 0.9)
    begun = process_time()

    typeset_here(fill(RUNS[name], length), "markdown", "en")

    assert process_time() - begun < A_MOMENT


@pytest.mark.parametrize("run", ["<div>", "<pre>", "<h2>a</h2>", "<table><tr><td>", '<span class="math">x</span>'])
def test_html_that_is_rendered_here_takes_a_moment(run):
    text = fill(run, costly_text.HTML_LENGTH)
    begun = process_time()

    typeset_here(text, "html", "en")

    assert process_time() - begun < A_MOMENT
    assert costly_text.is_risky(text + "a", "html")


def test_an_ordinary_post_is_rendered_here():
    paragraphs = [SENTENCE * 6 + "`code`"] * 12
    text = "\n\n".join(["# Title", *paragraphs, "- one\n- two\n- three", "> A quote.", "```\nx = 1\n```"])

    assert len(text) > 5_000
    assert not costly_text.is_risky(text, "markdown")


def test_what_another_process_renders_is_the_same(settings):
    settings.SITE_URL = "https://blog.example"
    settings.LANGUAGE_CODE = "de"
    text = (
        SENTENCE * 200
        + '\n\n## "Frage" & more\n\n$x^2$ <!--more--> https://youtu.be/abcdefg\n\n```python\ndef a(): pass\n```\n'
    )
    text += "\n\n## Two\n\n## Three\n\n- [ ] <script>alert(1)</script>\n" * 20

    made = typeset(text)

    assert costly_text.is_risky(text, "markdown")
    assert made == typeset_here(text, "markdown", "de")
    assert [type(part) for part in made] == [type(part) for part in typeset_here(text, "markdown", "de")]


# --- The form and its preview


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 20_000, id="20,000 brackets"),
        pytest.param("> " * 496 + "a", id="quotes, 496 deep"),
    ],
)
def test_a_text_that_takes_too_long_is_refused_and_still_there(client, editor, text):
    fields = post_fields(author=make_author().pk, body=text)
    begun = process_time()

    answer = client.post("/admin/posts/post/add/", fields)

    assert process_time() - begun < A_MOMENT
    assertContains(answer, REFUSED)
    assertContains(answer, text[:19_000].replace(">", "&gt;"))
    assert not Post.objects.exists()


def test_no_text_gets_more_than_its_share():
    assert costly_text.seconds_for("[" * 20_000) < 2
    assert costly_text.seconds_for("[" * 100_000_000) == costly_text.MOST_SECONDS


def test_a_preview_of_it_says_so_too(client, editor):
    begun = process_time()

    answer = client.post("/admin/posts/post/preview/", post_fields(body="[" * 20_000))

    assert process_time() - begun < A_MOMENT
    assertContains(answer, REFUSED)
    assertContains(answer, "Preview – not saved.")
    assertContains(answer, "[" * 20_000)


def test_a_correction_that_takes_too_long_leaves_what_is_stored(client, editor):
    post = make_post(body="As it is.")

    answer = client.post(
        f"/admin/posts/post/{post.pk}/change/", post_fields(author=post.author.pk, title="New", body="[" * 20_000)
    )

    assertContains(answer, REFUSED)
    post.refresh_from_db()
    assert post.body == "As it is."
    assert post.title != "New"


def test_what_came_in_like_that_stands_in_no_corrections_way(client, editor):
    post = make_post(body="> " * 496 + "a")

    client.post(f"/admin/posts/post/{post.pk}/change/", post_fields(author=post.author.pk, title="New", body=post.body))

    post.refresh_from_db()
    assert post.title == "New"


@pytest.mark.parametrize("bio", ["[" * 10_000, "Words. " * 5_000])
def test_a_bio_that_takes_too_long_is_refused_too(client, editor, bio):
    author = make_author(name="Ann")
    begun = process_time()

    answer = client.post(f"/admin/posts/author/{author.pk}/change/", {"name": "Ann", "slug": author.slug, "bio": bio})

    assert process_time() - begun < A_MOMENT
    assertContains(answer, REFUSED)
    assert Author.objects.get(pk=author.pk).bio == author.bio


# --- Other ways in


def test_an_import_keeps_the_words_and_says_which_post_it_is(tmp_path):
    text = "[" * 20_000

    report = import_(make_export(tmp_path, make_item(title="Brackets", text=text, meta={MARKDOWN: text})))

    assert any("“Brackets”: its text takes too long" in warning for warning in report["warnings"])
    assert Post.objects.get().body_html == f"<p>{text}</p>"


def test_rerender_takes_no_longer_for_it():
    post = make_post(body="[" * 20_000)
    Post.objects.update(body_html="")
    begun = process_time()

    call_command("rerender")

    assert process_time() - begun < A_MOMENT
    post.refresh_from_db()
    assert post.body_html == f"<p>{post.body}</p>"


# --- Long texts that nobody means ill with


def test_a_long_post_is_rendered_whole(client, editor):
    rows = "\n".join(f"| row {number} | [link](https://example.org/{number}) | *x* |" for number in range(300))
    notes = "\n\n".join(f"[^{number}]: Note {number}." for number in range(200))
    words = "\n\n".join(f"{SENTENCE * 9}[^{number}]" for number in range(200))
    text = "\n\n".join([words, f"| a | b | c |\n|---|---|---|\n{rows}", SENTENCE * 7_000, notes])
    assert len(text.split()) > 70_000

    client.post("/admin/posts/post/add/", post_fields(author=make_author().pk, body=text))

    page = client.get(Post.objects.get().get_absolute_url())
    assertContains(page, "<em>council</em>", count=8_800)
    assertContains(page, 'href="https://example.org/299"')
    assertContains(page, 'class="footnote-backref"', count=200)
    assertNotContains(page, "[^")
