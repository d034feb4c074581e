"""What is typed and not sent is kept, with what it answers, until the blog has it; then it is forgotten."""

import json
import re

import pytest
from django.db import connection
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_comment, make_editor, make_post, make_user

from .test_commenter import IN_FULL, fill, send
from .watch import assert_nothing_is_kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

WORDS = "  Words that\n\ntook an *hour*. "
# So that Back loads the page anew, as it does with extensions, little memory, or another browser.
NO_CACHE = "addEventListener('unload', () => {})"


@pytest.fixture
def page(open_browser):
    return open_browser()


@pytest.fixture
def thread(live_server, discussion):
    """Two comments by Ann and Bea; whoever writes below them is published at once."""
    discussion(moderation="none")
    first = make_comment(name="Ann", body="Where is the boot?")
    return first, make_comment(post=first.post, name="Bea", body="What boot?")


def kept(page):
    return json.loads(page.evaluate("localStorage.drafts || '{}'"))


def text(page):
    return page.get_by_label("Your comment")


def note(page):
    return page.get_by_text("Until you send it, your text is kept in this browser")


def to_the_archives(page):
    """Another page, loaded: before it is, there is none to go back from."""
    page.get_by_role("link", name="Archives").click()
    page.wait_for_url("**/archives/")


def reply_to(page, name):
    page.get_by_role("link", name=f"Reply to {name}").click()


def below(page, comment):
    return page.locator(f"#comment-{comment.pk} > .letter + #respond")


# --- Kept


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


# --- Until the blog has it


@pytest.mark.parametrize("mode", ["none", "all"])
def test_what_arrived_is_forgotten_at_once(page, thread, discussion, mode):
    discussion(moderation=mode)
    page.goto(thread[0].post.get_absolute_url())
    fill(page, **IN_FULL)
    send(page)

    expect(page.get_by_text("The boot is mine.")).to_be_visible()
    expect(text(page)).to_have_value("")
    expect(note(page)).to_be_hidden()
    assert_nothing_is_kept(page.context)


def test_two_comments_in_a_row_are_both_forgotten(page, thread):
    page.goto(thread[0].post.get_absolute_url())
    for words in ("One.", "Two."):
        fill(page, **IN_FULL | {"Your comment": words})
        send(page)
        assert_nothing_is_kept(page.context)


def test_what_was_refused_is_kept_until_it_is_taken(page, thread):
    first, _second = thread
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    text(page).fill(WORDS)
    assert send(page).status == 422
    page.goto("/")
    page.goto(first.post.get_absolute_url())
    expect(text(page)).to_have_value(WORDS)

    fill(page, **IN_FULL | {"Your comment": WORDS})
    send(page)

    assert Comment.objects.latest("pk").parent == first
    assert_nothing_is_kept(page.context)


def test_what_answered_a_comment_that_has_gone_is_kept_as_a_comment_of_its_own(page, thread):
    first, _second = thread
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    fill(page, **IN_FULL)
    first.trash(by=None)
    assert send(page).status == 403
    assert list(kept(page)) == [f"/comments/on/{first.post_id}/"]

    send(page)

    assert Comment.objects.latest("pk").parent is None
    assert_nothing_is_kept(page.context)


def test_what_did_not_arrive_since_the_network_was_gone_is_kept(page, thread):
    address = thread[0].post.get_absolute_url()
    page.goto(f"{address}#comment-{thread[0].pk}")
    fill(page, **IN_FULL)
    page.context.set_offline(True)
    page.get_by_role("button", name="Post comment").click()
    page.wait_for_url("chrome-error://**", wait_until="commit")
    page.context.set_offline(False)

    page.goto(f"{address}#comment-{thread[0].pk}")
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    page.goto(f"{address}#comment-{thread[1].pk}")
    expect(text(page)).to_have_value(IN_FULL["Your comment"])


def test_a_post_that_was_taken_down_meanwhile_loses_nothing_and_has_it_when_it_is_back(page, thread):
    post = thread[0].post
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL)
    post.status = "private"
    post.save()
    assert send(page).status == 404
    expect(page.get_by_label("Your text")).to_have_value(IN_FULL["Your comment"])
    page.watch.look()

    post.status = "published"
    post.save()
    page.goto(post.get_absolute_url())

    expect(text(page)).to_have_value(IN_FULL["Your comment"])


def test_after_a_fault_the_words_are_sent_again_from_its_page(page, thread, live_server):
    post = thread[0].post
    page.goto(post.get_absolute_url())
    fill(page, **IN_FULL)
    with broken():
        assert send(page).status in {500, 503}
    page.watch.faults.clear()

    page.get_by_role("button", name="Send it again").click()

    expect(page.get_by_text("The boot is mine.")).to_be_visible()
    assert_nothing_is_kept(page.context)


class broken:
    """While in it, the blog can't store a decision."""

    def __enter__(self):
        self._rename("comments_decision", "elsewhere")

    def __exit__(self, *error):
        self._rename("elsewhere", "comments_decision")

    def _rename(self, old, new):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")


def test_who_has_to_log_in_first_finds_the_words_afterwards(page, thread, discussion):
    make_user(username="ruth", email="ruth@example.org")
    post = thread[0].post
    page.goto(post.get_absolute_url())
    reply_to(page, "Bea")
    fill(page, **IN_FULL)
    discussion(moderation="none", registration_required=True)
    assert send(page).status == 403
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    page.watch.look()

    page.goto(post.get_absolute_url())
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    page.get_by_label("Username").fill("ruth")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in", exact=True).click()

    expect(below(page, thread[1])).to_be_visible()
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    send(page)
    comment = Comment.objects.latest("pk")
    assert (comment.user.username, comment.parent) == ("ruth", thread[1])
    assert kept(page) == {}


def test_who_logs_in_in_another_tab_sends_it_from_the_first(open_browser, thread, discussion):
    page = open_browser(javascript=False)
    make_user(username="ruth", email="ruth@example.org")
    page.goto(thread[0].post.get_absolute_url())
    fill(page, **IN_FULL)
    discussion(moderation="none", registration_required=True)
    send(page)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in in a new tab").click()
    opened.value.get_by_label("Username").fill("ruth")
    opened.value.get_by_label("Password").fill("a long password")
    opened.value.get_by_role("button", name="Log in", exact=True).click()
    expect(opened.value.get_by_text("You are logged in.")).to_be_visible()
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Send it again")
    send(page)

    assert Comment.objects.latest("pk").user.username == "ruth"


# --- Back


@pytest.mark.parametrize("storage", [True, False], ids=["kept", "nothing kept"])
@pytest.mark.parametrize("cache", [True, False], ids=["as it was", "loaded anew"])
def test_after_reply_another_page_and_back_the_text_answers_the_same_comment(page, thread, storage, cache):
    first, _second = thread
    if not cache:
        page.add_init_script(NO_CACHE)
    if not storage:
        page.add_init_script(
            "delete Storage.prototype.setItem; Storage.prototype.setItem = () => { throw new Error() }"
        )
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    fill(page, **IN_FULL)
    to_the_archives(page)
    expect(page).to_have_url(re.compile("/archives/"))

    page.go_back()

    expect(below(page, first)).to_be_visible()
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    expect(page.locator("[name=parent]")).to_have_value(str(first.pk))
    fill(page, **IN_FULL)
    send(page)
    assert Comment.objects.latest("pk").parent == first


def test_after_reply_another_page_and_back_it_does_so_without_a_script(open_browser, thread):
    page = open_browser(javascript=False)
    first, _second = thread
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    fill(page, **IN_FULL)
    to_the_archives(page)

    page.go_back()

    expect(page.get_by_role("heading", name="Leave a Reply to Ann")).to_be_visible()
    expect(text(page)).to_have_value(IN_FULL["Your comment"])
    send(page)
    assert Comment.objects.latest("pk").parent == first


@pytest.mark.parametrize("cache", [True, False], ids=["as it was", "loaded anew"])
def test_after_a_reply_that_was_called_off_and_back_the_text_answers_nobody(page, thread, cache):
    first, _second = thread
    if not cache:
        page.add_init_script(NO_CACHE)
    page.goto(first.post.get_absolute_url())
    reply_to(page, "Ann")
    text(page).fill("To all.")
    page.get_by_role("link", name="Cancel reply").click()
    to_the_archives(page)

    page.go_back()

    expect(page.locator("section#comments > #respond")).to_be_visible()
    expect(text(page)).to_have_value("To all.")
    expect(page.locator("[name=parent]")).to_have_value("")


def test_a_logged_in_writers_page_which_no_cache_keeps_has_the_text_after_back(page, thread, live_server):
    editor = make_editor(username="eve")
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(editor.username)
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.goto(thread[0].post.get_absolute_url())
    reply_to(page, "Bea")
    text(page).fill("To Bea.")
    to_the_archives(page)

    page.go_back()

    expect(below(page, thread[1])).to_be_visible()
    expect(text(page)).to_have_value("To Bea.")


@pytest.mark.parametrize("with_script", [True, False])
def test_too_large_a_request_says_that_back_has_the_text_and_it_has(open_browser, thread, with_script):
    page = open_browser(javascript=with_script)
    page.goto(thread[0].post.get_absolute_url())
    page.set_default_timeout(30_000)
    # On the way each sign takes nine bytes.
    much = "文字文字文字文字\n" * 15_000
    text(page).evaluate("(field, much) => field.value = much", much)
    assert send(page).status == 413

    page.go_back()

    assert text(page).input_value() == much
