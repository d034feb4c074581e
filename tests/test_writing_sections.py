"""Headings have addresses that last, contents from three on; "more" breaks divide; reading takes its time."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains, assertNotContains

from posts.markup import render_post, typeset
from posts.models import Post
from tests.factories import make_post

THREE = "## One\n\na\n\n### Two\n\nb\n\n## Three\n\nc\n\n#### Deep\n\nd"


def ids(rendered):
    return re.findall(r'id="([^"]+)"', rendered)


# --- Headings and contents


@pytest.mark.parametrize("body_format", ["markdown", "html"])
def test_each_heading_has_an_address_and_a_link_to_it(body_format):
    body = "## The sums" if body_format == "markdown" else "<h2>The sums</h2>"

    rendered = render_post(body, body_format)

    assert '<h2 id="section-the-sums">The sums</h2>' in rendered
    assert '<a aria-label="Link to this section: The sums" class="anchor" href="#section-the-sums"></a>' in rendered


def test_no_address_is_given_twice():
    rendered = render_post("## A\n\n## A\n\n## A\n\n## !\n\n## ?\n\n## 中文")

    assert len(ids(rendered)) == len(set(ids(rendered))) == 6
    assert ids(rendered)[:3] == ["section-a", "section-a_1", "section-a_2"]
    assert "section-中文" in ids(rendered)


def test_an_address_of_somebody_elses_making_does_not_take_the_pages_own():
    rendered = render_post('<h2 id="comments">A</h2><h2 id="section-own">B</h2><p id="section-own">c</p>', "html")

    assert ids(rendered) == ["section-a", "section-own"]


def test_a_heading_of_the_first_level_is_one_of_the_second():
    assert '<h2 id="section-top">Top</h2>' in render_post("# Top")


def test_a_heading_in_a_folded_line_is_no_block_in_it():
    rendered = render_post("<details><summary><h3>A</h3></summary>b</details>", "html")

    assert rendered == '<details><summary><h3 id="section-a">A</h3></summary>b</details>'


def test_three_headings_make_contents():
    assert re.sub(r' class="[^"]*"| aria-label="[^"]*"', "", typeset(THREE).contents_html) == (
        "<nav><details><summary>Contents</summary><ol>"
        '<li><a href="#section-one">One</a><ol><li><a href="#section-two">Two</a></li></ol></li>'
        '<li><a href="#section-three">Three</a></li>'
        "</ol></details></nav>"
    )


@pytest.mark.parametrize(
    "text", ["## One\n\n## Two", "## One\n\n## Two\n\n#### Three", "> ## A\n>\n> ## B\n>\n> ## C", ""]
)
def test_fewer_headings_or_those_of_a_quote_make_none(text):
    assert not typeset(text).contents_html


def test_contents_say_what_the_heading_says_without_marks_and_notes():
    contents = typeset("## A *b* <c>[^1]\n\n## `d` & e\n\n### <i>f</i>\n\n[^1]: Note.").contents_html

    assert re.findall(r'<a href="#[^"]+">([^<]*)</a>', contents) == ["A b &lt;c&gt;", "d &amp; e", "f"]


@pytest.mark.django_db
def test_the_page_shows_the_contents_that_were_stored(client):
    post = make_post(body=THREE)

    page = client.get(post.get_absolute_url())

    assertContains(page, '<a href="#section-two">Two</a>')
    post.body = "None."
    post.save()
    assertNotContains(client.get(post.get_absolute_url()), 'class="contents"')


# --- How long it takes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 0),
        ("One.", 1),
        ("word " * 1190, 5),
        ("字" * 1000, 2),
        ("かな。" * 500, 2),
        ("한글 " * 500, 2),
        ("字" * 1000 + " word" * 476, 4),
    ],
)
def test_reading_time_is_by_words_and_by_characters_where_there_are_no_words(text, minutes):
    assert typeset(text).minutes == minutes


@pytest.mark.django_db
def test_the_page_and_the_lists_say_how_long_it_takes(client):
    long, short = make_post(body="word " * 1000), make_post(body="word")

    assertContains(client.get(long.get_absolute_url()), "4 minutes to read")
    assertContains(client.get(short.get_absolute_url()), "1 minute to read")
    assertContains(client.get("/"), "4 minutes to read")


# --- "More" breaks


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "body_format"),
    [
        ("Above *it*.\n\n<!--more-->\n\nBelow.", "markdown"),
        ("Above *it*. <!--more--> Below.", "markdown"),
        ("<p>Above <em>it</em>.</p>\n<!--more-->\n<p>Below.</p>", "html"),
        ("<div><p>Above <em>it</em>.<!-- MORE -->Below.</p><p>Below.</p></div>", "html"),
    ],
)
def test_lists_show_what_is_above_the_break_and_a_link_to_the_rest(client, body, body_format):
    post = make_post(title="Drains & floods", body=body, body_format=body_format, excerpt="")

    page = client.get("/")

    assertContains(page, "Above <em>it</em>.")
    assertNotContains(page, "Below.")
    assertContains(
        page, f'<a href="{post.get_absolute_url()}#more">Continue reading <cite>Drains &amp; floods</cite></a>'
    )
    whole = client.get(post.get_absolute_url())
    assertContains(whole, '<span id="more"></span>')
    assertContains(whole, "Below.")
    assertNotContains(whole, "<!--")


@pytest.mark.django_db
def test_the_link_has_the_words_that_the_break_has(client):
    make_post(title="Drains", body="Above.\n\n<!--more Read <b>on</b> & on-->\n\nBelow.")

    assertContains(client.get("/"), '>Read &lt;b&gt;on&lt;/b&gt; &amp; on<span class="unseen">: Drains</span></a>')


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body", ["Words.", "```\n<!--more-->\n```", "`<!--more-->`", "<!--more-->\n\nWords.", "<!--moreover-->\n\nWords."]
)
def test_without_a_break_or_anything_above_it_lists_show_the_excerpt(client, body):
    make_post(body=body, excerpt="The excerpt.")

    page = client.get("/")

    assertContains(page, "The excerpt.")
    assertNotContains(page, "Continue reading")


def test_what_stands_in_a_list_brings_no_addresses_notes_or_higher_headings():
    text = typeset("## A\n\nb[^1]\n\n<!--more-->\n\n<!--more-->\n\nc\n\n[^1]: Note.")

    assert text.teaser_html.strip() == '<header class="section-head"><h3>A</h3></header>\n<p>b</p>'
    assert text.html.count('id="more"') == 1


def test_what_stands_in_a_list_names_no_region_twice():
    teaser = typeset("```\na\n```\n\n<!--more-->\n\nb").teaser_html

    assert 'role="group"' in teaser
    assert 'role="region"' not in teaser


def test_a_text_of_several_pages_is_shown_whole():
    assert render_post("One.\n\n<!--nextpage-->\n\nTwo.").split() == ["<p>One.</p>", "<p>Two.</p>"]


@pytest.mark.django_db
def test_rerendering_follows_all_that_is_stored(call_rerender):
    correction = {"on": "2026-03-15", "text": "It was *two*."}
    post = make_post(body=f"Above.\n\n<!--more Go on-->\n\n{THREE}", corrections=[correction])
    stored = {name: getattr(post, name) for name in Post.RENDERED}
    Post.objects.update(**{name: 0 if name == "reading_minutes" else "stale" for name in Post.RENDERED})

    call_rerender()

    post.refresh_from_db()
    assert {name: getattr(post, name) for name in Post.RENDERED} == stored
    assert all(stored.values())


@pytest.fixture
def call_rerender():
    return lambda: call_command("rerender", stdout=StringIO())
