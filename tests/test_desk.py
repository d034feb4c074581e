"""The moderator's desk in Django's admin."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from comments.models import Comment, Rule
from tests.factories import make_author, make_comment, make_editor, make_post, make_staff_author, make_user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/comment/"


def status_of(*comments):
    return [Comment.objects.get(pk=comment.pk).status for comment in comments]


def test_the_queue_shows_what_waits_oldest_first(client, editor):
    make_comment(status="pending", body="The newer one.")
    make_comment(status="pending", body="The older one.", submitted_at=timezone.now() - timezone.timedelta(days=1))
    make_comment(body="Decided already.")

    page = client.get(QUEUE)

    text = page.content.decode()
    assert text.index("The older one.") < text.index("The newer one.")
    assertNotContains(page, "Decided already.")


def test_where_nothing_waits_the_queue_says_so_and_offers_no_actions(client, editor):
    make_comment(body="Decided already.")

    page, others = client.get(QUEUE), client.get(f"{QUEUE}?status__exact=spam")

    assertContains(page, "No comments are waiting.")
    assertNotContains(page, 'name="action"')
    assertNotContains(others, "No comments are waiting.")


@pytest.mark.parametrize("status", ["pending", "approved", "spam", "trash"])
def test_each_status_has_its_list(client, editor, status):
    for each in ("pending", "approved", "spam", "trash"):
        make_comment(status=each, body=f"This one is {each}.")

    page = client.get(f"{QUEUE}?status__exact={status}")

    shown = {
        each
        for each in ("pending", "approved", "spam", "trash")
        if f"<p>This one is {each}.</p>" in page.content.decode()
    }
    assert shown == {status}


def test_the_list_counts_each_status_of_what_one_may_see(client, editor):
    for status in ["pending"] * 3 + ["approved"] * 2 + ["spam"]:
        make_comment(status=status)

    page = client.get(QUEUE)

    for told in ("waiting (3)", "approved (2)", "spam (1)", "in the trash (0)"):
        assertContains(page, told)


def test_a_row_shows_the_text_the_post_what_it_answers_and_why_it_waits(client, editor, discussion, send):
    discussion(moderation="first", max_links=0)
    parent = make_comment(name="Catherine", body="The first word.", post=make_post(title="On drains"))
    send(parent.post, using=Client(), parent=parent.pk, body="A long answer. " * 60 + "www.example.org")

    page = client.get(QUEUE)

    for part in (
        "A long answer. " * 59,
        "On drains",
        "in reply to Catherine",
        "The first word.",
        "1 links, and",
        "No comment of",
    ):
        assertContains(page, part)


@pytest.mark.parametrize(
    ("action", "after"), [("approve", "approved"), ("hold", "pending"), ("spam", "spam"), ("trash", "trash")]
)
def test_an_action_decides_what_is_ticked_in_one_batch(client, editor, action, after):
    before = "approved" if action == "hold" else "pending"
    first, second, untouched = (make_comment(status=before) for _ in range(3))

    client.post(
        f"{QUEUE}?status__exact={before}", {"action": action, "_selected_action": [first.pk, second.pk]}, follow=True
    )

    assert status_of(first, second, untouched) == [after, after, before]
    assert first.last_decision.actor == editor
    assert first.last_decision.batch == second.last_decision.batch is not None


@pytest.mark.parametrize(
    ("action", "before", "after"), [("hold", "approved", "pending"), ("approve", "spam", "approved")]
)
def test_what_is_ticked_is_meant_whatever_the_list_shows(client, editor, action, before, after):
    comment = make_comment(status=before)

    client.post(QUEUE, {"action": action, "_selected_action": [comment.pk]})

    assert status_of(comment) == [after]


def test_what_was_typed_on_a_stale_page_is_not_lost(client, editor):
    comment = make_comment(status="pending", body="As written.")
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    seen = re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]
    comment.spam(by=make_editor(first_name="Other", last_name="Editor"))
    typed = {"body": "As I mended it.", "reason": "", "answer": "My long and careful answer.", "seen": seen}

    answer = client.post(f"{QUEUE}{comment.pk}/change/", typed, follow=True)

    assertContains(answer, "Already decided by Other Editor")
    assertContains(answer, "My long and careful answer.")
    assertContains(answer, "As I mended it.")
    assert Comment.objects.get().body == "As written."


def test_what_left_the_list_meanwhile_is_told(client, editor):
    comment = make_comment(status="pending")
    seen = re.search(r'name="seen" value="(\d+)"', client.get(QUEUE).content.decode())[1]
    comment.spam(by=make_editor(first_name="Other", last_name="Editor"))

    answer = client.post(QUEUE, {"action": "approve", "_selected_action": [comment.pk], "seen": seen}, follow=True)

    assertContains(answer, "Already decided by Other Editor")
    assert status_of(comment) == ["spam"]


def test_restore_brings_back_from_the_trash(client, editor):
    comment = make_comment()
    comment.trash(by=editor)

    client.post(f"{QUEUE}?status__exact=trash", {"action": "restore", "_selected_action": [comment.pk]})

    assert status_of(comment) == ["approved"]


def test_an_action_reaches_across_the_pages_of_the_list_and_no_further(client, editor):
    waiting = [make_comment(status="pending") for _ in range(60)]
    spam = make_comment(status="spam")

    answer = client.post(
        QUEUE, {"action": "approve", "select_across": "1", "_selected_action": [waiting[0].pk]}, follow=True
    )

    assertContains(answer, "60 comments approved.")
    assert set(status_of(*waiting)) == {"approved"}
    assert status_of(spam) == ["spam"]


@pytest.mark.parametrize("verb", ["approve", "spam", "trash"])
def test_a_rows_button_decides_and_leads_back_to_the_list(client, editor, verb):
    comment = make_comment(status="pending")
    page = client.get(QUEUE)
    assertContains(page, f'value="{verb}"')

    answer = client.post(f"{QUEUE}{comment.pk}/decide/?p=1", {"decide": verb})

    assertRedirects(answer, f"{QUEUE}?p=1#told", fetch_redirect_response=False)
    assert comment.decisions.count() == 2


def test_a_stale_list_is_told_who_decided_and_overwrites_nothing(client, editor):
    comment = make_comment(status="pending")
    seen = re.search(r'name="seen" value="(\d+)"', client.get(QUEUE).content.decode())[1]
    comment.approve(by=make_editor(first_name="Other", last_name="Editor"))

    answer = client.post(f"{QUEUE}{comment.pk}/decide/", {"decide": "trash", "seen": seen}, follow=True)

    assertContains(answer, "Already decided by Other Editor")
    assert status_of(comment) == ["approved"]


def test_getting_an_action_or_forging_one_changes_nothing(client, editor):
    comment = make_comment(status="pending")

    assert client.get(f"{QUEUE}{comment.pk}/decide/").status_code == 405
    client.post(f"{QUEUE}{comment.pk}/decide/", {"decide": "delete"})
    client.post(f"{QUEUE}{comment.pk}/decide/", {"decide": "_decide"})
    client.post(QUEUE, {"action": "delete_selected", "_selected_action": [comment.pk]})

    assert comment.decisions.count() == 1
    assert client.post(f"{QUEUE}{comment.pk}/delete/", {"post": "yes"}).status_code == 403


def change(client, comment, **fields):
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    seen = re.search(r'name="seen" value="(\d+)"', page.content.decode())[1]
    data = {"body": comment.body, "reason": "", "answer": "", "seen": seen} | fields
    return client.post(f"{QUEUE}{comment.pk}/change/", data, follow=True)


def test_the_comments_own_page_decides_with_a_reason_and_shows_the_log(client, editor):
    comment = make_comment(status="pending")

    change(client, comment, decide="trash", reason="Names a neighbour.")

    assert status_of(comment) == ["trash"]
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    assertContains(page, "Names a neighbour.")
    assertContains(page, "Eve Ditor")
    assertContains(page, "waiting → in the trash")


def test_an_answer_from_the_desk_approves_and_is_public(client, editor):
    comment = make_comment(status="pending", body="A question?")

    change(client, comment, answer="An answer.", _save="1")

    page = client.get(comment.post.get_absolute_url())
    assertContains(page, "A question?")
    assertContains(page, "An answer.")
    assert Comment.objects.latest("pk").parent == comment


def test_an_edit_keeps_what_was_written(client, editor):
    comment = make_comment(body="What I wrote.")

    change(client, comment, body="What it became.", reason="cut", _save="1")

    comment.refresh_from_db()
    assert (comment.body, comment.body_as_written, comment.status) == ("What it became.", "What I wrote.", "approved")
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    assertContains(page, "What I wrote.")
    assertContains(page, "text edited")
    assertContains(page, "the checks were skipped")


def test_deciding_on_a_text_of_several_lines_does_not_edit_it(client, editor):
    comment = make_comment(body="  One.\n\nTwo.\nThree.", status="pending")

    change(client, comment, body="  One.\r\n\r\nTwo.\r\nThree.", decide="approve")

    comment.refresh_from_db()
    assert (comment.body, comment.body_as_written, comment.status) == ("  One.\n\nTwo.\nThree.", "", "approved")


def test_a_control_character_does_not_get_in_by_the_desk(client, editor):
    comment = make_comment(body="Plain.")

    change(client, comment, body="Odd\x01\ufffe.", answer="Answer\x0b\uffff.", _save="1")

    assert [c.body for c in Comment.objects.order_by("pk")] == ["Odd.", "Answer."]
    assert client.get("/comments/feed/").status_code == 200


def test_an_edit_to_nothing_is_refused_and_nothing_is_changed(client, editor):
    comment = make_comment(body="What I wrote.")

    answer = change(client, comment, body="   ", _save="1")

    assertContains(answer, "errorlist")
    assert Comment.objects.get().body == "What I wrote."


def test_a_posts_author_sees_and_decides_the_comments_below_their_own_posts_alone(client):
    user, author = make_staff_author()
    client.force_login(user)
    own = make_comment(post=make_post(author=author), status="pending", body="Below mine.")
    foreign = make_comment(post=make_post(author=make_author(name="Else")), status="pending", body="Elsewhere.")

    page = client.get(QUEUE)

    assertContains(page, "Below mine.")
    assertNotContains(page, "Elsewhere.")
    client.post(f"{QUEUE}{own.pk}/decide/", {"decide": "approve"})
    assert client.post(f"{QUEUE}{foreign.pk}/decide/", {"decide": "approve"}).status_code == 404
    client.post(QUEUE, {"action": "approve", "_selected_action": [foreign.pk]})
    client.post(f"{QUEUE}{foreign.pk}/change/", {"body": "x", "decide": "approve"})
    assert status_of(own, foreign) == ["approved", "pending"]


def test_who_may_not_moderate_does_not_get_in(client):
    comment = make_comment(status="pending")
    for user in (make_user(), make_user(is_staff=True)):
        client.force_login(user)
        assert client.get(QUEUE).status_code in {302, 403}
        assert client.post(f"{QUEUE}{comment.pk}/decide/", {"decide": "approve"}).status_code in {302, 403, 404}
    assert status_of(comment) == ["pending"]


@pytest.mark.parametrize(
    "query", ["status__exact=nonsense", "p=x", "p=99999", "e=1", "q=%00", "submitted_at__gte=x", "o=9.9"]
)
def test_nonsense_in_the_lists_address_breaks_nothing(client, editor, query):
    make_comment(status="pending")

    assert client.get(f"{QUEUE}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_the_queue_costs_the_same_however_many_wait(client, editor, django_assert_max_num_queries, number):
    for _ in range(number):
        make_comment(parent=make_comment(), status="pending")

    with django_assert_max_num_queries(18):
        assert client.get(QUEUE).status_code == 200


def test_a_decision_by_its_button_costs_few_queries(client, editor, django_assert_max_num_queries):
    comment = make_comment(parent=make_comment(), status="pending")

    with django_assert_max_num_queries(19):
        client.post(f"{QUEUE}{comment.pk}/decide/", {"decide": "approve"})

    assert status_of(comment) == ["approved"]


def test_after_a_decision_the_next_that_waits_is_in_place(client, editor):
    first, second, third = (make_comment(status="pending", body=f"Waits {n}.") for n in range(3))

    shown = change(client, second, decide="approve")
    assertContains(shown, "Waits 2.")
    shown = change(client, third, decide="spam")
    assertContains(shown, "Waits 0.")
    shown = change(client, first, answer="Thanks.")
    assert shown.redirect_chain[-1][0] == f"{QUEUE}#told"


def test_the_comments_page_shows_its_writers_history_and_its_replies(client, editor):
    comment = make_comment(status="pending", email="regular@example.org")
    for status in ("approved", "approved", "spam"):
        make_comment(email="Regular@example.org", status=status)
    make_comment(parent=comment, body="A reply that waits.", status="pending")

    page = client.get(f"{QUEUE}{comment.pk}/change/")

    assertContains(page, "other comments: 2 approved, 1 spam; first seen in")
    assertContains(page, "A reply that waits.")
    newcomer = make_comment(status="pending", email="new@example.org")
    assertContains(client.get(f"{QUEUE}{newcomer.pk}/change/"), "first comment from this person")


def test_what_goes_on_waiting_can_be_given_a_reason_and_a_rule(client, editor):
    comment = make_comment(status="pending")
    rule = Rule.objects.create(number=3, title="Sources", text="Say where you have it from.")

    change(client, comment, decide="hold", reason="Asked for his source.", rule=rule.pk)

    assert comment.last_decision.reason == "Asked for his source."
    assert (comment.rule_told, status_of(comment)) == (rule, ["pending"])
    page = client.get(f"{QUEUE}{comment.pk}/change/")
    assertContains(page, "waiting, as before")
    change(client, comment, decide="hold")
    assert comment.decisions.count() == 2


def test_a_note_is_for_moderators_and_warns_that_its_subject_may_read_it(client, editor):
    comment = make_comment(status="approved")

    change(client, comment, note="I know him, and\nhe means well.", _save="1")

    page = client.get(f"{QUEUE}{comment.pk}/change/")
    assertContains(page, "I know him, and")
    assertContains(page, "The person it is about may ask to see it")
    assertNotContains(client.get(comment.post.get_absolute_url()), "I know him")


def test_the_comments_page_shows_the_thread_above(client, editor):
    top = make_comment(body="The first word.")
    below = make_comment(parent=top, body="A second one.")
    comment = make_comment(parent=below, status="pending")

    page = client.get(f"{QUEUE}{comment.pk}/change/").content.decode()

    assert page.index("The first word.") < page.index("A second one.")
