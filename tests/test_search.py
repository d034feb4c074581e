"""What a reader finds, in which order, and what nobody finds."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from blog_site.search.finding import find
from blog_site.search.query import parse
from blog_site.search.sources import POSTS
from comments.models import Comment
from posts.models import Author, Category, Post
from tests.factories import LONG_AGO, make_author, make_comment, make_editor, make_post, make_user, post_comment

pytestmark = pytest.mark.django_db


def search(client, q, **limits):
    page = client.get("/search/", {"q": q, **limits})
    assert page.status_code == 200
    return page


def titles(page):
    """The title of each result's post, and of each comment's its writer's name."""
    return [str(result.comment.name if result.comment else result.post.title) for result in page.context["results"]]


def test_posts_pages_and_comments_are_found_titles_first(client):
    comment = make_comment(name="Cleo", body="Lighthouse, lighthouse, lighthouse!", post=make_post(title="Other"))
    make_post(title="In the text", body="There is a lighthouse here, and another lighthouse.")
    make_post(title="The lighthouse", body="Nothing else to see. " * 50)
    make_post(title="A lighthouse page", kind="page", body="It stands.")

    page = search(client, "lighthouse")

    assert set(titles(page)[:2]) == {"The lighthouse", "A lighthouse page"}
    assert titles(page)[2:] == ["In the text", "Cleo"]
    assertContains(page, "4 results")
    assertContains(page, f'href="{comment.get_absolute_url()}"')
    assertContains(page, "<mark>lighthouse</mark>")
    assertContains(page, '<meta name="robots" content="noindex">')


def test_who_wrote_a_comment_by_the_form_is_found_by_name(client, discussion):
    discussion(moderation="none")
    account = make_user(first_name="Ottilie", last_name="Quillon")
    reader = Client()
    reader.force_login(account)
    post_comment(name="Wilhelmina Rookwood", body="Gulls on the pier.")
    post_comment(client=reader, body="Herons below it.")

    assert titles(search(client, "rookwood")) == ["Wilhelmina Rookwood"]
    assert titles(search(client, "quillon")) == ["Ottilie Quillon"]


def test_a_comment_that_waits_is_found_by_its_writer_once_it_is_approved(client, discussion, editor):
    discussion(moderation="all")
    comment = post_comment(name="Wilhelmina Rookwood")
    assert not search(client, "rookwood").context["results"]

    client.post("/admin/comments/comment/", {"action": "approve", "_selected_action": [comment.pk]})

    assert titles(search(client, "rookwood")) == ["Wilhelmina Rookwood"]


def test_a_title_stands_above_any_number_of_words_in_a_text_and_newer_above_older_alike(client):
    make_post(title="Only a text", body="Gulls. " * 40)
    old = make_post(title="Gulls of the harbour", body="Nothing. " * 400, published_at=LONG_AGO)
    new = make_post(title="Gulls of the harbour", body="Nothing. " * 400, published_at=timezone.now())
    make_comment(body="Gulls gulls gulls.", post=make_post(title="Other"), name="Cleo")

    page = search(client, "gulls")

    assert [result.post for result in page.context["results"]][:2] == [new, old]
    assert titles(page)[2:] == ["Only a text", "Cleo"]


@pytest.mark.parametrize("q", ["runs", "running", "run"])
def test_endings_make_no_difference(client, q):
    make_post(title="Late", body="The buses were running again.")
    make_post(title="Other", body="Nothing of the kind.")

    page = search(client, q)

    assert titles(page) == ["Late"]
    assertContains(page, "<mark>running</mark>")


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("A naïve façade in Łódź", "naive facade lodz"),
        ("Die Straße nach Köln", "STRASSE koln"),
        ("Une œuvre d’art à l’église", "oeuvre eglise"),
        ("We don’t know the council’s view", "don't council"),
        ("言論の自由と正義について", "自由"),
        ("言論の自由と正義について", "正義について"),
        ("言論の自由と正義について", "義"),
        ("言論の自由", "由"),
        ("정치는 어렵다", "정치"),
        ("ประชาธิปไตยในประเทศไทย", "ประเทศ"),
        ("حرية التعبير في مُحَمَّد", "محمد"),
        ("हिन्दी में लिखा गया", "हिन्दी"),
        ("Плохая погода, ёлка", "елка ПОГОДА"),
        ("A café on the quay", "cafe\u0301"),
        ("The year 1984 and ipv6", "1984 IPv6"),
        ("iPhone用のケース", "iphone"),
    ],
)
def test_words_of_any_script_are_found_whatever_their_accents(client, text, q):
    post = make_post(title="A title", body=f"Before. {text}. After.")
    make_post(title="Another", body="Something else altogether.")

    page = search(client, q)

    assert [result.post for result in page.context["results"]] == [post]
    assertContains(page, "<mark>")
    assertNotContains(page, "Did you mean")


def test_a_phrase_in_quotes_is_found_as_it_stands_and_a_minus_leaves_out(client):
    make_post(title="Right", body="The swing bridge was open.")
    make_post(title="Apart", body="A bridge, and a swing in the park.")
    make_post(title="Third", body="The swing bridge was shut by the storm.")

    assert set(titles(search(client, "swing bridge"))) == {"Right", "Apart", "Third"}
    assert set(titles(search(client, '"swing bridge"'))) == {"Right", "Third"}
    assert set(titles(search(client, "“swing bridge” -storm"))) == {"Right"}
    assert set(titles(search(client, 'bridge -"swing bridge"'))) == {"Apart"}
    assert "<mark>swing bridge</mark>" in search(client, '"swing bridge"').content.decode()


def test_a_phrase_of_small_words_is_found(client):
    make_post(title="Hamlet", body="To be, or not to be.")
    make_post(title="Other", body="It is to be seen, not heard.")

    assert titles(search(client, '"to be or not to be"')) == ["Hamlet"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("counsillor", "councillor"),
        ("safegaurding", "safeguarding"),
        ("libary", "library"),
        ("recieve", "receive"),
        ("drian", "drain"),
        ("harbuor", "harbour"),
    ],
)
def test_typing_errors_are_forgiven_and_named(client, typed, meant):
    post = make_post(title="Right", body=f"This is about a {meant}, and more.")
    make_post(title="Wrong", body="Nothing of the kind, and wholly unlike it.")

    page = search(client, typed)

    assert [result.post for result in page.context["results"]] == [post]
    assertContains(page, "Did you mean")
    assertContains(page, f'<a href="/search/?q={meant}"><bdi>{meant}</bdi></a>')
    assertContains(page, f"<mark>{meant}</mark>")


def test_a_word_of_something_that_is_not_public_is_never_suggested(client):
    hidden = make_post(title="Soon", body="The zeppelin.", published_at=timezone.now() + timedelta(days=1))
    draft = make_post(title="Draft", body="A submarine.", status="draft")
    make_comment(status="spam", body="Cheap typewriters!")
    taken_down = make_comment(body="Bicycles everywhere.")
    taken_down.trash(by=make_editor())

    for q in ("zepelin", "submarin", "typewriterz", "bycicles", "zeppelin", "submarine", "typewriters", "bicycles"):
        page = search(client, q)
        assert not page.context["results"]
        assertNotContains(page, "Did you mean")
    assert hidden.search_text
    assert draft.search_text


def test_several_words_of_which_nothing_has_all_find_what_has_some(client):
    make_post(title="One", body="An otter.")
    make_post(title="Two", body="A badger.")

    page = search(client, "otter badger")

    assert set(titles(page)) == {"One", "Two"}
    assertContains(page, "Nothing matches all of these words.")


# --- What is not public


@pytest.fixture
def word():
    return "quizzaciously"


@pytest.mark.parametrize("status", ["draft", "private", "trash"])
def test_a_post_that_is_not_public_is_not_found_nor_its_comments(client, editor, word, status):
    post = make_post(body=f"It said {word}.", title=word, status=status)
    make_comment(post=post, body=word)

    assert titles(search(client, word)) == []
    assertNotContains(search(client, word), f"<mark>{word}")


def test_a_scheduled_post_is_found_from_its_time_on(client, word):
    post = make_post(title=word, published_at=timezone.now() + timedelta(hours=1))
    make_comment(post=post, body=f"Early {word}.", name="Cleo")
    assert titles(search(client, word)) == []

    Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - timedelta(seconds=1))

    assert titles(search(client, word)) == [word, "Cleo"]


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_a_comment_that_is_not_public_is_not_found(client, word, status):
    make_comment(body=f"It said {word}.", status=status)

    assert titles(search(client, word)) == []


def test_the_index_follows_every_decision_on_a_comment(client, word):
    editor = make_editor()
    comment = make_comment(body=f"It said {word}.", name="Cleo", status="pending")

    for verb, found in (
        *(("approve", True), ("hold", False), ("approve", True), ("spam", False), ("restore", True)),
        *(("trash", False), ("restore", True)),
    ):
        getattr(comment, verb)(by=editor)
        assert bool(titles(search(client, word))) is found, verb
    comment.edit("Something else.", by=editor)
    assert titles(search(client, word)) == []
    assert titles(search(client, "something else")) == ["Cleo"]


def test_the_index_follows_batches_of_comments(client, word):
    editor = make_editor()
    for number in range(5):
        make_comment(body=f"{word} {number}")

    Comment.objects.all().decide("trash", by=editor)
    assert titles(search(client, word)) == []

    Comment.objects.all().decide("restore", by=editor)
    assert len(titles(search(client, word))) == 5


def test_the_index_follows_edits_bulk_updates_and_deletion_of_posts(client, word):
    post = make_post(title="Before", body="Nothing.")
    assert titles(search(client, word)) == []

    post.body = f"Now {word}."
    post.save()
    assert titles(search(client, word)) == ["Before"]

    post.title = f"A {word} title"
    post.body = "Nothing again."
    post.save(update_fields=["title", "body"])
    assert titles(search(client, word)) == [f"A {word} title"]

    Post.objects.update(title="Plain")
    assert titles(search(client, word)) == []
    assert titles(search(client, "plain")) == ["Plain"]

    Post.objects.update(status="draft")
    assert titles(search(client, "plain")) == []
    Post.objects.update(status="published")
    assert titles(search(client, "plain")) == ["Plain"]

    Post.objects.all().delete()
    assert titles(search(client, "plain")) == []


def test_rows_that_come_in_past_the_models_are_found(client, word):
    first = make_post()
    Post.objects.bulk_create(
        [Post(title=word, slug="b", permalink="/b/", author=first.author, status="published", published_at=LONG_AGO)]
    )

    # What nobody has computed is what `rerender` computes.
    call_command("rerender", verbosity=0)

    assert titles(search(client, word)) == [word]


def test_what_was_deleted_for_ever_is_in_no_part_of_the_index(word):
    editor = make_editor()
    comment = make_comment(body=f"It said {word}.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM search_words WHERE word = %s", [word])
        assert cursor.fetchone() == (1,)

    comment.trash(by=editor)
    comment.erase(by=editor)
    call_command("worker", until_idle=True)

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM search_words WHERE word = %s", [word])
        assert cursor.fetchone() == (0,)
        for table in ("search_comments", "search_spellings") if connection.vendor == "sqlite" else ():
            cursor.execute(f"SELECT COUNT(*) FROM {table}_data WHERE instr(block, 'quiz') > 0")  # noqa: S608
            assert cursor.fetchone() == (0,)
    assert Comment.objects.get().search_text == ""


# --- Narrowing


def test_results_are_narrowed_by_kind_year_category_and_author(client):
    ann, ben = make_author(name="Ann"), make_author(name="Ben", user=make_user())
    town = Category.objects.create(name="The town")
    drains = Category.objects.create(name="Drains", parent=town)
    post = make_post(title="Ann’s lamp", author=ann, published_at=LONG_AGO.replace(year=2014))
    post.categories.add(drains)
    make_post(title="Ben’s lamp", author=ben, published_at=LONG_AGO.replace(year=2015))
    make_post(title="Page of the lamp", author=ann, kind="page")
    make_comment(post=post, name="Cleo", body="Lamp!", submitted_at=LONG_AGO.replace(year=2014, month=5))
    make_comment(post=post, name="Ben", body="My lamp.", user=ben.user, submitted_at=LONG_AGO.replace(year=2015))

    assert len(titles(search(client, "lamp"))) == 5
    assert set(titles(search(client, "lamp", year=2014))) == {"Ann’s lamp", "Cleo"}
    assert set(titles(search(client, "lamp", category="the-town"))) == {"Ann’s lamp", "Cleo", "Ben"}
    assert set(titles(search(client, "lamp", category="the-town/drains", year=2015))) == {"Ben"}
    assert set(titles(search(client, "lamp", author="ben"))) == {"Ben’s lamp", "Ben"}
    assert set(titles(search(client, "lamp", author="ann"))) == {"Ann’s lamp", "Page of the lamp"}
    assert set(titles(search(client, "lamp", kind="page"))) == {"Page of the lamp"}
    assert set(titles(search(client, "lamp", kind="comment"))) == {"Cleo", "Ben"}


def test_the_form_has_no_category_or_author_that_only_a_draft_has(client):
    top = Category.objects.create(name="The town")
    make_post(author=make_author(name="Ann")).categories.add(Category.objects.create(name="Drains", parent=top))
    draft = make_post(author=make_author(name="Ghost"), status="draft")
    draft.categories.add(Category.objects.create(name="Secret plans", parent=top))

    form = search(client, "lamp").context["form"]

    assert [category.indented for category in form.categories] == ["The town", "— Drains"]
    assert [author.name for author in form.authors] == ["Ann"]


def test_limits_that_leave_nothing_lead_to_the_search_without_them(client):
    make_post(title="A lamp", published_at=LONG_AGO.replace(year=2014))
    make_post(title="Something else", published_at=LONG_AGO.replace(year=2015))

    page = search(client, "lamp", year=2015)

    assertContains(page, '<a href="/search/?q=lamp">search everywhere</a>')


@pytest.mark.parametrize(
    "limits",
    [{"year": "1e9"}, {"year": "-1"}, {"category": "no/such"}, {"author": "'"}, {"kind": "x"}, {"kind": "\x00"}],
)
def test_a_limit_that_does_not_exist_is_none(client, limits):
    make_post(title="A lamp")

    assert titles(search(client, "lamp", **limits)) == ["A lamp"]


def test_pages_of_results(client):
    for number in range(23):
        make_post(title=f"Lamp {number}")

    first, last = search(client, "lamp"), search(client, "lamp", page=3, kind="post")

    assertContains(first, "23 results")
    assertContains(first, '<a rel="next" href="/search/?q=lamp&amp;page=2">')
    assertContains(last, '<a rel="prev" href="/search/?q=lamp&amp;kind=post&amp;page=2">')
    assertNotContains(last, 'rel="next"')
    assert len(titles(last)) == 3
    for past in ("4", "0", "x", "-1"):
        assert client.get("/search/", {"q": "lamp", "page": past}).status_code == 404


# --- Whatever is typed


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

    found = {result.comment.pk: result.url for result in page.context["results"]}
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


def test_without_an_index_every_text_is_read(client, word):
    post = make_post(title=f"The {word} lamp", body="It stands here.")
    make_post(title="Draft", body=word, status="draft")
    make_post(title="In its text", body=f"A {word}.", published_at=LONG_AGO.replace(year=2014))
    comment = make_comment(post=post, name="Ann", body=f"What a {word}!")
    make_comment(post=post, body=f"{word} on sale", status="spam")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {POSTS.index}")

    page = search(client, word)

    assert [result.comment or result.post.title for result in page.context["results"]] == [
        f"The {word} lamp",
        "In its text",
        comment,
    ]
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
