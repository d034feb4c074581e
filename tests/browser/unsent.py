"""What the journeys with a comment that is not sent yet have in common: where its form, its words and its note are."""

import json

WORDS = "  Words that\n\ntook an *hour*. "
# So that Back loads the page anew, as it does with extensions, little memory, or another browser.
NO_CACHE = "addEventListener('unload', () => {})"


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
