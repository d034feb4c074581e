"""Comments at the desk: what waits, decisions on one and on many, answers, edits, and the log of it all."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from comments.checks import Finding, Verdict
from comments.models import Comment, Decision
from tests.factories import make_comment, make_editor, make_post, make_staff_author

from .conftest import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

QUEUE = "/admin/comments/comment/"
FIRST_COMMENT = Finding("moderation", Verdict.HOLD, "No comment of this account or browser has been approved yet.")


def make_waiting(*, minutes_ago, **fields):
    """A comment that waits, as the form's way in leaves it: with the findings of the checks in its log."""
    submitted_at = timezone.now() - timedelta(minutes=minutes_ago)
    return make_comment(**fields, status="pending", submitted_at=submitted_at, findings=[FIRST_COMMENT])


def row_of(page, comment):
    return page.get_by_role("row").filter(has_text=comment.body)


def status_of(comment):
    return Comment.objects.get(pk=comment.pk).status


@pytest.fixture
def post(live_server):
    _user, author = make_staff_author(username="ann")
    return make_post(author=author, title="What was in the drain")


@pytest.fixture
def at_desk(page, post):
    """The author's page, logged in: small and light, wide and dark."""
    log_in(page, post.author.user)
    return page


@pytest.fixture
def at_desk_without_javascript(page_without_javascript, post):
    log_in(page_without_javascript, post.author.user)
    return page_without_javascript


def test_the_desk_shows_what_waits_oldest_first_with_text_post_parent_and_reason(at_desk, post):
    public = make_comment(post=post, name="Catherine", body="Where did it go?")
    make_waiting(post=post, body="The younger one.", minutes_ago=10)
    make_waiting(post=post, body="The older one.", parent=public, minutes_ago=20)

    at_desk.goto("/admin/")
    at_desk.locator("#section-discuss").get_by_role("link", name="Comments").click()

    expect(at_desk.locator(".letter .words")).to_have_text(["The older one.", "The younger one."])
    older = at_desk.locator(".letter").first
    expect(older).to_contain_text("Bo Reader")
    expect(older).to_contain_text("in reply to Catherine: “Where did it go?”")
    expect(older.get_by_role("link", name="What was in the drain")).to_be_visible()
    expect(older.locator(".why")).to_have_text("No comment of this account or browser has been approved yet.")


def test_the_buttons_of_a_row_decide_on_its_comment_alone(at_desk, post, open_browser):
    comment = make_waiting(post=post, body="Approve me.", minutes_ago=20)
    other = make_waiting(post=post, body="Leave me.", minutes_ago=10)
    at_desk.goto(QUEUE)

    row_of(at_desk, comment).get_by_role("button", name="Approve").click()

    expect(at_desk.get_by_text("Bo Reader’s comment was approved.")).to_be_visible()
    expect(row_of(at_desk, comment)).to_have_count(0)
    assert (status_of(comment), status_of(other)) == ("approved", "pending")
    reader = open_browser()
    reader.goto(post.get_absolute_url())
    expect(reader.get_by_text("Approve me.")).to_be_visible()
    expect(reader.get_by_text("Leave me.")).to_have_count(0)


def test_spam_and_trash_leave_the_queue_and_come_back(at_desk, post):
    spam = make_waiting(post=post, body="Buy now.", minutes_ago=20)
    trash = make_waiting(post=post, body="Rude words.", minutes_ago=10)
    at_desk.goto(QUEUE)

    row_of(at_desk, spam).get_by_role("button", name="Spam").click()
    expect(at_desk.get_by_text("Bo Reader’s comment was marked as spam.")).to_be_visible()
    row_of(at_desk, trash).get_by_role("button", name="Trash").click()
    expect(at_desk.get_by_text("Bo Reader’s comment was moved to the trash.")).to_be_visible()
    assert (status_of(spam), status_of(trash)) == ("spam", "trash")

    for status, comment in (("spam", spam), ("trash", trash)):
        at_desk.goto(f"{QUEUE}?status__exact={status}")
        row_of(at_desk, comment).get_by_role("button", name="Restore").click()
        expect(at_desk.get_by_text("Bo Reader’s comment was restored to its previous status.")).to_be_visible()
        expect(at_desk).to_have_url(re.compile(rf"\?status__exact={status}#told$"))
        assert status_of(comment) == "pending"


def test_the_filter_leads_to_the_comments_of_each_status(page, open_browser, post):
    wide = open_browser()
    log_in(wide, post.author.user)
    comment = make_comment(post=post, body="Public already.")
    wide.goto(QUEUE)

    wide.get_by_role("link", name="approved (1)", exact=True).click()

    expect(row_of(wide, comment)).to_be_visible()
    row_of(wide, comment).get_by_role("button", name="Hold").click()
    expect(wide.get_by_text("Bo Reader’s comment was held.")).to_be_visible()
    assert status_of(comment) == "pending"


def test_many_comments_are_decided_in_one_go(at_desk, post):
    chosen = [make_waiting(post=post, body=f"Good one, {name}.", minutes_ago=20) for name in ("Ada", "Bea", "Cleo")]
    left = make_waiting(post=post, body="Not me.", minutes_ago=10)
    at_desk.goto(QUEUE)

    for comment in chosen:
        row_of(at_desk, comment).get_by_role("checkbox").check()
    at_desk.locator("select[name=action]").select_option("approve")
    at_desk.get_by_role("button", name="Go").click()
    at_desk.get_by_label("Reason").fill("All of them were there.")
    at_desk.get_by_role("button", name="Approve: 3").click()

    expect(at_desk.get_by_text("3 comments approved.")).to_be_visible()
    assert {status_of(comment) for comment in chosen} == {"approved"}
    assert status_of(left) == "pending"
    assert Decision.objects.filter(to_status="approved", comment__in=chosen).values("batch").distinct().count() == 1


def test_everything_that_waits_is_decided_across_pages(open_browser, post):
    page = open_browser()
    log_in(page, post.author.user)
    for number in range(52):
        make_waiting(post=post, body=f"Number {number}.", minutes_ago=100 - number)
    page.goto(QUEUE)

    page.locator("#action-toggle").check()
    page.get_by_role("button", name="Select all 52 comments").click()
    page.locator("select[name=action]").select_option("spam")
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name="Spam: 52").click()

    expect(page.get_by_text("52 comments marked as spam.")).to_be_visible()
    assert Comment.objects.filter(status="spam").count() == 52


def test_an_answer_from_the_comments_page_approves_it_and_stands_below_it(at_desk, post, open_browser):
    comment = make_waiting(post=post, body="Whose boot was it?", minutes_ago=10)
    at_desk.goto(QUEUE)
    at_desk.get_by_role("link", name="Reply and approve").click()

    expect(at_desk.locator(".letter .stamp")).to_have_text("waiting")
    expect(at_desk.locator(".why")).to_contain_text("No comment of this account or browser")
    at_desk.watch.look()
    at_desk.get_by_label("Reply:").fill("Mine, it turned *out*.")
    at_desk.get_by_role("button", name="Save").click()

    expect(at_desk).to_have_url(re.compile(f"{QUEUE}#told$"))
    assert status_of(comment) == "approved"
    reader = open_browser()
    reader.goto(post.get_absolute_url())
    answer = reader.locator(f"#comment-{comment.pk} > ol > li > .letter")
    expect(answer.locator(".e-content em")).to_have_text("out")
    expect(answer.locator("h3")).to_contain_text("Author ann")


def test_a_decision_on_the_comments_page_takes_its_reason_into_the_log(at_desk, post):
    comment = make_waiting(post=post, body="Buy now.", minutes_ago=10)
    at_desk.goto(f"{QUEUE}{comment.pk}/change/")

    at_desk.get_by_label("Reason:").fill("Advertises boots.")
    at_desk.get_by_role("button", name="Spam").click()
    expect(at_desk.get_by_text("Bo Reader’s comment was marked as spam.")).to_be_visible()
    at_desk.goto(f"{QUEUE}{comment.pk}/change/")

    newest, oldest = at_desk.locator(".log tbody tr").all()
    expect(newest).to_contain_text("waiting → spam")
    expect(newest).to_contain_text("Advertises boots.")
    expect(newest).to_contain_text("ann")
    expect(oldest).to_contain_text("the checks")
    expect(oldest).to_contain_text("No comment of this account or browser has been approved yet.")


def test_an_edited_text_keeps_the_writers_own_beside_it(at_desk, post):
    comment = make_comment(post=post, body="Call me on 0123 456789.")
    at_desk.goto(f"{QUEUE}{comment.pk}/change/")

    at_desk.get_by_text("Edit the text").click()
    at_desk.get_by_label("Text:", exact=True).fill("Call me.")
    at_desk.get_by_role("button", name="Save").click()
    expect(at_desk.get_by_role("list").filter(has_text="Saved.")).to_be_visible()
    at_desk.goto(f"{QUEUE}{comment.pk}/change/")

    expect(at_desk.locator(".letter .words")).to_have_text("Call me.")
    at_desk.get_by_text("Edited. The original text").click()
    expect(at_desk.locator(".letter details pre")).to_have_text("Call me on 0123 456789.")
    expect(at_desk.locator(".log tbody tr").first).to_contain_text("text edited")


def test_who_decides_late_is_told_who_was_first(at_desk, post):
    comment = make_waiting(post=post, body="Contested.", minutes_ago=10)
    at_desk.goto(QUEUE)
    comment.trash(by=make_editor(username="ed"))

    row_of(at_desk, comment).get_by_role("button", name="Approve").click()

    expect(at_desk.get_by_text("Already decided by ed")).to_be_visible()
    assert status_of(comment) == "trash"


# --- Without JavaScript


def test_without_javascript_a_row_is_approved_by_its_button(at_desk_without_javascript, post):
    desk = at_desk_without_javascript
    comment = make_waiting(post=post, body="Approve me.", minutes_ago=10)
    desk.goto(QUEUE)

    row_of(desk, comment).get_by_role("button", name="Approve").click()

    expect(desk.get_by_text("Bo Reader’s comment was approved.")).to_be_visible()
    assert status_of(comment) == "approved"


def test_without_javascript_many_are_decided_in_one_go(at_desk_without_javascript, post):
    desk = at_desk_without_javascript
    first, second = (make_waiting(post=post, body=f"Buy {what}.", minutes_ago=10) for what in ("pills", "boots"))
    desk.goto(QUEUE)

    for comment in (first, second):
        row_of(desk, comment).get_by_role("checkbox").check()
    desk.locator("select[name=action]").select_option("spam")
    desk.get_by_role("button", name="Go").click()
    desk.get_by_role("button", name="Spam: 2").click()

    expect(desk.get_by_text("2 comments marked as spam.")).to_be_visible()
    assert (status_of(first), status_of(second)) == ("spam", "spam")


def test_without_javascript_a_whole_queue_is_cleared_and_all_of_it_comes_back(open_browser, post):
    desk = open_browser(width=375, javascript=False)
    log_in(desk, post.author.user)
    for number in range(60):
        make_waiting(post=post, body=f"Number {number}.", minutes_ago=100 - number)
    desk.goto(QUEUE)

    desk.get_by_label("all 60 of this list").check()
    desk.locator("select[name=action]").select_option("trash")
    desk.get_by_role("button", name="Go").click()
    desk.get_by_role("button", name="Trash: 60").click()
    expect(desk.get_by_text("60 comments moved to the trash.")).to_be_visible()
    assert Comment.objects.filter(status="trash").count() == 60
    desk.get_by_role("button", name="Undo the last decision").click()

    expect(desk.get_by_text("60 decisions were undone.")).to_be_visible()
    assert Comment.objects.filter(status="pending").count() == 60


def test_without_javascript_a_comment_is_answered_and_approved(at_desk_without_javascript, post):
    desk = at_desk_without_javascript
    comment = make_waiting(post=post, body="Whose boot was it?", minutes_ago=10)
    desk.goto(f"{QUEUE}{comment.pk}/change/")

    desk.get_by_label("Reply:").fill("Mine.")
    desk.get_by_role("button", name="Approve").click()

    expect(desk).to_have_url(re.compile(f"{QUEUE}#told$"))
    assert status_of(comment) == "approved"
    assert Comment.objects.get(parent=comment).body == "Mine."
