"""Many comments decided at once: a page in between, steps, a stop, and one undo that restores exactly what was."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from comments.desk import decision_views as desk
from comments.models import Batch, Comment, Decision, bulk_decisions
from tests.factories import make_comment, make_editor, make_post, make_staff_author

pytestmark = pytest.mark.django_db

QUEUE = "/admin/comments/comment/"


@pytest.fixture
def waiting(editor):
    post = make_post()
    return [make_comment(post=post, status="pending") for _ in range(7)]


@pytest.fixture
def small_steps(monkeypatch):
    """Steps of two comments, and time for one step a request."""
    monkeypatch.setattr(bulk_decisions, "STEP", 2)
    monkeypatch.setattr("comments.models.batch.STEP", 2)
    monkeypatch.setattr(desk, "SECONDS", 0)


def statuses():
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


def ask(client, action, *, query="", **fields):
    """Chooses an action in the list as the desk's own form does; returns the page in between."""
    first = Comment.objects.order_by("pk").first().pk
    data = {"action": action, "_selected_action": [first], "select_across": "1", "ask": "1", **fields}
    return client.post(f"{QUEUE}?{query}", data, follow=True)


def press(client, page, button, **fields):
    """Presses a button of the batch's page."""
    return client.post(page.redirect_chain[-1][0], {"do": button, **fields}, follow=True)


def undo(client, page):
    action = re.search(r'action="([^"]*/undo/[^"]+)"', page.content.decode())[1]
    return client.post(action, follow=True)


def test_the_page_in_between_says_what_will_happen_to_how_many_and_nothing_happens_yet(client, waiting):
    page = ask(client, "approve")

    assertContains(page, "You are about to change <b>7 comments</b>")
    assertContains(page, "7 waiting")
    assertContains(page, "Approve: 7")
    assert statuses() == ["pending"] * 7


def listed_on(page):
    """[(name, beginning of the text)] that the page in between lists."""
    listed = page.content.decode().partition('<ol class="listed"')[2].partition("</ol>")[0]
    return re.findall(r"<a [^>]*><bdi>(.*?)</bdi></a>.*?<br><bdi>(.*?)</bdi></li>", listed)


def test_the_page_in_between_lists_whose_comments_it_is_for_and_how_they_begin(client, editor):
    post = make_post(title="On drains")
    make_comment(post=post, status="pending", name="Ruth", body="Whose boot is it? " * 40)
    make_comment(post=post, status="pending", name="<i>Ada</i>", body="<script>")

    page = ask(client, "approve")

    (ruth, beginning), ada = listed_on(page)
    assert ruth == "Ruth"
    assert beginning.startswith("Whose boot is it?")
    assert len(beginning) == 160
    assert ada == ("&lt;i&gt;Ada&lt;/i&gt;", "&lt;script&gt;")
    assertContains(page, "on <bdi>On drains</bdi> (waiting)", count=2)


def test_of_many_it_lists_some_with_their_number_and_the_rest_on_further_pages(client, editor):
    post = make_post()
    for number in range(60):
        make_comment(post=post, status="pending", name=f"Writer {number:02}")
    page = ask(client, "spam", query="status__exact=pending")

    names = []
    while True:
        names += [name for name, _text in listed_on(page)]
        later = re.search(r'href="([^"]*)#listed" rel="next"', page.content.decode())
        if not later:
            break
        address = page.request["PATH_INFO"]
        page = client.get(f"{address}{later[1].replace('&amp;', '&')}")

    assert names == [f"Writer {number:02}" for number in range(60)]
    assertContains(page, "51 to 60 of 60")
    page = client.post(f"{page.request['PATH_INFO']}?status__exact=pending", {"do": "start"}, follow=True)
    assert page.redirect_chain[-1][0] == f"{QUEUE}?status__exact=pending#told"


def test_an_undoing_that_goes_on_lists_what_it_still_takes_back(client, waiting, small_steps):
    page = press(client, ask(client, "spam"), "start")
    while "go on" in page.content.decode():
        page = press(client, page, "go on")
    page = undo(client, page)

    assertContains(page, "2 of 7 done")
    assert len(listed_on(page)) == 5


@pytest.mark.parametrize("start", ["x", "-1", "99999", "9" * 30])
def test_nonsense_in_the_address_of_its_list_breaks_nothing(client, waiting, start):
    page = ask(client, "spam")

    assert client.get(f"{page.request['PATH_INFO']}?_from={start}").status_code == 200


def test_ticked_comments_alone_are_asked_for_and_decided(client, waiting):
    page = ask(client, "spam", _selected_action=[waiting[0].pk, waiting[3].pk], select_across="0")
    assertContains(page, "You are about to change <b>2 comments</b>")

    press(client, page, "start")

    assert statuses() == ["spam", "pending", "pending", "spam", "pending", "pending", "pending"]


def test_started_it_decides_all_with_one_reason_and_leads_back_to_the_list(client, waiting, editor):
    page = press(client, ask(client, "trash", query="status__exact=pending"), "start", reason="A raid.")

    assert statuses() == ["trash"] * 7
    assertContains(page, "7 comments moved to the trash.")
    assert page.redirect_chain[-1][0] == f"{QUEUE}?status__exact=pending#told"
    decisions = Decision.objects.filter(to_status="trash")
    assert {(decision.reason, decision.actor) for decision in decisions} == {("A raid.", editor)}
    assert len({decision.batch for decision in decisions}) == 1


def test_a_long_one_shows_its_progress_goes_on_and_is_undone_whole(client, waiting, small_steps):
    page = press(client, ask(client, "spam"), "start")
    assertContains(page, "2 of 7 done, in progress")
    page = press(client, page, "go on")
    assertContains(page, '<progress id="progress" value="4" max="7">')
    while "go on" in page.content.decode():
        page = press(client, page, "go on")
    assert statuses() == ["spam"] * 7

    page = undo(client, page)
    while "go on" in page.content.decode():
        page = press(client, page, "go on")

    assert statuses() == ["pending"] * 7
    assertContains(page, "7 decisions were undone.")


def test_a_stopped_one_stands_still_can_be_undone_and_can_go_on(client, waiting, small_steps):
    page = press(client, ask(client, "spam"), "start")
    page = press(client, page, "stop")
    assertContains(page, "2 of 7 done, stopped")
    assert statuses().count("spam") == 2

    page = press(client, page, "go on")
    assert statuses().count("spam") == 4
    undo(client, page)

    assert statuses()[:2] == ["pending"] * 2


def test_undoing_one_that_is_under_way_stops_it_for_good(client, waiting, small_steps):
    page = press(client, ask(client, "spam"), "start")
    other_window = press(client, page, "go on")
    assert statuses().count("spam") == 4

    undone = undo(client, page)
    while "go on" in undone.content.decode():
        undone = press(client, undone, "go on")
    # The other window goes on by itself, until it is told.
    after = press(client, other_window, "go on")

    assert statuses() == ["pending"] * 7
    assertContains(after, "This was undone before it finished, so it can&#x27;t be resumed.")
    assert 'value="go on"' not in after.content.decode()
    assert "A bulk action is not finished" not in client.get(QUEUE).content.decode()


def test_a_request_that_works_at_a_batch_stops_when_it_is_undone(client, editor, waiting, monkeypatch):
    monkeypatch.setattr("comments.models.batch.STEP", 2)
    batch = Batch.plan(Comment.objects.all(), "spam", by=editor)
    batch.switch(Batch.State.RUNNING)
    batch.step()

    client.post(f"{QUEUE}undo/{batch.pk}/")

    assert not batch.run(seconds=60)
    assert statuses() == ["pending"] * 7


def test_looking_at_a_batch_changes_nothing(client, waiting, small_steps):
    page = press(client, ask(client, "spam"), "start")
    before = statuses()

    client.get(page.redirect_chain[-1][0])

    assert statuses() == before


def test_what_somebody_decided_meanwhile_is_left_alone_and_told(client, waiting):
    page = ask(client, "spam", seen=str(Decision.objects.latest("pk").pk))
    waiting[2].approve(by=make_editor(first_name="Other", last_name="Editor"))

    page = press(client, page, "start")

    assert statuses() == ["spam", "spam", "approved", "spam", "spam", "spam", "spam"]
    assertContains(page, "Already decided by Other Editor")


def test_a_process_that_is_killed_leaves_each_decided_or_untouched_and_the_batch_goes_on(
    client, waiting, small_steps, monkeypatch
):
    page = press(client, ask(client, "spam"), "start")
    write = bulk_decisions.BulkDecisionQuerySet.write

    def killed(comments, wanted, **details):
        write(comments, wanted, **details)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bulk_decisions.BulkDecisionQuerySet, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            press(client, page, "go on")
    assert statuses().count("spam") == 2
    assert Decision.objects.filter(to_status="spam").count() == 2

    while "go on" in page.content.decode():
        page = press(client, page, "go on")
    assert statuses() == ["spam"] * 7
    assert Decision.objects.filter(to_status="spam").count() == 7


def test_undo_restores_exactly_what_each_was(client, waiting):
    waiting[0].approve(by=None)
    waiting[1].spam(by=None)
    page = press(client, ask(client, "trash", query="status__exact=all"), "start")
    assert statuses() == ["trash"] * 7

    undo(client, page)

    assert statuses() == ["approved", "spam", *["pending"] * 5]
    waiting[0].post.refresh_from_db()
    assert waiting[0].post.comment_count == 1


def test_undoing_a_batch_of_a_thousand_costs_few_queries(client, editor, django_assert_max_num_queries):
    post = make_post()
    comments = Comment.objects.bulk_create(
        Comment(post=post, body=f"{n}", name="Bo", status="pending") for n in range(1000)
    )
    Decision.objects.bulk_create(Decision(comment=comment, to_status="pending") for comment in comments)
    batch = Batch.plan(Comment.objects.all(), "spam", by=editor)
    batch.switch(Batch.State.RUNNING)
    with django_assert_max_num_queries(42):
        batch.run(seconds=60)
    undo_of_it = Batch.plan_undo(batch.pk, Comment.objects.all(), by=editor)
    undo_of_it.switch(Batch.State.RUNNING)

    # SQLite takes 999 values a statement, so that the log's rows alone are 16 of these.
    with django_assert_max_num_queries(45):
        undo_of_it.run(seconds=60)

    assert (undo_of_it.done, set(statuses())) == (1000, {"pending"})


def test_the_page_in_between_counts_however_many_there_are(client, waiting, monkeypatch):
    monkeypatch.setattr("comments.models.batch.COUNTED_AT_ONCE", 2)
    waiting[0].approve(by=None)

    page = ask(client, "spam", query="status__exact=all")

    assertContains(page, "6 waiting")
    assertContains(page, "1 approved")


def test_nobody_sees_or_starts_somebody_elses_batch(client, waiting):
    batch = Batch.plan(Comment.objects.all(), "spam", by=make_editor())

    assert client.get(f"{QUEUE}batch/{batch.pk}/").status_code == 404
    assert client.post(f"{QUEUE}batch/{batch.pk}/", {"do": "start"}).status_code == 404
    assert statuses() == ["pending"] * 7


def test_a_right_that_was_lost_holds_for_what_is_left(client, waiting, small_steps):
    user, _author = make_staff_author()
    batch = Batch.plan(Comment.objects.all(), "spam", by=user)
    client.force_login(user)

    client.post(f"{QUEUE}batch/{batch.pk}/", {"do": "start"})

    assert statuses() == ["pending"] * 7


def test_a_plan_that_nobody_started_is_forgotten(waiting, editor):
    old = Batch.plan(Comment.objects.all(), "spam", by=editor)
    Batch.objects.update(planned_at="2026-01-01T00:00Z")

    new = Batch.plan(Comment.objects.all(), "spam", by=editor)

    assert list(Batch.objects.all()) == [new]
    assert old != new


# --- A branch


def test_the_whole_branch_is_a_batch_that_leaves_the_rest_alone(client, editor):
    top = make_comment(body="Top.")
    reply = make_comment(parent=top, status="pending")
    below = make_comment(parent=reply)
    beside = make_comment(parent=top)
    page = client.get(f"{QUEUE}{reply.pk}/change/")
    assertContains(page, "This comment and everything below it, 2 in all")

    page = client.post(f"{QUEUE}{reply.pk}/branch/", {"branch": "trash"}, follow=True)
    assertContains(page, "You are about to change <b>2 comments</b>")
    page = press(client, page, "start")

    def now():
        return [Comment.objects.get(pk=comment.pk).status for comment in (top, reply, below, beside)]

    assert now() == ["approved", "trash", "trash", "approved"]
    undo(client, page)
    assert now() == ["approved", "pending", "approved", "approved"]


@pytest.mark.parametrize("address", ["1/branch/", "empty-spam/", "1/decide/"])
def test_getting_an_address_that_acts_does_nothing(client, waiting, address):
    assert client.get(f"{QUEUE}{address}").status_code in {404, 405}
    assert not Batch.objects.exists()


def test_a_hostile_reason_breaks_nothing(client, waiting):
    page = press(client, ask(client, "spam"), "start", reason="\x00<script>")

    assert page.status_code == 200
    assert statuses() == ["spam"] * 7


@pytest.mark.parametrize("rule", ["99999999999999999999", "9" * 5000, "x", "7"])
def test_a_rule_that_is_none_any_more_is_said_and_nothing_is_decided(client, waiting, rule):
    page = press(client, ask(client, "spam"), "start", rule=rule)

    assertContains(page, "This rule has been changed")
    assert statuses() == ["pending"] * 7


def test_another_button_than_its_own_starts_nothing(client, waiting):
    page = ask(client, "spam")

    press(client, page, "x")

    assert statuses() == ["pending"] * 7


def test_one_that_is_not_finished_is_found_in_the_list_and_goes_on(client, waiting, small_steps):
    press(client, ask(client, "spam"), "start")

    page = client.get(QUEUE)

    assertContains(page, "A bulk action is not finished: 2 of 7 done")


def test_the_page_says_how_many_will_change(client, waiting):
    assertNotContains(ask(client, "approve"), "The others stay as they are.")
    waiting[0].approve(by=None)

    assertContains(ask(client, "approve", query="status__exact=all"), "6 of them will change")


def test_what_was_no_longer_as_the_list_showed_it_is_left_alone_and_told(client, waiting):
    """On PostgreSQL a decision that was on its way has a lower number than one that the page knew."""
    waiting[1].spam(by=make_editor(first_name="Other", last_name="Editor"))
    seen = str(Decision.objects.latest("pk").pk)

    page = press(
        client, ask(client, "approve", _selected_action=[c.pk for c in waiting], select_across="0", seen=seen), "start"
    )

    assert statuses() == ["approved", "spam", *["approved"] * 5]
    assertContains(page, "Already decided by Other Editor")
