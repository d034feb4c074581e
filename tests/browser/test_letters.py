"""A thread in the browser: folds, permalinks, the number in the margin, what is new; and how the text is set."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.factories import LONG_AGO, make_comment, make_post

from .watch import assert_nothing_is_kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PAPER = {"light": "rgb(251, 250, 247)", "dark": "rgb(23, 22, 20)"}
# How many characters stand on each line of the article's first paragraph but the last.
CHARACTERS_A_LINE = """() => {
  const text = document.querySelector(".prose p").firstChild, lines = new Map(), range = document.createRange();
  for (let i = 0; i < text.length; i++) {
    range.setStart(text, i);
    range.setEnd(text, i + 1);
    const top = Math.round(range.getBoundingClientRect().top);
    lines.set(top, (lines.get(top) || 0) + 1);
  }
  return [...lines.values()].slice(0, -1);
}"""
# WCAG 1.4.12
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
PROSE = "The council met on Tuesday and nobody asked the question that everybody had come to hear answered. " * 8


@pytest.fixture
def chain(live_server):
    """Nine comments, each an answer to the one before it."""
    comment = make_comment(post=make_post(title="Deep", body=PROSE), name="Writer 1", submitted_at=LONG_AGO)
    comments = [comment]
    for number in range(2, 10):
        at = LONG_AGO + timedelta(minutes=number)
        comments.append(make_comment(parent=comments[-1], name=f"Writer {number}", submitted_at=at))
    return comments


def letter(page, comment):
    return page.locator(f"#comment-{comment.pk} > .letter")


def put_on(page, css):
    """Lays the reader's own style sheet over the page, as an extension does: the page's policy has no say in it."""
    page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", css
    )


def test_what_goes_below_the_fifth_level_is_folded_and_unfolds_at_its_line(reader, chain):
    reader.goto(chain[0].post.get_absolute_url())

    expect(letter(reader, chain[4])).to_be_visible()
    expect(letter(reader, chain[5])).to_be_hidden()
    reader.get_by_text("4 more replies").click()
    for comment in chain[5:]:
        expect(letter(reader, comment)).to_be_visible()
    reader.watch.look()


def test_an_address_into_a_fold_opens_it_and_leads_to_the_comment(reader, chain):
    reader.goto(f"{chain[0].post.get_absolute_url()}#comment-{chain[7].pk}")

    expect(letter(reader, chain[7])).to_be_visible()
    expect(letter(reader, chain[7])).to_be_in_viewport()
    expect(reader.locator(f"#comment-{chain[7].pk}")).to_be_focused()


def test_the_permalink_of_a_folded_comment_needs_no_unfolding(reader, chain):
    reader.goto(chain[7].get_absolute_url())

    expect(letter(reader, chain[7])).to_be_in_viewport()
    expect(reader.locator(f"details #comment-{chain[7].pk}")).to_have_count(0)
    expect(reader.locator(f"#comment-{chain[7].pk}")).to_be_focused()
    reader.get_by_role("link", name="All comments").first.click()
    expect(letter(reader, chain[0])).to_be_visible()


def test_a_permalink_lands_at_its_comment_after_the_thread_has_changed(reader, chain, discussion):
    post = chain[0].post
    later = [make_comment(post=post, name=f"Later {number}") for number in range(3)]
    links = {comment.pk: comment.get_absolute_url() for comment in (chain[0], chain[7], later[1])}

    discussion(per_page=1, order="newest")
    make_comment(post=post, name="The newest")
    later[0].trash(by=None)

    for comment in (chain[0], chain[7], later[1]):
        reader.goto(links[comment.pk])
        expect(letter(reader, comment)).to_be_in_viewport()
        expect(reader.locator(f"#comment-{comment.pk}")).to_be_focused()
    reader.watch.look()


def test_the_permalink_of_a_removed_comment_shows_its_place_or_says_so(reader, chain):
    leaf = make_comment(post=chain[0].post, name="Leaf")
    for comment in (leaf, chain[2]):
        comment.trash(by=None)

    reader.goto(leaf.get_absolute_url())
    expect(reader.get_by_text("The comment you followed a link to is not shown.")).to_be_in_viewport()
    reader.goto(chain[2].get_absolute_url())
    expect(reader.locator(f"#comment-{chain[2].pk} > .gone")).to_be_in_viewport()
    reader.watch.look()


def test_an_old_link_finds_its_comment_on_the_page_where_it_stands_now(page, chain, discussion):
    post = chain[0].post
    last = [make_comment(post=post, name=f"Later {number}") for number in range(3)][-1]
    discussion(per_page=1)

    for address in ("", "?comments=2", "comment-page-2/"):
        page.goto(f"{post.get_absolute_url()}{address}#comment-{last.pk}")
        expect(letter(page, last)).to_be_in_viewport()
    page.goto(f"{post.get_absolute_url()}#comment-{last.pk + 1000}")
    expect(page.get_by_text("The comment you followed a link to is not shown.")).to_be_in_viewport()
    page.watch.look()


def test_an_old_link_is_asked_for_once_where_a_cache_has_an_older_page(page, chain, discussion):
    post = chain[0].post
    last = make_comment(post=post, name="Later")
    discussion(per_page=1)
    page.goto(post.get_absolute_url())
    older, asked = page.content(), []
    # In two steps as the server's redirect is: its target is not asked of a route.
    there = f"<script>location.replace('?comments=2#comment-{last.pk}')</script>"

    def lead_on(route):
        asked.append(route.request.url)
        route.fulfill(body=there, content_type="text/html")

    page.route(f"**/*?comment={last.pk}", lead_on)
    page.route("**/*?comments=2", lambda route: route.fulfill(body=older, content_type="text/html"))

    page.goto("/")
    page.goto(f"{post.get_absolute_url()}#comment-{last.pk}")
    page.wait_for_url(f"**/*?comments=2#comment-{last.pk}")
    page.wait_for_load_state("networkidle")

    assert len(asked) == 1


def test_the_comment_that_an_address_names_is_marked_and_no_other(page, chain):
    page.goto(f"{chain[0].post.get_absolute_url()}#comment-{chain[2].pk}")

    mark = "e => getComputedStyle(e).borderInlineStartColor"
    marks = [letter(page, comment).evaluate(mark) for comment in chain[:5]]
    assert len(set(marks)) == 2
    assert marks.count(marks[2]) == 1


def test_a_reply_leads_to_what_it_answers(page, chain):
    page.goto(chain[0].post.get_absolute_url())

    letter(page, chain[3]).get_by_role("link", name="in reply to 3 by Writer 3").click()

    expect(page.locator(f"#comment-{chain[2].pk}")).to_be_focused()


def test_each_comment_is_a_heading_to_those_who_go_by_headings(page, chain):
    page.goto(chain[0].post.get_absolute_url())

    for number in (1, 5):
        expect(page.get_by_role("heading", level=3, name=f"Comment {number}: Writer {number} says")).to_be_visible()


def test_new_comments_are_marked_only_for_who_asked_for_it(page, chain):
    post = chain[0].post
    page.goto(post.get_absolute_url())
    page.reload()
    assert_nothing_is_kept(page.context)

    button = page.get_by_role("button", name="Mark what is new since my last visit")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    late = make_comment(post=post, name="Late Lotte")
    page.goto("/")
    page.goto(post.get_absolute_url())
    expect(page.locator(".thread .stamp")).to_have_count(1)
    expect(letter(page, late).locator(".stamp")).to_have_text("new")
    page.get_by_role("link", name="Go to the first new comment (1)").click()
    expect(page.locator(f"#comment-{late.pk}")).to_be_focused()
    page.watch.look()
    page.reload()
    expect(page.locator(".thread .stamp")).to_have_count(0)

    button.click()
    assert_nothing_is_kept(page.context)


def test_without_a_script_there_is_no_button_that_does_nothing(page_without_javascript, chain):
    page_without_javascript.goto(chain[0].post.get_absolute_url())

    expect(page_without_javascript.get_by_role("main").get_by_role("button")).to_have_text(["Post comment", "Preview"])
    expect(page_without_javascript.locator("#scheme")).to_be_hidden()


@pytest.mark.parametrize(("system", "wanted"), [("light", "dark"), ("dark", "light")])
def test_a_chosen_scheme_is_there_from_the_first_paint_and_on_every_page(open_browser, chain, system, wanted):
    page = open_browser(scheme=system)
    background = "getComputedStyle(document.documentElement).backgroundColor"
    page.goto(chain[0].post.get_absolute_url())
    assert page.evaluate(background) == PAPER[system]

    page.get_by_role("button", name=wanted.title()).click()
    assert page.evaluate(background) == PAPER[wanted]
    page.add_init_script(f"""new MutationObserver((_, observer) => {{
      if (!document.body) return;
      observer.disconnect();
      window.atFirst = {background};
    }}).observe(document, {{ childList: true, subtree: true }})""")
    page.goto("/")
    assert page.evaluate("window.atFirst") == page.evaluate(background) == PAPER[wanted]
    expect(page.get_by_role("button", name=wanted.title())).to_have_attribute("aria-pressed", "true")

    page.get_by_role("button", name="System").click()
    assert page.evaluate(background) == PAPER[system]
    assert_nothing_is_kept(page.context)


def test_a_line_of_text_has_60_to_75_characters_and_is_17_to_20_pixels_high(open_browser, chain):
    page = open_browser(width=1440)
    page.goto(chain[0].post.get_absolute_url())

    lines = page.evaluate(CHARACTERS_A_LINE)
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.prose p')).fontSize)")

    assert 60 <= sum(lines) / len(lines) <= 75
    assert 17 <= size <= 20


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("css", [SPACED, "html { font-size: 36px !important; }"], ids=["spaced", "text at 200 %"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_page_is_wider_than_its_window_with_text_spaced_out_or_twice_as_large(
    open_browser, chain, library, width, css, direction
):
    page = open_browser(width=width)
    for address in ("/", library.get_absolute_url(), f"{chain[0].post.get_absolute_url()}#comment-{chain[8].pk}"):
        page.goto(address)
        page.evaluate("dir => document.documentElement.dir = dir", direction)
        put_on(page, css)
        page.watch.look()


def test_on_paper_the_comments_are_kept_the_folded_ones_too_and_nothing_that_one_would_click(page, chain):
    page.emulate_media(media="print")
    page.goto(chain[0].post.get_absolute_url())

    expect(letter(page, chain[8]).locator(".e-content")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.locator("#respond")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == PAPER["light"]


def test_links_are_written_out_on_paper(page, live_server):
    post = make_post(body="Read [the report](https://example.org/report).")
    page.emulate_media(media="print")
    page.goto(post.get_absolute_url())

    shown = page.get_by_role("link", name=re.compile("the report")).evaluate(
        "e => getComputedStyle(e, '::after').content"
    )

    assert "https://example.org/report" in shown


@pytest.mark.parametrize("width", [768, 1440])
def test_fields_side_by_side_and_their_labels_stand_on_one_line(open_browser, chain, width):
    page = open_browser(width=width)
    page.goto(chain[0].post.get_absolute_url())

    for mark in ("label[for=comment-form-{}]", "#comment-form-{}"):
        name, email = (page.locator(mark.format(field)).bounding_box() for field in ("name", "email"))
        assert name["y"] == email["y"]
        assert name["x"] < email["x"]


@pytest.mark.parametrize("with_script", [True, False])
def test_a_quote_above_the_form_goes_in_its_own_direction(open_browser, chain, settings, with_script):
    settings.LANGUAGE_CODE = "ar"
    page = open_browser(javascript=with_script)
    page.goto(chain[0].post.get_absolute_url())

    letter(page, chain[0]).locator(".reply a").click()

    quote = page.locator("#answering blockquote")
    expect(quote).to_be_visible()
    expect(quote).to_have_css("direction", "ltr")
