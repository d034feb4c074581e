"""axe finds nothing that keeps people out on any type of public page, and none is wider than its window."""

import pytest

from tests.audit.pages import write_blog

from .test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# As a form of the blog's own would send it.
SEND = """([path, fields]) => {
  const form = document.createElement("form");
  form.hidden = true; // a megabyte of words takes seconds to lay out
  form.method = "post";
  form.action = path;
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  // Comments need no token; whoever logs in sends the page's.
  if (path.startsWith("/accounts/")) form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
  document.body.append(form);
  form.submit();
}"""
SMALL_BUTTONS = """for (const word of ["one", "two"]) {
  const button = document.createElement("button");
  button.textContent = word;
  button.style = "border: 0; font-size: 6px; margin: 0; min-height: 0; padding: 0";
  document.querySelector("main").append(button);
}"""


@pytest.fixture
def pages(live_server, settings):
    settings.ROOT_URLCONF = "tests.audit.urls"
    return write_blog()


def visit(browser, page):
    """Opens a page of the list, by sending what it asks for."""
    if page.form is None:
        status = browser.goto(page.path).status
    else:
        browser.goto("/accounts/login/")
        with browser.expect_navigation() as navigation:
            browser.evaluate(SEND, [page.path, page.form])
        status = navigation.value.status
    assert status == page.status
    # Some pages are there to break.
    broken = ("500 for", "503 for")
    browser.watch.faults[:] = [fault for fault in browser.watch.faults if not fault.startswith(broken)]


@pytest.mark.parametrize("look", [("light", 320), ("dark", 320), ("light", 1280), ("dark", 1280)], ids=str)
def test_nothing_keeps_anybody_out_of_any_page(open_browser, pages, look):
    scheme, width = look
    browser = open_browser(scheme=scheme, width=width)

    found = {}
    for name, page in pages.items():
        visit(browser, page)
        browser.watch.look()
        found[name] = violations(browser)

    assert {name: faults for name, faults in found.items() if faults} == {}


# What somebody wrote and could not send stands in a field without a form: that is printed.
PRESSED = "nav, form, input, select, button, [role=search], .skip, .reply, .way-down"


def test_no_page_has_a_menu_a_search_or_a_form_on_paper(open_browser, pages):
    browser = open_browser()
    browser.emulate_media(media="print")

    found = {}
    for name, page in pages.items():
        visit(browser, page)
        found[name] = browser.evaluate(
            "mark => [...document.querySelectorAll(mark)].filter(e => e.getClientRects().length).map(e => e.outerHTML)",
            PRESSED,
        )
        assert browser.locator("h1").first.is_visible(), name

    assert {name: shown for name, shown in found.items() if shown} == {}


@pytest.mark.parametrize(
    ("rule", "breaking"),
    [
        ("image-alt", "document.querySelector('img').removeAttribute('alt')"),
        ("color-contrast", "document.querySelector('.dateline').style.color = '#bbb'"),
        ("autocomplete-valid", "document.getElementById('comment-form-name').autocomplete = 'nonsense'"),
        ("target-size", SMALL_BUTTONS),
        ("region", "document.querySelector('main').replaceWith(...document.querySelector('main').childNodes)"),
    ],
)
def test_a_page_with_one_fault_is_found_out(open_browser, pages, rule, breaking):
    browser = open_browser()
    visit(browser, pages["a post with a picture"])
    assert violations(browser) == []

    browser.evaluate(breaking)

    assert any(fault.startswith(f"{rule}: ") for fault in violations(browser))
