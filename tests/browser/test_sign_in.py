"""Signing in to comment, with each provider, in a real browser: the words stay, whatever the way."""

import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment
from tests.factories import make_comment
from tests.sign_in import NAMES, PROFILES, configure, openid_provider, providers

from .test_access import violations
from .test_accounts import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
STYLES = "https://cdn.jsdelivr.net"  # where the OpenID provider's page has its own from
TEXT = "I was there, and saw it."


@pytest.fixture
def stand_in(settings, monkeypatch):
    settings.SIGN_IN_BY_EMAIL = True
    with providers() as server, openid_provider(monkeypatch) as openid:
        configure(settings, monkeypatch, server.address, openid=openid)
        server.sites = [server.address, openid]
        yield server


def lead_out(page, stand_in):
    page.watch.lead_to(*stand_in.sites, STYLES)
    page.context.route(f"{STYLES}/**", lambda route: route.fulfill(body="", content_type="text/css"))


@pytest.mark.parametrize(
    ("looks", "names"),
    [
        ({"javascript": False, "width": 375}, list(NAMES)),
        ({"scheme": "dark"}, ["wordpress", "google", "openid"]),
    ],
    ids=["plain", "script"],
)
def test_each_provider_brings_the_words_back_and_so_do_log_out_and_change(
    open_browser, stand_in, discussion, looks, names
):
    discussion(moderation="none")
    page, answered = open_browser(**looks), make_comment(name="Bo")
    lead_out(page, stand_in)
    text = page.get_by_label("Your comment")
    page.goto(f"{answered.post.get_absolute_url()}?replytocom={answered.pk}#respond")
    text.fill(TEXT)
    look(page, "sign-in")

    for provider in names:
        stand_in.person = PROFILES[provider]
        page.get_by_role("button", name=NAMES[provider], exact=True).click()
        if provider == "openid":
            page.get_by_role("button", name=re.compile("ann")).click()
        expect(page.get_by_text("Commenting as Ann")).to_be_visible()
        expect(text).to_have_value(TEXT)
        expect(text).to_be_in_viewport()
        if provider == "google":
            page.get_by_role("button", name="Change").click()
            expect(page.get_by_role("heading", name="Comment as somebody else")).to_be_visible()
            look(page, "change")
        elif provider != "openid":
            page.locator(".signed").get_by_role("button", name="Log out").click()
            expect(text).to_have_value(TEXT)

    page.get_by_role("button", name="Post comment").click()
    expect(page.locator(".e-content", has_text=TEXT)).to_be_visible()
    comment = Comment.objects.latest("pk")
    assert (comment.parent, comment.name) == (answered, "Ann of WordPress")  # one verified address, one account
    page.goto(answered.post.get_absolute_url())
    expect(text).to_have_value("")


def test_who_cancels_is_told_and_every_page_on_the_way_is_open_to_all(open_browser, stand_in):
    page, comment = open_browser(width=375, scheme="dark"), make_comment()
    lead_out(page, stand_in)
    page.goto(comment.post.get_absolute_url())
    assert violations(page) == []
    page.get_by_label("Your comment").fill(TEXT)
    stand_in.refused = "access_denied"

    page.get_by_role("button", name="WordPress.com").click()

    expect(page.get_by_role("alert")).to_contain_text("Signing in with WordPress.com was cancelled.")
    expect(page.get_by_label("Your comment")).to_have_value(TEXT)
    look(page, "cancelled")
    # Enter in a field sends the comment, and does not sign in.
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Enter your name")
    stand_in.refused = ""
    page.get_by_role("button", name="A code by email").click()
    look(page, "code")
    assert violations(page) == []
    page.get_by_role("link", name="Back to your comment").click()
    stand_in.person = PROFILES["google"]
    page.get_by_role("button", name="Google").click()
    expect(page.get_by_text("Commenting as Ann of Google")).to_be_visible()
    for path in ("/accounts/", "/accounts/connections/", "/accounts/delete/", "/accounts/change/"):
        page.goto(path)
        look(page, path.strip("/").replace("/", "-"))
        assert violations(page) == []
