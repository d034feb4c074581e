"""What waits stands in its place: for a writer who is logged in, and, with its reasons and buttons, for who decides."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from comments.checks import Finding, Verdict
from tests.factories import LONG_AGO, make_author, make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db

HELD = "This comment waits to be read."


def make_waiting(*, status="pending", why="It has three links.", plain="it has many links", **fields):
    verdict = Verdict.SPAM if status == "spam" else Verdict.HOLD
    about = {"status": status, "body": HELD, "name": "Wanda", "email": ""}
    return make_comment(**{**about, **fields}, findings=[Finding("links", verdict, why, plain)])


def as_account(user):
    client = Client()
    client.force_login(user)
    return client


def page_of(client, comment, query=""):
    return client.get(f"{comment.post.get_absolute_url()}{query}")


# --- Its writer


def test_a_logged_in_writer_sees_their_waiting_comment_in_its_place_and_why(discussion):
    discussion(moderation="all")
    parent, user = make_comment(name="Ann"), make_user(email="w@example.org")
    client = as_account(user)
    client.post(f"/comments/on/{parent.post_id}/", {"body": HELD, "parent": parent.pk})

    page = page_of(client, parent)

    assertContains(page, HELD, count=1)
    assertContains(page, "awaiting moderation")
    assertContains(page, "every comment here is read before it is published")
    assertContains(page, "One Response to")
    assertNotContains(page, "Bookmark this page")
    assertNotContains(page, 'name="decide"')
    assert re.search(rf'id="comment-{parent.pk}".*<ol class="replies">.*{HELD}', page.text, re.DOTALL)
    assert "no-store" in page["Cache-Control"]


def test_nobody_else_sees_it(discussion):
    waiting = make_waiting(user=make_user(), email="w@example.org")
    for client in (Client(), as_account(make_user()), as_account(make_staff_author()[0])):
        assertNotContains(page_of(client, waiting), HELD)
        assertNotContains(page_of(client, waiting), "awaiting")


def test_who_only_types_the_same_name_and_address_sees_nothing_of_it(client, send):
    waiting = make_waiting(email="bo@example.org")
    user = make_user(email="bo@example.org")

    assertNotContains(page_of(as_account(user), waiting), HELD)


def test_what_the_checks_took_for_spam_is_told_its_writer_as_what_waits(discussion):
    user = make_user()
    waiting, spam = make_waiting(user=user), make_waiting(user=user, status="spam")

    pages = [
        re.sub(r"a-post-\d+|comment-\d+|on/\d+|mine/\d+|hue\d", "", page_of(as_account(user), c).text)
        for c in (waiting, spam)
    ]

    assert HELD in pages[1]
    inside = [re.search(r'<div class="held".*?</div>', page, re.DOTALL)[0] for page in pages]
    assert inside[0] == inside[1]


def test_what_a_moderator_marks_as_spam_looks_to_its_writer_as_if_it_waited_on():
    user = make_user()
    waiting = make_waiting(user=user)
    client = as_account(user)
    before = re.search(r'<div class="held".*?</div>', page_of(client, waiting).text, re.DOTALL)[0]

    waiting.spam(by=make_editor())

    assert re.search(r'<div class="held".*?</div>', page_of(client, waiting).text, re.DOTALL)[0] == before


def test_what_somebody_refused_openly_stands_there_no_more():
    user = make_user()
    refused = make_waiting(user=user)
    refused.trash(by=make_editor())

    assertNotContains(page_of(as_account(user), refused), HELD)


# --- Who decides


@pytest.fixture(params=["editor", "author"])
def moderator(request):
    """(account, a post that it moderates)"""
    if request.param == "editor":
        return make_editor(), make_post(author=make_author())
    user, author = make_staff_author()
    return user, make_post(author=author)


def test_who_decides_sees_what_waits_in_its_place_with_the_reasons_and_the_buttons(moderator):
    user, post = moderator
    parent = make_comment(post=post, name="Ann")
    waiting = make_waiting(post=post, parent=parent)
    make_waiting(post=post, status="spam", why="Spam spam.")
    make_waiting(post=make_post(author=make_author(name="Another")))

    page = page_of(as_account(user), waiting)

    assertContains(page, HELD, count=1)
    assertContains(page, "It has three links.")
    assertContains(page, "1 comment is waiting here")
    assertContains(page, f'href="#comment-{waiting.pk}"')
    assertContains(page, f'action="/admin/comments/comment/{waiting.pk}/decide/"')
    for verb, name in (("approve", "Approve Wanda’s comment"), ("spam", "Spam: Wanda’s comment"), ("trash", "Trash")):
        assert re.search(rf'<button name="decide" value="{verb}" aria-label="{name}', page.text)
    assertNotContains(page, "Spam spam.")
    assertContains(page, "One Response to")
    assertNotContains(page, f"replytocom={waiting.pk}")


@pytest.mark.parametrize(
    ("verb", "status", "said"),
    [
        ("approve", "approved", "comment was approved."),
        ("spam", "spam", "comment was marked as spam."),
        ("trash", "trash", "comment was moved to the trash."),
    ],
)
def test_a_button_decides_and_leads_back_to_the_page_which_says_so_and_takes_it_back(moderator, verb, status, said):
    user, post = moderator
    waiting = make_waiting(post=post)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)

    answer = press(client, page_of(client, waiting), f"/admin/comments/comment/{waiting.pk}/decide/", decide=verb)

    assertRedirects(answer, f"{post.get_absolute_url()}#told", fetch_redirect_response=False)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.last_decision.actor) == (status, user)
    page = page_of(client, waiting)
    assertContains(page, said)
    undo = re.search(r'action="(/admin/comments/comment/undo/[^"]+)"', page.text)[1]
    answer = press(client, page, undo)
    assertRedirects(answer, f"{post.get_absolute_url()}#told", fetch_redirect_response=False)
    waiting.refresh_from_db()
    assert waiting.status == "pending"
    page = page_of(client, waiting)
    assertContains(page, "the decision was undone")
    assertContains(page, HELD)
    assertNotContains(page_of(client, waiting), "was undone")


def press(client, page, action, **fields):
    """Sends the form of that address as a browser does, hidden fields and all."""
    form = re.search(rf'<form [^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return client.post(action, {**hidden, **fields})


def test_two_moderators_at_once_the_second_is_told(client):
    first, second = as_account(make_editor()), as_account(make_editor())
    waiting = make_waiting()
    pages = [page_of(client, waiting) for client in (first, second)]
    action = f"/admin/comments/comment/{waiting.pk}/decide/"
    press(first, pages[0], action, decide="approve")

    press(second, pages[1], action, decide="trash")

    waiting.refresh_from_db()
    assert waiting.is_public
    assertContains(page_of(second, waiting), "Already decided by")


def test_a_decision_leads_back_to_the_page_of_the_thread_where_it_was_taken(discussion):
    discussion(per_page=1)
    editor = as_account(make_editor())
    post = make_post()
    make_comment(post=post, submitted_at=LONG_AGO)
    waiting = make_waiting(post=post)

    page = editor.get(f"{post.get_absolute_url()}?comments=2")
    answer = press(editor, page, f"/admin/comments/comment/{waiting.pk}/decide/", decide="approve")

    assert answer["Location"] == f"{post.get_absolute_url()}?comments=2#told"


def test_the_link_in_a_mail_leads_who_decides_to_the_place_where_it_waits(discussion):
    discussion(per_page=1)
    post = make_post()
    make_comment(post=post, submitted_at=LONG_AGO)
    waiting = make_waiting(post=post)
    address = f"{post.get_absolute_url()}?comment={waiting.pk}"

    assert (
        as_account(make_editor()).get(address)["Location"]
        == f"{post.get_absolute_url()}?comments=2#comment-{waiting.pk}"
    )
    assert "none" in Client().get(address)["Location"]


def test_the_author_without_a_way_to_the_desk_sees_what_waits_and_no_buttons():
    user = make_user()
    waiting = make_waiting(post=make_post(author=make_author(user=user)))

    page = page_of(as_account(user), waiting)

    assertContains(page, HELD)
    assertContains(page, "awaiting moderation")
    assertNotContains(page, "/admin/comments/")


@pytest.mark.parametrize("number", [3, 250])
def test_in_a_short_and_in_a_long_thread_a_strangers_page_knows_nothing_of_it(discussion, number):
    discussion(per_page=200)
    post = make_post()
    for minute in range(number):
        make_comment(post=post, submitted_at=LONG_AGO + timedelta(minutes=minute))
    before = Client().get(post.get_absolute_url()).content
    feeds = [Client().get(f"{post.get_absolute_url()}feed/").content, Client().get("/comments/feed/").content]

    waiting = make_waiting(post=post, submitted_at=timezone.now())

    assert Client().get(post.get_absolute_url()).content == before
    assert [Client().get(f"{post.get_absolute_url()}feed/").content, Client().get("/comments/feed/").content] == feeds
    page = as_account(make_editor()).get(f"{post.get_absolute_url()}?comment={waiting.pk}", follow=True)
    assertContains(page, HELD)
    assertContains(page, f"{number} Responses to")


def test_it_is_not_in_what_the_page_tells_machines():
    waiting = make_waiting(parent=make_comment(name="Ann"))

    page = page_of(as_account(make_editor()), waiting)

    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)[1])
    assert HELD not in json.dumps(told)
    assert len(told["comment"]) == 1


def test_of_a_flood_a_page_shows_some_and_names_the_way_to_all():
    post = make_post()
    for _ in range(105):
        make_waiting(post=post)

    page = as_account(make_editor()).get(post.get_absolute_url())

    assert page.text.count(HELD) <= 100
    assertContains(page, f'href="/admin/comments/comment/?post={post.pk}"')


def test_many_that_wait_cost_no_more_queries_than_one(django_assert_max_num_queries):
    editor, post = as_account(make_editor()), make_post()
    for _ in range(30):
        make_waiting(post=post)

    with django_assert_max_num_queries(20):
        editor.get(post.get_absolute_url())


# --- Back to where, and to nowhere else


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/", "/\\evil.example", "///evil.example", "javascript:x", "x"]
)
def test_a_decision_leads_to_no_other_site(address):
    editor, waiting = as_account(make_editor()), make_waiting()

    answer = editor.post(f"/admin/comments/comment/{waiting.pk}/decide/", {"decide": "approve", "next": address})

    assert answer["Location"].startswith("/admin/comments/comment/")


@pytest.mark.seed
def test_no_address_of_the_corpus_leads_away(shared):
    editor, waiting = as_account(make_editor()), make_waiting()

    for line in (shared / "corpora" / "text" / "open_redirect.jsonl").read_text().splitlines():
        payload = json.loads(line)["payload"]
        answer = editor.post(f"/admin/comments/comment/{waiting.pk}/decide/", {"decide": "hold", "next": payload})

        assert re.match(r"/(?![/\\])", answer["Location"]), payload


def test_a_stranger_can_not_decide(client):
    waiting = make_waiting()

    client.post(f"/admin/comments/comment/{waiting.pk}/decide/", {"decide": "approve", "next": "/"})

    waiting.refresh_from_db()
    assert waiting.status == "pending"


@pytest.mark.parametrize("moderation", ["first", "all"])
def test_who_decides_is_not_told_that_their_own_words_will_wait(discussion, moderation):
    discussion(moderation=moderation)
    post, moderator = make_post(), as_account(make_editor())
    page_before = moderator.get(post.get_absolute_url())

    moderator.post(f"/comments/on/{post.pk}/", {"body": "An answer."})

    assertNotContains(page_before, "is read before it is published")
    assertContains(Client().get(post.get_absolute_url()), "An answer.")
    assertContains(Client().get(post.get_absolute_url()), "is read before it is published")
