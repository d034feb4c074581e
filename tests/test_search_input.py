"""Whatever is asked of the search is answered, and costs the same however much there is."""

from datetime import timedelta

import pytest
from django.db import connection
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from blog_site.search.finding import find
from blog_site.search.query import parse
from blog_site.search.sources import POSTS
from posts.models import Author, Post
from tests.factories import LONG_AGO, make_comment, make_post
from tests.test_search import search, titles

pytestmark = pytest.mark.django_db


HOSTILE = [
    *('"', "'", '"""', "''", "*", "a*", "^a", "-", "--", "-lamp", "- lamp", "(", ")", "()", "(lamp", "lamp)"),
    *("NEAR", "NEAR(a b, 3)", "AND", "OR", "NOT", "lamp AND", "lamp OR NOT", "title:lamp", "{title}:lamp", "+lamp"),
    *(
        "lamp:*",
        "lamp & !lamp",
        "lamp | ",
        "lamp <-> lamp",
        "!!lamp",
        "\\",
        "lamp\\",
        "%",
        "_",
        "%s",
        "%(match)s",
        ";--",
    ),
    *(
        "\x00",
        "la\x00mp",
        "\ufffe\uffff",
        "\u202elamp\u202c",
        "\u200b",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ),
    *("<script>alert(1)</script>", "<mark>", '" onfocus="alert(1)', "&lt;", "{{ 7 }}", "{% now %}"),
    *("a" * 10_000, "lamp " * 2_000, '"' * 10_000, "-a " * 3_000, '"a b" ' * 1_500, "自" * 10_000, "\u0301" * 5_000),
    *(" ".join(f"word{n}" for n in range(1500)), "'a' 'b' || 'c'", "lamp\n\r\tlamp", "$$", "a:b:c", "1/0", "e" * 2047),
]


@pytest.mark.parametrize("q", HOSTILE, ids=lambda q: repr(q[:20]))
def test_nothing_that_is_typed_breaks_it_or_comes_out_as_code(client, q):
    make_post(title="A lamp", body='<script>lamp</script> & "lamp" <b>lamp</b>')

    page = search(client, q)

    text = page.content.decode()
    assert "alert(1)</script>" not in text.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")
    assert 'onfocus="alert' not in text
    assert "\x00" not in text


@pytest.mark.parametrize("raw", ["q=%ED%A0%80", "q=%FF%FE", "q=%00", "q[]=x", "q=a&q=b", "=", "q"])
def test_addresses_that_no_form_makes_are_answered(client, raw):
    assert client.get(f"/search/?{raw}").status_code == 200


def test_what_is_found_is_shown_as_text(client):
    make_post(title="<b>Lamp</b> & lamp", body="A `<script>` lamp <i>here</i> & there.")
    make_comment(body="<script>lamp</script>", name="<u>Lamp</u>", post=make_post(title="<i>Other</i>"))

    page = search(client, "lamp")

    assertContains(page, "&lt;b&gt;<mark>Lamp</mark>&lt;/b&gt; &amp; <mark>lamp</mark>")
    assertContains(page, "&lt;script&gt;")
    assertNotContains(page, "<script>")
    assertNotContains(page, "<u>")
    assertNotContains(page, "<i>")


def test_a_search_for_nothing_helps(client):
    make_post(published_at=LONG_AGO.replace(year=2014))

    page = search(client, "  ")

    assertContains(page, "You can search posts, pages and comments.")
    assertContains(page, '<a href="/2014/">2014</a>')
    assertContains(page, 'name="robots" content="noindex"')


def test_nothing_found_says_so_and_helps(client):
    make_post(published_at=LONG_AGO.replace(year=2014))

    page = search(client, "xyzzy")

    assertContains(page, "Nothing was found")
    assertContains(page, '<a href="/2014/">2014</a>')
    assertContains(page, 'value="xyzzy"')


def test_wordpress_search_addresses_lead_here(client):
    assertRedirects(
        client.get("/?s=caf%C3%A9+lamp"), "/search/?q=caf%C3%A9+lamp", status_code=301, fetch_redirect_response=False
    )


def test_every_page_has_the_form_once(client):
    post = make_post()

    for address in ("/", post.get_absolute_url(), "/no/such/page/"):
        text = client.get(address).content.decode()
        assert text.count('role="search"') == 1
        assert 'action="/search/"' in text
    assert search(client, "lamp").content.decode().count('role="search"') == 1


def test_it_writes_nothing_and_sets_no_cookie(client, django_assert_max_num_queries):
    make_post(title="A lamp")

    page = search(client, "lamp")

    assert not page.cookies
    assert client.post("/search/", {"q": "lamp"}).status_code == 405


@pytest.mark.parametrize("number", [1, 10])
def test_it_costs_the_same_however_much_is_found(client, django_assert_max_num_queries, number):
    for place in range(number):
        make_comment(post=make_post(title=f"Lamp {place}"), body="Lamp.")
    Author.objects.first()

    with django_assert_max_num_queries(19):
        assert search(client, "lamp").context["found"] == 2 * number


def test_comments_of_a_long_thread_lead_to_their_page(client, discussion):
    discussion(per_page=2)
    post = make_post()
    comments = [
        make_comment(post=post, body=f"Letter lamp {number}", submitted_at=LONG_AGO + timedelta(hours=number))
        for number in range(5)
    ]

    page = search(client, "lamp")

    found = {result.row.pk: result.url for result in page.context["results"]}
    assert found == {comment.pk: comment.get_absolute_url() for comment in comments}
    place = client.get(found[comments[-1].pk])
    assertRedirects(place, f"{post.get_absolute_url()}?comments=3#comment-{comments[-1].pk}")


def test_a_post_and_its_comments_are_found_by_the_endings_of_their_own_language(client):
    """On PostgreSQL; SQLite knows English endings alone, and every word as it stands."""
    post = make_post(title="Neues", body="Die Häuser am Hafen.", language="de")
    make_comment(post=post, name="Cleo", body="Schöne Häuser!")
    make_post(title="English", body="The houses at the harbour.")
    in_any_form = {"Neues", "Cleo"} if connection.vendor == "postgresql" else set()

    assert set(titles(search(client, "hauser"))) == {"Neues", "Cleo"}
    assert set(titles(search(client, "Haus"))) == in_any_form
    assert titles(search(client, "house")) == ["English"]

    Post.objects.filter(pk=post.pk).update(language="")

    assert "Cleo" not in titles(search(client, "Haus"))


# --- Where there is no index, and where there are many documents


@pytest.fixture
def word():
    return "quizzaciously"


def test_without_an_index_every_text_is_read(client, word):
    post = make_post(title=f"The {word} lamp", body="It stands here.")
    make_post(title="Draft", body=word, status="draft")
    make_post(title="In its text", body=f"A {word}.", published_at=LONG_AGO.replace(year=2014))
    make_comment(post=post, name="Ann", body=f"What a {word}!")
    make_comment(post=post, body=f"{word} on sale", status="spam")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {POSTS.index}")

    page = search(client, word)

    assert titles(page) == [f"The {word} lamp", "In its text", "Ann"]
    assert titles(search(client, f"{word} -lamp", kind="post")) == ["In its text"]
    assert titles(search(client, word, year=2014, kind="post")) == ["In its text"]
    assert titles(search(client, f'"{word} lamp"')) == [f"The {word} lamp"]
    assertContains(search(client, "xyzzyxyzzy"), "Nothing was found")
    for q in HOSTILE:
        assert search(client, q).status_code == 200


def test_the_newest_are_found_first_among_many_and_the_old_ones_as_well(client, word):
    for pk in (3, 9_000, 20_000, 20_001):
        make_post(pk=pk, title=f"Number {pk}", body=f"A {word}.", published_at=LONG_AGO + timedelta(minutes=pk))

    assert titles(search(client, word)) == ["Number 20001", "Number 20000", "Number 9000", "Number 3"]
    found = find(parse(word), most=2)
    assert ({hit.pk for hit in found.ranked}, found.has_more) == ({20_000, 20_001}, True)


def test_a_word_of_more_titles_than_are_ranked_is_not_looked_for_in_texts_unless_all_is_wanted(client, word):
    for number in range(3):
        make_comment(post=make_post(title=f"{word} {number}"), body=word)

    few, all_places = find(parse(word), most=2), find(parse(word), most=2, everywhere=True)

    assert (few.has_more, [hit.is_comment for hit in few.ranked]) == (True, [False, False])
    assert [hit.is_comment for hit in all_places.ranked].count(True) == 2


def test_a_result_shows_where_most_of_the_words_stand_together_however_far_down(client):
    make_post(body=f"A harbour. {'Nothing of it. ' * 200} Here the harbour has a lamp. {'Nothing. ' * 20}")
    make_post(body=f"{'Much else, ' * 50} lamplighter, and at last a harbour with a lamp.")

    both = [result.snippet_html for result in search(client, "harbour lamp").context["results"]]

    assert len(both) == 2
    assert all("<mark>harbour</mark>" in html and "<mark>lamp</mark>" in html for html in both)
