"""No word of a post is lost by a save: what was there before is kept, compared and brought back."""

import json
import random
import time
from datetime import timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from posts.diff import DELETED, INSERTED, compare
from posts.models import Post, Revision
from posts.models.revision import Version, expendable
from tests.factories import LONG_AGO, make_author, make_comment, make_editor, make_post, make_staff_author, make_user
from tests.test_versions import address, filled_in

pytestmark = pytest.mark.django_db


def save(client, post, **typed):
    """What an author does: opens the form, types, and saves."""
    answer = client.post(address(post), filled_in(client.get(address(post))) | typed)
    assert answer.status_code == 302, BeautifulSoup(answer.content, "html.parser").select(".errorlist")


def page_of(post, revision=None, end=""):
    number = f"{revision.pk}/" if revision else ""
    return f"/admin/posts/post/{post.pk}/revisions/{number}{end}"


def restore(client, post, revision):
    """Opens the page of a version, and presses its button."""
    form = BeautifulSoup(client.get(page_of(post, revision)).content, "html.parser").select_one("form.restore")
    data = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    return client.post(form["action"], data, follow=True)


def shown(answer):
    return BeautifulSoup(answer.content, "html.parser")


def said(pieces):
    """What is shown of them, without the sign that keeps a cue at its word."""
    return [piece.get_text().replace("\u2060", "") for piece in pieces]


# --- What is kept


def test_a_save_keeps_the_words_that_it_replaces_with_who_saved_them_and_when(client):
    ann, author = make_staff_author(username="ann", first_name="Ann", last_name="Writer")
    client.force_login(ann)
    post = make_post(author=author, title="First title", body="First words.", status="draft")
    save(client, post, title="Second title", body="Second words.", excerpt="Second excerpt")
    saved_at = Post.objects.get(pk=post.pk).modified_at
    editor = make_editor()
    client.force_login(editor)

    save(client, post, body="Third words.")

    first, second = post.revisions.order_by("pk")
    assert (first.title, first.whole_body(), first.excerpt, first.saved_by) == ("First title", "First words.", "", None)
    assert (second.title, second.whole_body(), second.excerpt) == ("Second title", "Second words.", "Second excerpt")
    assert (second.saved_by, second.saved_at, second.was_public) == (ann, saved_at, False)
    assert Post.objects.get(pk=post.pk).modified_by == editor
    assertContains(client.get(address(post)), "2 earlier versions")
    # By the name that readers know, as everywhere in the form; by their own where there is none.
    assertContains(client.get(page_of(post)), "saved by <bdi>Author ann</bdi>")
    assertContains(client.get(page_of(post)), f"saved by <bdi>{editor.username}</bdi>")


def test_what_changes_no_word_keeps_nothing(client, editor):
    post = make_post()

    save(client, post)
    save(client, post, status="draft", comments_open="", slug="another-slug")
    make_comment(post=post)
    Post.objects.get(pk=post.pk).save()

    assert not Revision.objects.exists()


def test_a_text_that_stays_is_stored_once(client, editor):
    post = make_post(title="A", body="Long words.")
    save(client, post, title="B")
    save(client, post, title="C")
    save(client, post, body="Other words.")

    assert list(post.revisions.order_by("pk").values_list("title", "body")) == [
        ("A", None),
        ("B", None),
        ("C", "Long words."),
    ]
    assert {revision.whole_body() for revision in post.revisions.all()} == {"Long words."}


def test_what_readers_saw_is_marked_so(client, editor):
    post = make_post(body="Public words.")
    save(client, post, body="Corrected words.")

    assert post.revisions.get().was_public
    assertContains(client.get(page_of(post)), "was public")


def test_words_that_an_import_or_a_script_replaces_are_kept_without_a_name(client, editor):
    post = make_post(body="Mine.")
    save(client, post, body="Mine, again.")

    post.refresh_from_db()
    post.body = "From the file."
    post.save()

    assert [revision.saved_by for revision in post.revisions.order_by("pk")] == [None, editor]
    assert Post.objects.get(pk=post.pk).modified_by is None


# --- How many


def version(number, minutes, *, was_public=False):
    return Version(number, LONG_AGO + timedelta(minutes=minutes), was_public)


def test_saves_minutes_apart_go_first_and_the_first_the_public_and_the_newest_stay():
    versions = [
        version(1, 0),
        version(2, 1, was_public=True),
        version(3, 2),
        version(4, 500),
        version(5, 505),
        version(6, 900),
        version(7, 901),
        version(8, 902),
    ]

    assert expendable(versions, 7) == [4]
    assert expendable(versions, 6) == [4, 5]
    assert expendable(versions, 8) == []
    assert expendable(versions, 2) == [6, 7, 4, 5, 3, 2]
    assert expendable(versions[:2], 1) == [1]
    assert expendable(versions[:2], 0) == [1, 2]


def test_no_more_are_kept_than_the_setting_says_and_their_texts_stay_whole(client, editor, settings):
    settings.REVISIONS_KEPT = 4
    post = make_post(title="Title 0", body="Text 0")
    for number in range(1, 12):
        save(client, post, title=f"Title {number}", body=f"Text {number // 3}")

    kept = [(each.title, each.whole_body()) for each in Post.objects.get(pk=post.pk).revisions.order_by("pk")]
    assert len(kept) == 4
    assert kept[0] == ("Title 0", "Text 0")
    assert kept[-1] == ("Title 10", "Text 3")
    assert all(text == f"Text {int(title.split()[1]) // 3}" for title, text in kept)


def test_none_are_kept_where_the_setting_says_so(client, editor, settings):
    settings.REVISIONS_KEPT = 0
    post = make_post()
    save(client, post, body="Other words.")

    assert not Revision.objects.exists()


# --- Comparing


def test_a_comparison_says_in_words_and_signs_what_was_deleted_and_inserted(client, editor):
    post = make_post(title="Old bridge", body="The old bridge is closed.\n\nA second paragraph.")
    save(client, post, title="New bridge", body="The new bridge is open.\n\nA second paragraph.")
    revision = post.revisions.get()

    for view in ("inline", "side"):
        page = shown(client.get(page_of(post, revision), {"view": view}))
        deleted = said(page.select(".diff del"))
        inserted = said(page.select(".diff ins"))
        assert deleted == ["−Deleted: Old", "−Deleted: old", "−Deleted: closed"]
        assert inserted == ["+Inserted: New", "+Inserted: new", "+Inserted: open"]
        assert [heading.get_text() for heading in page.select("main h3")] == ["Title", "Text"]


def test_two_earlier_versions_are_compared_the_older_first(client, editor):
    post = make_post(body="One.")
    save(client, post, body="Two.")
    save(client, post, body="Three.")
    one, two = post.revisions.order_by("pk")

    for first, second in ((one, two), (two, one)):
        page = shown(client.get(page_of(post, first), {"with": second.pk}))
        assert said(page.select(".diff del, .diff ins")) == ["−Deleted: One", "+Inserted: Two"]
    for wrong in ("x", "99999999999999999999", str(10**9), ""):
        assert client.get(page_of(post, one), {"with": wrong}).status_code == 404


def test_what_somebody_typed_is_shown_as_text(client, editor):
    post = make_post(title="<script>alert(1)</script>", body="<b onclick=alert(1)>Bold</b>")
    save(client, post, title="Plain", body="Plain")

    page = client.get(page_of(post, post.revisions.get()))

    assertNotContains(page, "<script>alert")
    assertNotContains(page, "<b onclick")
    assertContains(page, "&lt;b onclick=")


def test_long_stretches_without_changes_are_folded(client, editor):
    paragraphs = [f"Paragraph number {number}." for number in range(30)]
    post = make_post(body="\n\n".join(paragraphs))
    save(client, post, body="\n\n".join([*paragraphs[:29], "Another end."]))

    page = shown(client.get(page_of(post, post.revisions.get())))

    assert "27 unchanged paragraphs" in page.select_one(".unchanged summary").get_text()
    assert "Paragraph number 28." in page.select_one(".diff > p.same:nth-last-of-type(2)").get_text()


def both(rows):
    return ["".join(piece.text for row in rows for piece in side(row)) for side in (lambda r: r.old, lambda r: r.new)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("", "New."),
        ("One two three", "One three"),
        ("今天天气很好", "今天天氣很好"),
        ("a b a b a b", "b a b a"),
        ("One.\r\n\r\nTwo.", "One.\n\nTwo.\n\n\n\nThree."),
    ],
)
def test_a_comparison_has_both_texts_whole(old, new):
    assert both(compare(old, new)) == [old.replace("\r\n", "\n"), new]


def test_of_a_text_without_spaces_the_characters_are_compared():
    (row,) = compare("今天天气很好", "今天天氣很好")

    assert [(piece.kind, piece.text) for piece in row.pieces if piece.kind != "same"] == [
        (DELETED, "气"),
        (INSERTED, "氣"),
    ]


@pytest.mark.parametrize("kind", ["edited", "other", "letters", "lines"])
def test_a_comparison_takes_seconds_at_most_whatever_it_compares(kind):
    chance = random.Random(1)  # noqa: S311
    words = [f"w{chance.randrange(3000)}" for _number in range(10_000)]
    texts = {
        "edited": (" ".join(words), " ".join("new" if number % 90 == 0 else w for number, w in enumerate(words))),
        "other": (" ".join(words), " ".join(chance.sample(words, len(words)))),
        "letters": tuple(" ".join(chance.choices("ab", k=500_000)) for _text in range(2)),
        "lines": tuple("\n".join(chance.choices("ab", k=500_000)) for _text in range(2)),
    }
    begun = time.process_time()

    rows = compare(*texts[kind])

    assert time.process_time() - begun < 15
    assert both(rows) == list(texts[kind])
    if kind == "edited":
        assert sum(piece.kind == INSERTED for row in rows for piece in row.pieces) > 100


# --- Going back


def test_a_version_is_restored_and_that_can_be_undone(client, editor):
    post = make_post(title="Old", body="Old words.", excerpt="Old excerpt")
    save(client, post, title="New", body="New words.", excerpt="")
    old = post.revisions.get()

    answer = restore(client, post, old)

    assertContains(answer, "is back")
    post.refresh_from_db()
    assert (post.title, post.body, post.excerpt, post.modified_by) == ("Old", "Old words.", "Old excerpt", editor)
    assertContains(client.get(post.get_absolute_url()), "Old words.")
    new = post.revisions.latest("pk")
    assert (new.title, new.whole_body()) == ("New", "New words.")
    restore(client, post, new)
    assertContains(client.get(post.get_absolute_url()), "New words.")


def test_a_get_restores_nothing_and_a_second_press_changes_nothing(client, editor):
    post = make_post(body="Old words.")
    save(client, post, body="New words.")
    old = post.revisions.get()

    assert client.get(page_of(post, old, "restore/")).status_code == 302
    assert Post.objects.get(pk=post.pk).body == "New words."

    seen = {"seen": Post.objects.get(pk=post.pk).modified_at.isoformat()}
    for _press in range(2):
        assertContains(client.post(page_of(post, old, "restore/"), seen, follow=True), "is back")
    assert post.revisions.count() == 2


def test_words_that_nobody_has_compared_are_not_replaced(client, editor):
    post = make_post(body="Old words.")
    save(client, post, body="New words.")
    old = post.revisions.get()
    page = shown(client.get(page_of(post, old)))
    save(client, post, body="Newer words, by somebody else.")

    answer = client.post(page_of(post, old, "restore/"), {"seen": page.select_one("[name=seen]")["value"]}, follow=True)

    assertContains(answer, "Someone has saved this post since you opened this page.")
    assert Post.objects.get(pk=post.pk).body == "Newer words, by somebody else."


def test_a_version_whose_pictures_say_nothing_is_not_brought_back_to_readers(client, editor):
    post = make_post(body="![](/media/a.png)", status="draft")
    save(client, post, body="Words.", status="published")

    answer = restore(client, post, post.revisions.get())

    assertContains(answer, "has no alternative text")
    assert Post.objects.get(pk=post.pk).body == "Words."


def test_a_version_of_another_post_is_not_there(client, editor):
    post, other = make_post(body="Mine."), make_post(body="Theirs.")
    save(client, other, body="Theirs, again.")
    revision = other.revisions.get()

    assert client.get(page_of(post, revision)).status_code == 404
    assert client.post(page_of(post, revision, "restore/")).status_code == 404
    assert client.get(page_of(other, revision), {"with": str(revision.pk + 1)}).status_code == 404


# --- Who


@pytest.mark.parametrize("who", ["another author", "who may no longer", "a stranger"])
def test_who_may_not_change_a_post_sees_no_version(client, who):
    account, author = make_staff_author(username="ann")
    client.force_login(account)
    post = make_post(author=author, body="Private beginnings.", status="draft")
    save(client, post, body="Words.")
    revision = post.revisions.get()
    if who == "another author":
        client.force_login(make_staff_author(username="bo")[0])
    elif who == "who may no longer":
        account.groups.clear()
    else:
        client.logout()

    for page in (page_of(post), page_of(post, revision), page_of(post, revision, "restore/")):
        for answer in (client.get(page), client.post(page)):
            assert answer.status_code in {302, 403, 404}
            assertNotContains(answer, "Private beginnings", status_code=answer.status_code)
    assert Post.objects.get(pk=post.pk).body == "Words."


def test_readers_pages_read_no_versions():
    post = make_post()
    before = number_of_queries(post)
    for number in range(5):
        post.body = f"Version {number}"
        post.save()

    assert number_of_queries(post) == before


def number_of_queries(post):
    with CaptureQueriesContext(connection) as queries:
        Client().get(post.get_absolute_url())
    assert not any("revision" in query["sql"] for query in queries)
    return len(queries)


@pytest.mark.parametrize("way", ["deleted", "retired"])
def test_the_versions_of_an_account_that_is_erased_stay_without_a_name(client, way):
    eve = make_editor(username="eve", first_name="Eve", last_name="Ditor")
    client.force_login(eve)
    post = make_post(body="One.")
    save(client, post, body="Two.")
    save(client, post, body="Three.")
    if way == "retired":
        make_comment(status="pending").approve(by=eve)
        assert client.get(page_of(post)).status_code == 200
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = f"/admin/auth/user/{eve.pk}/delete/"

    client.post(page, filled_in_of_delete(client.get(page)))

    assertNotContains(client.get(page_of(post)), "Eve")
    assertNotContains(client.get(page_of(post)), "former")
    assert post.revisions.count() == 2


def filled_in_of_delete(answer):
    form = shown(answer).select_one("main form")
    return {field["name"]: field.get("value", "") for field in form.select("input[name]")}


# --- Elsewhere


def test_the_export_has_the_versions_of_each_post(client, editor):
    post = make_post(title="One", body="One.")
    save(client, post, title="Two", body="Two.")
    out = StringIO()

    call_command("export_json", stdout=out)

    (kept,) = json.loads(out.getvalue())["posts"][0]["revisions"]
    assert (kept["title"], kept["body"], kept["saved_by_id"], kept["was_public"]) == ("One", "One.", None, True)


def test_a_post_that_is_deleted_takes_its_versions_along(client, editor):
    post = make_post(author=make_author(), status="draft")
    save(client, post, body="Two.")
    save(client, post, status="trash")

    client.post(f"/admin/posts/post/{post.pk}/delete/", {"post": "yes"})

    assert not Revision.objects.exists()


def test_two_restores_at_once_lose_nothing(client, editor):
    post = make_post(body="One.")
    save(client, post, body="Two.")
    save(client, post, body="Three.")
    one, two = post.revisions.order_by("pk")
    seen = {"seen": Post.objects.get(pk=post.pk).modified_at.isoformat()}

    client.post(page_of(post, one, "restore/"), seen)
    answer = client.post(page_of(post, two, "restore/"), seen, follow=True)

    assertContains(answer, "Compare again, then restore.")
    assert Post.objects.get(pk=post.pk).body == "One."
    assert sorted(revision.whole_body() for revision in post.revisions.all()) == ["One.", "Three.", "Two."]
