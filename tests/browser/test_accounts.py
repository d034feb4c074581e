"""Log-in, passwords, second factor and sessions in a real browser, without JavaScript but for passkeys."""

import os
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from blog_site.accounts.models import AccountEvent, FirstPassword
from tests.factories import make_user

from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

ADMIN = re.compile(r"^http://[^/]+/admin/$")
NEW = "four unrelated words there"


@pytest.fixture
def boss(live_server):
    return make_user(username="boss", is_staff=True, is_superuser=True, email="boss@example.org")


def log_in(page, words="a long password"):
    page.get_by_label("Username or email address").fill("boss")
    page.get_by_label("Password").fill(words)
    page.get_by_role("button", name="Log in", exact=True).click()


def prove(page):
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Continue").click()


def look(page, name):
    page.watch.look()
    if folder := os.environ.get("PICTURES"):
        width = page.viewport_size["width"]
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def code_for(key):
    return format_hotp_value(hotp_value(key, list(yield_hotp_counters_from_time())[1]))


def test_the_first_password_is_replaced_before_anything_else(page_without_javascript, boss):
    page = page_without_javascript
    FirstPassword.objects.give(boss)
    page.goto("/admin/posts/post/")
    look(page, "login")
    log_in(page)
    expect(page).to_have_url(re.compile("/accounts/password/change/"))
    expect(page.get_by_text("is only for the first login")).to_be_visible()
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/accounts/password/change/"))
    page.get_by_label("Current password").fill("a long password")
    page.get_by_label("New password", exact=True).fill("password1234")
    page.get_by_label("New password (again)").fill("password1234")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("in the lists that attackers try first")
    look(page, "password-refused")

    page.get_by_label("Current password").fill("a long password")
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password (again)").fill(NEW)
    page.get_by_role("button", name="Change password").click()

    expect(page).to_have_url(ADMIN)
    page.get_by_role("button", name="Log out").click()
    page.goto("/admin/")
    log_in(page, NEW)
    expect(page).to_have_url(ADMIN)


def test_an_app_is_set_up_and_asked_for_without_a_script(page_without_javascript, boss):
    page = page_without_javascript
    page.goto("/accounts/login/?next=/accounts/")
    log_in(page)
    look(page, "account")
    page.get_by_role("link", name="Second factor").click()
    look(page, "second-factor")
    page.get_by_role("link", name="Set up an app").click()
    look(page, "is-it-you")
    prove(page)
    look(page, "app")
    assert page.get_by_alt_text("The key as a QR code").evaluate("img => img.naturalWidth") > 0
    key = page.locator("code.key").inner_text()
    page.get_by_label("Code").fill(code_for(key))
    page.get_by_role("button", name="Turn on").click()
    look(page, "recovery-codes")
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have saved them").click()
    look(page, "second-factor-on")
    page.get_by_role("button", name="Log out").click()

    page.goto("/admin/")
    log_in(page)
    look(page, "code")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Log in", exact=True).click()

    expect(page).to_have_url(ADMIN)
    kinds = list(AccountEvent.objects.values_list("kind", flat=True))
    assert {"factor-added", "factor-refused", "code-used"} <= set(kinds)


def with_authenticator(page):
    """A security key in the browser, as its own tools for developers make one."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_logs_in_alone(page, boss):
    with_authenticator(page)
    page.goto("/accounts/login/?next=/accounts/2fa/")
    log_in(page)
    page.get_by_role("link", name="Add a passkey").click()
    prove(page)
    look(page, "add-passkey")
    page.get_by_label("Name of the passkey").fill("My telephone")
    page.get_by_label("Log in with this passkey alone").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/")
    look(page, "passkeys")
    expect(page.get_by_text("My telephone", exact=True)).to_be_visible()
    page.get_by_role("button", name="Log out").click()

    page.goto("/admin/")
    look(page, "login-passkey")
    page.get_by_role("button", name="Use a passkey instead").click()

    expect(page).to_have_url(ADMIN)
    assert Authenticator.objects.get(type="webauthn").last_used_at


def test_a_passkey_is_the_second_factor_after_the_password(page, boss):
    with_authenticator(page)
    page.goto("/accounts/login/?next=/accounts/2fa/")
    log_in(page)
    page.get_by_role("link", name="Add a passkey").click()
    prove(page)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Log out").click()

    page.goto("/admin/")
    log_in(page)
    look(page, "code-or-passkey")
    page.get_by_role("button", name="Use a passkey instead").click()

    expect(page).to_have_url(ADMIN)


def test_sessions_are_listed_and_ended(page, open_browser, boss):
    other = open_browser()
    for browser in (other, page):
        browser.goto("/accounts/login/?next=/accounts/sessions/")
        log_in(browser)
    look(page, "sessions")
    expect(page.get_by_text("This is your current session.")).to_be_visible()

    page.get_by_role("button", name="End the session of").click()
    prove(page)

    expect(page.get_by_text("have to log in again")).to_be_visible()
    other.goto("/admin/")
    expect(other.get_by_label("Username or email address")).to_be_visible()
    page.goto("/admin/")
    expect(page).to_have_url(ADMIN)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out_of_the_account_pages(open_browser, boss, scheme):
    page, found = open_browser(scheme=scheme, width=320), {}
    page.goto("/accounts/login/?next=/accounts/2fa/totp/activate/")
    log_in(page)
    found["is it you"] = violations(page)
    prove(page)
    found["app"] = violations(page)
    page.get_by_label("Code").fill(code_for(page.locator("code.key").inner_text()))
    page.get_by_role("button", name="Turn on").click()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (
            "",
            "logout/",
            "password/change/",
            "sessions/",
            "2fa/",
            "2fa/totp/deactivate/",
            "2fa/recovery-codes/",
            "2fa/recovery-codes/generate/",
            "2fa/webauthn/",
            "2fa/webauthn/add/",
        ):
            page.goto(f"/accounts/{path}")
            found[f"{path}, {width}"] = violations(page)
            look(page, f"{scheme}-{path.replace('/', '-')}")
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.goto("/admin/")
    log_in(page)
    found["code"] = violations(page)

    assert {name: faults for name, faults in found.items() if faults} == {}
