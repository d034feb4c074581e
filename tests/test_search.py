"""What a reader finds, in which order, and what nobody finds."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from posts.models import Category
from tests.factories import LONG_AGO, make_author, make_comment, make_editor, make_post, make_user, post_comment

pytestmark = pytest.mark.django_db


def search(client, q, **limits):
    page = client.get("/search/", {"q": q, **limits})
    assert page.status_code == 200
    return page


def titles(page):
    """The title of each result's post, and of each comment's its writer's name."""
    return [result.row.name for result in page.context["results"]]


def numbers(page):
    return [result.row.pk for result in page.context["results"]]


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

    assert numbers(page)[:2] == [new.pk, old.pk]
    assert titles(page)[2:] == ["Only a text", "Cleo"]


@pytest.mark.parametrize("q", ["runs", "running", "run"])
def test_endings_make_no_difference(client, q):
    make_post(title="Late", body="The buses were running again.")
    make_post(title="Other", body="Nothing of the kind.")

    page = search(client, q)

    assert titles(page) == ["Late"]
    assertContains(page, "<mark>running</mark>")


@pytest.mark.parametrize(
    ("language", "text", "q", "marked"),
    [
        ("ar", "كتاب على الطاولة، ثم الكتاب في يدها", "كتاب", "الكتاب"),
        ("id", "Ia baca dan dibaca orang.", "baca", "dibaca"),
    ],
)
def test_words_are_marked_though_their_language_puts_something_before_them(client, language, text, q, marked):
    make_post(title="Book", body=text, language=language)

    page = search(client, q)

    assertContains(page, f"<mark>{q}</mark>")
    assertContains(page, f"<mark>{marked}</mark>")


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

    assert numbers(page) == [post.pk]
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

    assert numbers(page) == [post.pk]
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

    assert form.categories == (("the-town", "The town"), ("the-town/drains", "— Drains"))
    assert [name for _slug, name in form.authors] == ["Ann"]


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


def test_comments_follow_the_posts_the_best_first_wherever_a_page_begins(client):
    for number in range(12):
        make_post(title=f"Lamp {number}")
    under = make_post(title="Other")
    for times in (1, 3, 2):
        make_comment(post=under, name=f"Said {times} times", body="Lamp " * times)

    first, second = search(client, "lamp"), search(client, "lamp", page=2)

    assertContains(first, "15 results")
    assert titles(first) == [f"Lamp {number}" for number in range(11, 1, -1)]
    assert titles(second)[:3] == ["Lamp 1", "Lamp 0", "Said 3 times"]
    assert set(titles(second)[3:]) == {"Said 1 times", "Said 2 times"}


def test_a_result_shows_the_text_as_it_is_now(client):
    post = make_post(title="Lamps", body=f"A lamp of brass. {'Nothing of it. ' * 100}")
    assertContains(search(client, "lamp"), "of brass")

    post.body = f"A lamp of iron. {'Nothing of it. ' * 100}"
    post.save()

    assertContains(search(client, "lamp"), "of iron")
    assertNotContains(search(client, "lamp"), "of brass")
