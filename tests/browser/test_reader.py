"""Somebody reads: everything by following links, at every width, in light and dark, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from blog_site import demo
from comments.models import Comment
from posts.models import Author, Category, Post, Tag
from tests.factories import make_comment, make_post

from .watch import assert_nothing_is_kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_from_the_home_page_a_reader_gets_to_a_post_and_all_its_parts(reader, library):
    reader.goto("/")
    reader.get_by_role("heading", name="What was in the drain").get_by_role("link").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("What was in the drain")
    picture = reader.get_by_role("img", name="A grating, half lifted")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 1200)
    expect(reader.locator("figure figcaption")).to_contain_text("The grating on Mill Lane.")
    expect(reader.get_by_role("heading", name="What we found")).to_be_visible()
    expect(reader.locator("aside.author-bio")).to_contain_text("drains, and has done so since 1998")
    expect(reader.locator(".filed")).to_have_text("Posted in Drains and tagged boots, mill lane. Permalink")
    expect(reader.get_by_role("navigation", name="Previous and next post").get_by_role("link")).to_have_count(1)


def test_the_thread_shows_replies_below_what_they_answer(reader, library):
    first, answer, answer_to_it = Comment.objects.order_by("pk")[:3]

    reader.goto(library.get_absolute_url())

    expect(reader.get_by_role("heading", name="4 Responses to “What was in the drain”")).to_be_visible()
    nested = reader.locator(
        f"#comment-{first.pk} > ol > #comment-{answer.pk} > ol > #comment-{answer_to_it.pk} > .letter"
    )
    expect(nested.locator("h3")).to_contain_text("Catherine says:")
    expect(nested.locator(".e-content em")).to_have_text("one")
    expect(reader.get_by_role("heading", name="Leave a Reply")).to_be_visible()
    reader.watch.look()


def test_a_removed_comment_keeps_the_place_of_those_who_answered_it(reader, library):
    removed = Comment.objects.get(name="Rude Rudi")

    reader.goto(library.get_absolute_url())

    place = reader.locator(f"li#comment-{removed.pk}.tombstone")
    expect(place).to_contain_text("This comment is no longer shown.")
    expect(place.locator("ol")).to_contain_text("That was uncalled for.")
    expect(reader.locator("body")).not_to_contain_text("Words that somebody regrets.")


def test_the_date_of_a_comment_is_a_link_to_its_place(reader, library):
    deepest = Comment.objects.order_by("pk")[2]

    reader.goto(library.get_absolute_url())
    reader.locator(f"#comment-{deepest.pk} > .letter .when").click()

    expect(reader).to_have_url(re.compile(f"{re.escape(library.get_absolute_url())}#comment-{deepest.pk}$"))
    expect(reader.locator(f"#comment-{deepest.pk}")).to_be_in_viewport()


def test_the_line_below_a_post_leads_to_its_category_its_tag_its_author_and_itself(reader, library):
    address = library.get_absolute_url()
    reader.goto(address)

    reader.locator(".filed").get_by_role("link", name="Drains").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Drains")
    expect(reader).to_have_url(re.compile("/category/the-town/drains/$"))
    reader.get_by_role("link", name="What was in the drain").click()
    reader.locator(".filed").get_by_role("link", name="mill lane").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("mill lane")
    reader.get_by_role("link", name="What was in the drain").click()
    reader.get_by_role("link", name="All posts by Ann Writer").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Ann Writer")
    expect(reader.locator("main")).to_contain_text("drains, and has done so since 1998")
    reader.get_by_role("link", name="What was in the drain").click()
    reader.get_by_role("link", name="Permalink").click()
    expect(reader).to_have_url(re.compile(f"{re.escape(address)}$"))
    reader.watch.look()


def test_older_posts_stand_on_the_next_page_and_in_their_year(reader, library):
    oldest = Post.objects.order_by("published_at").first()
    reader.goto("/")

    expect(reader.get_by_role("article")).to_have_count(10)
    reader.get_by_role("link", name="Older").click()
    expect(reader.get_by_role("article")).to_have_count(2)
    reader.watch.look()
    reader.get_by_role("link", name="Newer").click()
    expect(reader).to_have_url(re.compile("[0-9]/$"))
    by_year = reader.get_by_role("navigation", name="By year")
    by_year.get_by_role("link", name=str(oldest.published_at.year)).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(str(oldest.published_at.year))


def test_from_post_to_post_a_reader_goes_back_in_time_and_forth(reader, library):
    reader.goto(library.get_absolute_url())

    reader.get_by_role("link", name="Previous").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Report number 2")
    reader.get_by_role("link", name="Next").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("What was in the drain")


def test_a_long_thread_goes_on_at_the_next_page(reader, library, discussion):
    discussion(per_page=2)
    last = make_comment(post=library, body="The last word.")

    reader.goto(library.get_absolute_url())
    reader.get_by_role("link", name="Later comments").first.click()

    expect(reader.locator(f"#comment-{last.pk}")).to_be_visible()
    reader.get_by_role("link", name="Earlier comments").first.click()
    expect(reader.locator(f"#comment-{last.pk}")).to_have_count(0)


def test_the_deepest_replies_are_readable_in_the_smallest_window(reader, discussion, live_server):
    discussion(max_depth=10)
    comment = make_comment(post=make_post(title="Deep"), body="Level 1 says something of ordinary length.")
    for level in range(2, 15):
        comment = make_comment(parent=comment, body=f"Level {level} says something of ordinary length.")

    reader.goto(f"{comment.post.get_absolute_url()}#comment-{comment.pk}")

    words = reader.locator(f"#comment-{comment.pk} > .letter .e-content p")
    expect(words).to_have_text("Level 14 says something of ordinary length.")
    assert words.bounding_box()["width"] >= 130, "Too narrow to read"


def test_words_without_a_space_break_instead_of_widening_the_page(reader, live_server):
    post = make_post(title="Donaudampfschifffahrt" * 6, body=f"{'Kapitän' * 40}\n\n    {'code ' * 60}")
    comment = make_comment(post=post, name="N" * 80, body=f"https://example.org/{'a-long-way-' * 20}\n\n{'Donau' * 60}")
    make_comment(parent=comment, name="W" * 80, body=f"`{'x' * 200}`")

    reader.goto("/")
    reader.watch.look()
    reader.goto(f"{post.get_absolute_url()}?replytocom={comment.pk}")
    reader.watch.look()


def test_an_address_that_leads_nowhere_gets_a_page_that_leads_on(reader, library):
    response = reader.goto("/2014/09/03/never-written/")

    assert response.status == 404
    expect(reader.get_by_role("heading", level=1)).to_have_text("Page not found")
    reader.watch.look()
    reader.get_by_role("link", name="Home page").click()
    expect(reader.get_by_role("article")).to_have_count(10)


def test_the_keyboard_skips_from_the_top_to_the_text(reader, library):
    reader.goto("/")

    reader.keyboard.press("Tab")
    skip = reader.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_the_sample_blog_is_sound(open_browser, live_server, width):
    demo.write()
    page = open_browser(scheme="dark", width=width)
    shown = [
        *Post.objects.published(),
        *Category.objects.filter(posts__isnull=False).distinct(),
        *Tag.objects.filter(posts__isnull=False).distinct(),
        *Author.objects.all(),
    ]
    addresses = ["/", *(row.get_absolute_url() for row in shown)]

    statuses = {address: page.goto(address).status for address in addresses}

    assert set(statuses.values()) == {200}, statuses
    assert_nothing_is_kept(page.context)
