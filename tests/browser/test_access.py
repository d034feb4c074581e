"""axe finds nothing that keeps people out of the desk's pages, light and dark, small and wide."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User

from comments.models import Batch, Comment, Note
from tests.browser.conftest import log_in
from tests.browser.test_moderator import QUEUE, make_waiting
from tests.factories import make_comment, make_editor, make_post, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture(params=[("light", 1280), ("dark", 1280), ("light", 375), ("dark", 375)], ids=lambda look: str(look))
def desk(request, open_browser):
    """The pages of the desk with all that they can show, and the account that looks at them."""
    scheme, width = request.param
    page = open_browser(scheme=scheme, width=width)
    boss = make_user(username="boss", is_staff=True, is_superuser=True)
    log_in(page, boss)
    return page


@pytest.fixture
def comment(live_server):
    post = make_post(title="What was in the drain")
    public = make_comment(post=post, body="Whose boot is it?")
    comment = make_waiting(
        post=post, parent=public, body="A *boot*, https://example.org " + "and more " * 150, minutes_ago=60
    )
    make_waiting(post=post, parent=comment, body="An answer that waits.", minutes_ago=50)
    make_waiting(post=post, url="https://example.org", body="Плохая погода.", minutes_ago=40)
    editor = make_editor(first_name="Other", last_name="Editor")
    comment.edit("A boot. " + "And more. " * 150, by=editor)
    Note.objects.create(comment=comment, author=editor, text="I know the boot.")
    make_comment(post=post, status="spam")
    make_comment(post=post).trash(by=editor, reason="Rude.")
    return comment


# "wcag22aa" has rules that axe leaves out unless it is asked.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe().axe_script


def violations(page, rules=RULES):
    """What axe finds against WCAG 2.2 AA and good practice, or against these rules of its, a line for each element."""
    faults = list(page.watch.faults)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    # No rule of these reads the style sheets themselves, which axe would fetch once more.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    # axe puts styles of its own into the page to measure it; the page's policy says so, and keeps them out.
    page.watch.faults[:] = faults
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}" for fault in found for node in fault["nodes"]
    ]


def test_the_queue(desk, comment):
    desk.goto(QUEUE)
    assert violations(desk) == []

    desk.keyboard.press("?")
    assert violations(desk) == []


def test_the_list_of_spam(desk, comment):
    desk.goto(f"{QUEUE}?status__exact=spam")

    assert violations(desk) == []


def test_the_page_of_a_comment(desk, comment):
    desk.goto(f"{QUEUE}{comment.pk}/change/")
    summaries = desk.locator("#content details summary")
    assert summaries.count() > 1
    for summary in summaries.all():
        summary.click()

    assert violations(desk) == []


def test_the_dashboard(desk, comment):
    desk.goto("/admin/")
    desk.get_by_text("By day").click()

    assert violations(desk) == []


def test_a_batch_before_and_under_way(desk, comment):
    desk.goto(QUEUE)
    batch = Batch.plan(Comment.objects.all(), "spam", by=User.objects.get(username="boss"))
    desk.goto(f"{QUEUE}batch/{batch.pk}/")
    assert violations(desk) == []

    Batch.objects.filter(pk=batch.pk).update(state="stopped", position=2)
    desk.reload()
    assert violations(desk) == []


def test_a_rehearsal(desk, comment):
    desk.goto("/admin/comments/discussionsettings/1/change/")
    desk.get_by_label("hold comments containing").fill("boot")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_text("The newest").click()

    assert violations(desk) == []
