"""After a decision at the desk: where the message stands, whose comment it names, and what stands beside it."""

import re

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from comments.models import Comment
from tests.factories import make_comment, make_editor

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/comment/"


@pytest.fixture
def waiting(editor):
    """Five that wait, the oldest first."""
    now = timezone.now()
    return [
        make_comment(status="pending", name=name, submitted_at=now - timezone.timedelta(minutes=60 - minute))
        for minute, name in enumerate(["Ada", "Bea", "Ruth", "Dora", "Eva"])
    ]


def press(client, page, verb, comment, **fields):
    """Presses a button of a comment's row, as the page has it; returns the page that it leads to."""
    pattern = rf'formaction="({comment.pk}/decide/[^"]*)" name="decide" value="{verb}"'
    action = re.search(pattern, page.content.decode())[1].replace("&amp;", "&")
    seen = re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]
    return client.post(f"{QUEUE}{action}", {"decide": verb, "seen": seen, **fields}, follow=True)


def undo(client, page):
    action = re.search(r'formaction="(undo/[^"]+)"', page.content.decode())[1].replace("&amp;", "&")
    return client.post(f"{QUEUE}{action}", follow=True)


def told_in(page):
    """(the message, the name of the comment that stands right below it) of the message in the list."""
    html = page.content.decode()
    assert html.count('id="told"') == 1
    told = html.partition('id="told"')[2]
    message = re.search(r"<li class=\"\w+\">(.*?)</li>", told)[1]
    below = re.search(r'<h2 class="name" tabindex="-1"><bdi>(.*?)</bdi>', told)
    return re.sub("<.*?>", "", message), below and below[1]


@pytest.mark.parametrize(("place", "below"), [(0, "Bea"), (2, "Dora"), (4, "Dora")])
def test_the_message_stands_in_the_list_where_the_comment_stood_and_the_address_leads_there(
    client, waiting, place, below
):
    page = press(client, client.get(QUEUE), "approve", waiting[place])

    assert page.redirect_chain[-1][0].endswith("#told")
    assert told_in(page) == (f"{waiting[place].name}’s comment was approved.", below)
    assertContains(page, "Undo the last decision", count=1)


def test_in_a_list_of_the_newest_first_it_stands_at_the_next_older_one(client, waiting):
    for comment in waiting:
        comment.approve(by=None)

    page = press(client, client.get(f"{QUEUE}?status__exact=approved"), "trash", waiting[2])

    assert told_in(page) == ("Ruth’s comment was moved to the trash.", "Bea")


def test_undo_leads_to_the_comment_that_came_back(client, waiting):
    page = press(client, client.get(QUEUE), "spam", waiting[2])

    page = undo(client, page)

    assert page.redirect_chain[-1][0].endswith("#told")
    assert told_in(page) == ("Ruth’s comment is as it was before: the decision was undone.", "Ruth")


def test_where_nothing_is_left_the_message_stands_at_the_top(client, editor):
    comment = make_comment(status="pending", name="Ruth")

    page = press(client, client.get(QUEUE), "approve", comment)

    assert told_in(page) == ("Ruth’s comment was approved.", None)
    assertContains(page, "Undo the last decision", count=1)


def test_who_came_second_is_told_at_that_comments_place_whose_it_was(client, waiting):
    page = client.get(QUEUE)
    Comment.objects.get(pk=waiting[2].pk).trash(by=make_editor(first_name="Other", last_name="Editor"))

    page = press(client, page, "approve", waiting[2])

    message, below = told_in(page)
    assert re.fullmatch(r"Already decided by Other Editor at .*: Ruth’s comment is in the trash. Nothing.*", message)
    assert below == "Dora"


def change(client, comment, **fields):
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    seen = re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]
    data = {"body": comment.body, "reason": "", "answer": "", "seen": seen} | fields
    return client.post(f"{QUEUE}{comment.pk}/change/", data, follow=True)


def test_an_answers_message_above_the_next_comment_says_whose_was_answered(client, waiting):
    page = change(client, waiting[2], answer="Thank you.")

    assertContains(page, "<h1>Dora’s comment</h1>")
    assertContains(page, "You replied to <bdi>Ruth</bdi>’s comment and approved it.")


def test_undo_on_a_comments_page_leads_back_to_the_comment_that_was_decided(client, waiting):
    page = change(client, waiting[2], decide="trash")
    assertContains(page, "<h1>Dora’s comment</h1>")
    action = re.search(r'class="undo" method="post" action="([^"]+)"', page.content.decode())[1]

    page = client.post(action.replace("&amp;", "&"), {"from": "comment"}, follow=True)

    assert page.redirect_chain[-1][0] == f"{QUEUE}{waiting[2].pk}/change/#told"
    assertContains(page, "<h1>Ruth’s comment</h1>")


def test_a_name_is_text_in_a_message(client, editor):
    comment = make_comment(status="pending", name="<b>{by}</b> & %(n)s")

    page = press(client, client.get(QUEUE), "approve", comment)

    assertContains(page, "<bdi>&lt;b&gt;{by}&lt;/b&gt; &amp; %(n)s</bdi>’s comment was approved.")


def test_each_comment_has_a_heading_and_what_is_pressed_says_whose_it_is_for(client, waiting):
    waiting[0].spam(by=None)
    html = client.get(f"{QUEUE}?status__exact=all").content.decode()

    assert html.count('<h2 class="name"') == 5
    pressed = re.findall(r'<(button|a)[^>]*aria-label="([^"]*)"[^>]*>([^<]*)</\1>', html)
    of_rows = [(name, label) for _tag, name, label in pressed if "’s comment" in name]
    assert len(of_rows) == 4 * 6 + 5
    assert all(name.startswith(label) for name, label in of_rows)
    assert len(set(of_rows)) == len(of_rows)


@pytest.mark.parametrize(
    ("body", "cut"),
    [("Short.", False), ("word " * 199, False), ("word " * 300, True), ("\n".join("x" * 30), True)],
    ids=["short", "as long as is shown whole", "long", "of many lines"],
)
def test_a_long_text_shows_its_beginning_and_all_of_it_on_demand(client, editor, body, cut):
    make_comment(status="pending", body=body)

    html = client.get(QUEUE).content.decode()

    assert ('<div class="words cut"' in html) is cut
    assert ('<details class="more">' in html) is cut
