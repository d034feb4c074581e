"""Nothing typed is lost: whatever the answer to the comment form, it has the words in a field that can be edited."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db

WORDS = "\n  First a line <b>of</b> its own & more.\r\n\r\nThen “another”."
NOT_PUBLIC = [
    {"status": "draft"},
    {"status": "private"},
    {"status": "trash"},
    {"published_at": timezone.now() + timedelta(days=300)},
]
STATES = ["draft", "private", "trash", "scheduled"]


def editable(answer):
    """The texts of the page's fields that can be edited, as a browser reads them."""
    found = re.findall(r"<textarea([^>]*)>\n?(.*?)</textarea>", answer.text, re.DOTALL)
    return [unescape(text) for attributes, text in found if not {"readonly", "disabled"} & set(attributes.split())]


def assert_gives_back(answer, status, words=WORDS):
    assert answer.status_code == status
    assert [text.replace("\r\n", "\n") for text in editable(answer)] == [words.replace("\r\n", "\n")]
    assert "no-store" in answer["Cache-Control"]


# --- Where the form stands


@pytest.mark.parametrize("fields", NOT_PUBLIC, ids=STATES)
def test_who_sees_a_post_that_is_not_public_is_told_when_comments_open_and_offered_no_form(client, editor, fields):
    post = make_post(**fields)
    make_comment(post=post, name="Ann")

    page = client.get(post.get_absolute_url() if post.permalink else f"/preview/{post.pk}/")

    words = (
        "Comments are not possible on something in the trash."
        if post.status == "trash"
        else "Comments open when this is"
    )
    assertContains(page, words)
    assertNotContains(page, 'id="comment-form"')
    assertNotContains(page, "replytocom")


def test_a_draft_without_a_comment_says_so_too(client, editor):
    assertContains(client.get(make_post(status="draft").get_absolute_url()), "Comments open when this is published.")


def test_where_the_author_has_closed_comments_the_draft_says_that(client, editor):
    page = client.get(make_post(status="draft", comments_open=False).get_absolute_url())

    assertContains(page, "Comments are closed.")
    assertNotContains(page, "Comments open when")


# --- 404


@pytest.mark.parametrize("fields", NOT_PUBLIC, ids=STATES)
def test_a_post_that_was_taken_down_meanwhile_gives_the_words_back(client, discussion, send, fields):
    discussion(moderation="none")
    post = make_post(title="The secret title")
    for name, value in fields.items():
        setattr(post, name, value)
    post.save()

    answer = send(post, body=WORDS)

    assert_gives_back(answer, 404)
    assertContains(answer, "Copy it", status_code=404)
    assertNotContains(answer, "secret title", status_code=404)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_an_unknown_post_gives_the_words_back(client, discussion, number):
    discussion()

    assert_gives_back(client.post(f"/comments/on/{number}/", {"body": WORDS}), 404)


def test_the_author_of_a_private_post_is_told_that_it_is_private(client, discussion):
    discussion()
    user, author = make_staff_author()
    client.force_login(user)
    post = make_post(author=author, status="private", title="For later")

    answer = client.post(f"/comments/on/{post.pk}/", {"body": WORDS})

    assert_gives_back(answer, 404)
    assertContains(answer, f'<a href="{post.get_absolute_url()}">For later</a> is not published', status_code=404)


# --- 403


@pytest.mark.parametrize("closed", [{"comments_open": False}, {"close_after_days": 1}])
def test_a_thread_that_was_closed_meanwhile_gives_the_words_back(discussion, send, closed):
    discussion(**closed)

    answer = send(make_post(), body=WORDS)

    assert_gives_back(answer, 403)
    assertNotContains(answer, 'id="comment-form"', status_code=403)
    assertContains(answer, "Copy it", status_code=403)


def test_who_needs_an_account_gets_a_form_that_can_be_sent_after_logging_in_elsewhere(discussion):
    discussion(moderation="none", registration_required=True)
    make_user(username="ruth")
    browser, parent = Client(enforce_csrf_checks=True), make_comment()
    address = f"/comments/on/{parent.post_id}/"
    sent = {"body": WORDS, "name": "Ruth", "email": "r@example.org", "parent": parent.pk}

    answer = browser.post(address, sent)

    assert_gives_back(answer, 403)
    login = re.search(r'href="(/accounts/login/[^"]+)" target="_blank"', answer.text)[1]
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', browser.get(login).text)[1]
    browser.post(login, {"username": "ruth", "password": "a long password", "csrfmiddlewaretoken": token})
    # The page in the other tab knows nothing of the new session.
    again = browser.post(address, {"body": editable(answer)[0], "parent": parent_in(answer)})
    assert_gives_back(again, 403)
    token = re.search(r'<form id="comment-form".*?csrfmiddlewaretoken" value="([^"]+)', again.text, re.DOTALL)[1]
    fields = {"body": editable(again)[0], "parent": parent_in(again), "csrfmiddlewaretoken": token}
    assert browser.post(address, fields).status_code == 303
    comment = Comment.objects.latest("pk")
    assert (comment.user.username, comment.parent) == ("ruth", parent)


def parent_in(answer):
    return re.search(r'name="parent" value="([^"]*)"', answer.text)[1]


def test_where_an_account_is_needed_a_reader_is_offered_a_way_to_log_in_and_no_form(client, discussion):
    discussion(registration_required=True)

    page = client.get(make_post().get_absolute_url())

    assertContains(page, "/accounts/login/?next=")
    assertNotContains(page, "<textarea")


@pytest.mark.parametrize(
    ("status", "fields", "headers"),
    [
        (403, {}, {"Sec-Fetch-Site": "cross-site"}),
        (403, {}, {"Origin": "null"}),
        (403, {"parent": "77777"}, {}),
        (422, {"name": ""}, {}),
        (422, {"email": "", "notify": "on"}, {}),
        (422, {"url": "javascript:x"}, {}),
    ],
)
def test_every_refusal_gives_the_words_back_in_the_form(discussion, send, status, fields, headers):
    discussion(moderation="none")

    answer = send(make_post(), headers=headers, **{"body": WORDS, **fields})

    assert_gives_back(answer, status)
    assertContains(answer, 'id="comment-form"', status_code=status)


def test_a_second_comment_that_comes_too_soon_is_given_back(discussion, send):
    discussion(moderation="none", flood_seconds=60)
    post = make_post()
    send(post)

    assert_gives_back(send(post, body=WORDS), 429)


def test_a_form_of_a_session_that_has_ended_is_given_back(discussion):
    discussion(moderation="none")
    strict = Client(enforce_csrf_checks=True)
    post = make_post()

    # Whoever was logged in when the page was made sends no name.
    assert_gives_back(strict.post(f"/comments/on/{post.pk}/", {"body": WORDS, "csrfmiddlewaretoken": "x" * 64}), 422)


# --- 413


@pytest.mark.parametrize("extra", [{"more": "x" * 2**20}, {f"f{n}": "x" for n in range(1500)}], ids=["bytes", "fields"])
def test_what_is_too_large_is_told_where_the_text_still_is(discussion, send, extra):
    discussion()

    assertContains(send(make_post(), body=WORDS, **extra), "your text is still in the form", status_code=413)


# --- 500, or 503 where it is the database that can't be used: SQLite calls a table that is not there such a case

BROKEN = {500, 503}


@pytest.fixture
def honest():
    """A browser that gets the page after a fault, as everybody does, and not the test's own exception."""
    return Client(raise_request_exception=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["comments_decision", "comments_comment", "posts_post"])
@pytest.mark.parametrize("logged_in", [False, True])
def test_whatever_breaks_while_a_comment_is_stored_the_words_come_back_and_can_be_sent_again(
    discussion, honest, table, logged_in
):
    discussion(moderation="none")
    if logged_in:
        honest.force_login(make_editor(email="ed@example.org"))
    parent = make_comment(name="Ann")
    sent = {"body": WORDS, "name": "Bo “B”", "email": "bo@example.org", "parent": parent.pk, "notify": "on"}
    address = f"/comments/on/{parent.post_id}/"

    with moved_away(table):
        answer = honest.post(address, sent)

    assert answer.status_code in BROKEN
    assert_gives_back(answer, answer.status_code)
    form = re.search(r'<form id="comment-form"[^>]*action="([^"#]+)', answer.text)
    fields = {name: unescape(value) for name, value in re.findall(r'hidden" name="(\w+)" value="([^"]*)"', answer.text)}
    again = honest.post(form[1], {**fields, "body": editable(answer)[0]})
    assert again.status_code == 303
    comment = Comment.objects.latest("pk")
    assert (comment.parent, comment.notify) == (parent, True)
    assert logged_in or (comment.name, comment.email) == ("Bo “B”", "bo@example.org")


def test_the_page_after_a_fault_asks_the_database_nothing(discussion, honest):
    discussion(moderation="none")
    post = make_post()
    asked = []

    def gone(execute, sql, params, many, context):
        asked.append(sql)
        raise OSError("The database is gone.")

    with connection.execute_wrapper(gone):
        answer = honest.post(f"/comments/on/{post.pk}/", {"body": WORDS, "name": "Bo", "email": "bo@example.org"})

    assert_gives_back(answer, 500)
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_another_page_that_breaks_has_the_ordinary_page(client, honest):
    with moved_away("posts_blog"):
        answer = honest.get("/")

    assert answer.status_code in BROKEN
    assertNotContains(answer, "<textarea", status_code=answer.status_code)


class moved_away:
    """While in it, a table of the database is not where it should be."""

    def __init__(self, table):
        self.table = table

    def __enter__(self):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {self.table} RENAME TO elsewhere")

    def __exit__(self, *error):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE elsewhere RENAME TO {self.table}")
