"""What is typed and not sent is kept in the browser, with what it answers."""

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_post

from .test_commenter import IN_FULL, fill, send
from .unsent import WORDS, below, kept, note, reply_to, text
from .watch import assert_nothing_is_kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def page(open_browser):
    return open_browser()


def test_who_only_reads_or_opens_the_form_leaves_nothing_behind(page, thread):
    page.goto(thread[0].post.get_absolute_url())
    reply_to(page, "Ann")
    page.get_by_role("link", name="Cancel reply").click()
    page.goto("/")

    assert_nothing_is_kept(page.context)


def test_what_is_typed_is_there_again_after_another_page_and_says_so(page, thread):
    address = thread[0].post.get_absolute_url()
    page.goto(address)
    expect(note(page)).to_be_hidden()
    text(page).fill(WORDS)
    expect(note(page)).to_be_visible()

    page.goto("/")
    page.goto(address)

    expect(text(page)).to_have_value(WORDS)
    expect(note(page)).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    assert page.context.cookies() == []
    page.watch.look()


def test_it_is_there_after_the_browser_was_closed_and_in_no_other_post(page, thread, open_browser):
    address, other = thread[0].post.get_absolute_url(), make_post()
    page.goto(address)
    text(page).fill(WORDS)
    later = page.context.new_page()
    page.close()

    later.goto(other.get_absolute_url())
    expect(text(later)).to_have_value("")
    expect(note(later)).to_be_hidden()
    later.goto(address)
    expect(text(later)).to_have_value(WORDS)


def test_an_answer_comes_back_below_what_it_answers(page, thread):
    first, _second = thread
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    text(page).fill("To Ann.")
    page.goto("/")
    page.goto(first.post.get_absolute_url())

    expect(below(page, first)).to_be_visible()
    expect(page.get_by_role("heading", name="Reply to Ann")).to_be_visible()
    expect(page.locator("#answering")).to_contain_text("Where is the boot?")
    expect(text(page)).to_have_value("To Ann.")
    fill(page, **IN_FULL | {"Your comment": "To Ann."})
    send(page)
    assert Comment.objects.latest("pk").parent == first
    assert kept(page) == {}


def test_two_answers_in_two_tabs_are_kept_apart(page, thread):
    first, second = thread
    other = page.context.new_page()
    for tab, name in ((page, "Ann"), (other, "Bea")):
        tab.goto(first.post.get_absolute_url())
        reply_to(tab, name)
        text(tab).fill(f"To {name}.")
    page.goto(f"{first.post.get_absolute_url()}?replytocom={first.pk}#respond")
    expect(text(page)).to_have_value("To Ann.")
    other.goto(f"{first.post.get_absolute_url()}?replytocom={second.pk}#respond")
    expect(text(other)).to_have_value("To Bea.")
    assert sorted(draft["text"] for draft in kept(page).values()) == ["To Ann.", "To Bea."]


def test_words_that_move_to_another_comment_lose_none_that_were_kept_there(page, thread):
    first, second = thread
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    text(page).fill("To Ann.")
    page.goto(f"{first.post.get_absolute_url()}?replytocom={first.pk}")
    page.evaluate("localStorage.drafts = localStorage.drafts.replace('To Ann.', 'Earlier, to Ann.')")
    page.goto(f"{first.post.get_absolute_url()}?thread={second.pk}")
    text(page).fill("To all.")
    page.evaluate(
        """key => {
          const drafts = JSON.parse(localStorage.drafts);
          localStorage.drafts = JSON.stringify({ ...drafts, [key]: { text: "For Bea.", time: Date.now() } });
        }""",
        f"/comments/on/{first.post_id}/{second.pk}",
    )

    reply_to(page, "Bea")

    expect(text(page)).to_have_value("For Bea.\n\nTo all.")
    assert sorted(draft["text"] for draft in kept(page).values()) == ["Earlier, to Ann.", "For Bea.\n\nTo all."]


def test_a_reply_that_is_called_off_on_its_own_page_takes_its_words_along(page, thread):
    first, _second = thread
    page.goto(f"{first.post.get_absolute_url()}?replytocom={first.pk}#respond")
    text(page).fill("To Ann?")

    page.get_by_role("link", name="Cancel reply").click()

    expect(page.get_by_role("heading", name="Leave a Reply", exact=True)).to_be_visible()
    expect(text(page)).to_have_value("To Ann?")
    expect(page.locator("[name=parent]")).to_have_value("")


def test_what_is_kept_goes_after_thirty_days_and_at_the_press_of_a_button(page, thread):
    address = thread[0].post.get_absolute_url()
    page.goto(address)
    text(page).fill(WORDS)
    page.get_by_role("button", name="Discard this text").click()
    expect(text(page)).to_have_value("")
    expect(text(page)).to_be_focused()
    expect(note(page)).to_be_hidden()
    assert_nothing_is_kept(page.context)

    text(page).fill(WORDS)
    page.evaluate(
        """days => {
          const then = `"time":${Date.now() - days * 86400000}`;
          localStorage.drafts = localStorage.drafts.replace(/"time":\\d+/, then);
        }""",
        31,
    )
    page.goto("/")
    assert_nothing_is_kept(page.context)
    page.goto(address)
    expect(text(page)).to_have_value("")


def test_a_text_that_was_taken_out_again_is_not_kept(page, thread):
    page.goto(thread[0].post.get_absolute_url())
    text(page).fill(WORDS)
    text(page).fill("")

    expect(note(page)).to_be_hidden()
    assert_nothing_is_kept(page.context)


def test_the_page_that_forgets_a_browser_discards_it_too(page, thread):
    page.goto(thread[0].post.get_absolute_url())
    page.get_by_label("Remember me in this browser").check()
    fill(page, **IN_FULL)

    page.get_by_role("link", name="Forget me now").click()
    page.get_by_role("button", name="Forget this browser").click()

    expect(page.get_by_text("This browser is not remembered")).to_be_visible()
    assert_nothing_is_kept(page.context)


def test_name_and_address_are_kept_only_while_the_box_is_ticked(page, thread):
    address = thread[0].post.get_absolute_url()
    page.goto(address)
    fill(page, **IN_FULL)
    page.get_by_label("Remember me in this browser").check()
    page.goto("/")
    page.goto(address)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Bo Reader")
    expect(page.get_by_label("Remember me in this browser")).to_be_checked()

    page.get_by_label("Remember me in this browser").uncheck()
    page.goto(address)

    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    expect(text(page)).to_have_value(IN_FULL["Your comment"])


def test_nonsense_in_the_storage_breaks_nothing(page, thread):
    address = thread[0].post.get_absolute_url()
    page.goto(address)
    drafts = {f"/comments/on/{thread[0].post_id}/a b[": {"text": "x", "time": 9e15}}
    drafts |= {f"/comments/on/{thread[0].post_id}/": "y", "z": 1, "n": None}
    page.evaluate("drafts => localStorage.drafts = JSON.stringify(drafts)", drafts)

    page.goto(address)

    expect(page.get_by_role("button", name="Mark what is new")).to_be_visible()
    expect(text(page)).to_have_value("")
    page.watch.look()
