"""What is typed into a post's form is kept before it is saved, for its writer alone, and offered again."""

from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertNumQueries

from posts.models import Autosave, Category, Post, Tag
from tests.factories import make_editor, make_post, make_user
from tests.post_form import ADD, NEW, autosave_of, link, opened, page_of, sent_by, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(writer):
    return make_post(author=writer, title="Drains", body="We lifted the grating.")


# --- Kept


def test_what_is_typed_is_kept_and_changes_nothing_that_readers_see(client, writer, post):
    before = Post.objects.values().get()
    form = opened(client, page_of(post))

    answer = client.post(autosave_of(post), form | {"title": "Drains again", "body": "A boot."})

    assert answer.status_code == 200
    assert datetime.fromisoformat(answer.json()["saved_at"]) <= timezone.now()
    assert Post.objects.values().get() == before
    assertNotContains(Client().get(post.get_absolute_url()), "A boot.")
    assert Autosave.objects.get().sent["body"] == "A boot."


def test_it_takes_four_queries_whoever_writes(client, post):
    form = opened(client, page_of(post))
    editor = make_editor()
    for account in (post.author.user, editor, make_user(is_staff=True, is_superuser=True)):
        client.force_login(account)
        form = opened(client, page_of(post))
        for body in ("One.", "Two."):
            # The session, the account, its rights with whoever else is at work, and the row.
            with assertNumQueries(4):
                answer = client.post(autosave_of(post), form | {"body": body})
            assert answer.status_code == 200
    assert answer.json()["other"]

    new = opened(client, ADD)
    with assertNumQueries(4):
        assert client.post(NEW, new | {"title": "New"}).status_code == 200


def test_the_form_of_a_long_post_asks_for_autosaves_twice(client, writer):
    post = make_post(author=writer, body="word " * 10_000)

    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(post))

    # This account's, and who else is at work.
    assert len([query for query in queries if "posts_autosave" in query["sql"]]) == 2


def test_each_window_has_a_text_of_its_own(client, post):
    first, second = opened(client, page_of(post)), opened(client, page_of(post))

    client.post(autosave_of(post), first | {"body": "Typed in the first."})
    answer = client.post(autosave_of(post), second | {"body": "Typed in the second."})

    assert {row.sent["body"] for row in Autosave.objects.all()} == {"Typed in the first.", "Typed in the second."}
    assert (answer.json()["is_own"], bool(answer.json()["since"])) == (True, True)


def test_what_was_typed_earlier_replaces_nothing_later_whichever_arrives_last(client, post):
    form = opened(client, page_of(post))
    for typed_at, body in ((2000, "Later."), (1000, "Earlier."), ("x", "Of a script."), ("", "Of no script.")):
        answer = client.post(autosave_of(post), form | {"body": body, "autosave_typed_at": typed_at})
        assert answer.status_code == 200
    assert Autosave.objects.get().sent["body"] == "Later."

    client.post(autosave_of(post), form | {"body": "Latest.", "autosave_typed_at": 2001})

    assert Autosave.objects.get().sent["body"] == "Latest."


def test_a_text_that_is_sent_once_more_does_not_come_before_newer_ones(client, post):
    old, new = opened(client, page_of(post)), opened(client, page_of(post))
    client.post(autosave_of(post), old | {"body": "Old.", "autosave_typed_at": 1000})
    client.post(autosave_of(post), new | {"body": "New.", "autosave_typed_at": 2000})

    client.post(autosave_of(post), old | {"body": "Old.", "autosave_typed_at": 1000})

    page = client.get(page_of(post))
    assert sent_by(client.get(link(page, "Restore")))["body"] == "New."


# --- Offered


def test_it_is_offered_compared_and_restored_without_a_script_and_saving_forgets_it(client, post):
    town = Category.objects.create(name="The town")
    Category.objects.create(name="Elsewhere")
    form = opened(client, page_of(post))
    typed = {"body": "We lifted the heavy grating.", "categories": [town.pk], "comments_open": None}
    client.post(autosave_of(post), {name: value for name, value in (form | typed).items() if value is not None})

    page = client.get(page_of(post))
    assertContains(page, "You have unsaved changes from")
    compared = client.get(link(page, "Compare"))
    assert "We lifted the + Inserted: heavy grating." in words(compared)
    assert "The town" in words(compared)
    restored = client.get(link(compared, "Restore"))
    again = sent_by(restored)
    assertContains(restored, "These are your unsaved changes from")
    assert (again["body"], again["categories"]) == ("We lifted the heavy grating.", str(town.pk))
    assert "comments_open" not in again
    assert Autosave.objects.count() == 1
    answer = client.post(page_of(post), again)

    assert answer.status_code == 302
    post.refresh_from_db()
    assert (post.body, post.comments_open) == ("We lifted the heavy grating.", False)
    assert not Autosave.objects.exists()
    assert again["autosave_key"] in answer.cookies["saved_forms"].value
    assertNotContains(client.get(page_of(post)), "unsaved changes from")


def drop_form(page):
    return BeautifulSoup(page.content, "html.parser").select_one(".recovery-drop")["action"]


def test_it_can_be_dropped_which_asks_for_a_post(client, post):
    form = opened(client, page_of(post))
    client.post(autosave_of(post), form | {"body": "Never mind."})
    address = drop_form(client.get(page_of(post)))

    assert client.get(address).status_code == 302
    assert Autosave.objects.exists()
    answer = client.post(address, follow=True)

    assert not Autosave.objects.exists()
    assertContains(answer, "Your unsaved changes have been dropped.")
    assertContains(answer, "We lifted the grating.")


def test_a_new_post_that_was_never_saved_is_offered_where_new_posts_are_written(client, writer):
    form = opened(client, ADD)
    client.post(NEW, form | {"title": "A boot", "body": "In the drain."})

    page = client.get(ADD)

    assertContains(page, "A boot")
    restored = sent_by(client.get(link(page, "Restore")))
    assert restored["title"] == "A boot"
    assert client.post(ADD, restored).status_code == 302
    assert Post.objects.get().body == "In the drain."
    assert not Autosave.objects.exists()


def test_of_several_that_are_offered_the_newest_is_open_and_the_others_are_a_line_each(client, writer):
    for title in ("A boot", "A bridge", "A bus"):
        client.post(NEW, opened(client, ADD) | {"title": title})

    offers = BeautifulSoup(client.get(ADD).content, "html.parser").select("#recovery-offers > details")

    assert [(offer.q.get_text(), offer.has_attr("open")) for offer in offers] == [
        ("A bus", True),
        ("A bridge", False),
        ("A boot", False),
    ]
    assert all(offer.find("a", string="Restore") and offer.find("button", string="Drop") for offer in offers)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_says_the_same_as_the_post_is_not_offered(client, post, line_end):
    Post.objects.update(body="Two\r\nlines.")
    form = opened(client, page_of(post))

    client.post(autosave_of(post), form | {"body": f"Two{line_end}lines."})

    assertNotContains(client.get(page_of(post)), "unsaved changes from")


def test_what_was_restored_and_typed_on_takes_the_place_of_the_older_text(client, post):
    client.post(autosave_of(post), opened(client, page_of(post)) | {"body": "Older."})
    restored = sent_by(client.get(link(client.get(page_of(post)), "Restore")))

    client.post(autosave_of(post), restored | {"body": "Newer."})

    page = client.get(page_of(post))
    assert page.content.decode().count("You have unsaved changes from") == 1
    assert sent_by(client.get(link(page, "Restore")))["body"] == "Newer."


def test_what_was_typed_into_an_older_version_can_not_replace_a_newer_one_unseen(client, post):
    client.post(autosave_of(post), opened(client, page_of(post)) | {"body": "Mine."})
    client.post(page_of(post), opened(client, page_of(post)) | {"body": "Saved since."})
    restored = sent_by(client.get(link(client.get(page_of(post)), "Restore")))

    answer = client.post(page_of(post), restored)

    assertContains(answer, "There are two versions now")
    post.refresh_from_db()
    assert post.body == "Saved since."


def test_a_form_that_is_refused_is_kept_without_a_script_too(client, post):
    form = opened(client, page_of(post)) | {"title": "", "body": "A thousand words."}

    answer = client.post(page_of(post), form)

    assert sent_by(answer)["body"] == "A thousand words."
    assert sent_by(client.get(link(client.get(page_of(post)), "Restore")))["body"] == "A thousand words."


def test_a_correction_that_was_typed_is_compared_and_restored(client, post):
    form = opened(client, page_of(post)) | {"corrections-0-on": "2026-03-15", "corrections-0-text": "It was a shoe."}
    client.post(autosave_of(post), form)

    page = client.get(page_of(post))

    assert "2026-03-15 It was a shoe." in words(client.get(link(page, "Compare")))
    assert sent_by(client.get(link(page, "Restore")))["corrections-0-text"] == "It was a shoe."


def test_what_has_been_deleted_since_is_left_out_of_a_restored_form(client, post):
    tag, gone = Tag.objects.create(name="Water"), Tag.objects.create(name="Wine")
    form = opened(client, page_of(post))
    client.post(autosave_of(post), form | {"tags": [tag.pk, gone.pk], "body": "Typed.", "picture": "77777"})
    gone.delete()

    restored = sent_by(client.get(link(client.get(page_of(post)), "Restore")))

    assert restored["body"] == "Typed."


def test_a_link_to_a_text_that_is_gone_opens_the_post_and_says_so(client, post):
    page = client.get(page_of(post), {"restore": "a" * 32})

    assertContains(page, "These unsaved changes are no longer there.")
    assertContains(page, "We lifted the grating.")
