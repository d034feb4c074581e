"""The page that started the project, imported: every part of it, and a conversation that goes on."""

import html
import io
import re

import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains

from comments.models import Comment
from posts.models import Author, Post
from tests.factories import make_editor

pytestmark = [pytest.mark.django_db, pytest.mark.seed]


@pytest.fixture
def page_text(shared):
    return (shared / "seed/page.txt").read_text("utf-8")


@pytest.fixture
def imported(shared, page_text):
    call_command("import_wordpress", shared / "seed/export.wordpress.xml", stdout=io.StringIO())
    author = Author.objects.get()
    # Exports carry no bio: its author sets it.
    author.bio = re.search(r"^About .*?\n\n(.+?)\nThis entry", page_text, re.DOTALL | re.MULTILINE)[1].strip()
    author.save()
    return Post.objects.get()


def words(text):
    """The text as a reader sees it, whatever the white space, the tags and the shape of quotes."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_every_part_of_the_original_page_is_there(client, imported, page_text):
    page = words(client.get(imported.get_absolute_url()).content.decode())

    lines = [words(line) for line in page_text.split("Leave a Reply")[0].splitlines()]
    wanted = [re.sub(r"^\d+\. ", "", line) for line in lines if line]
    skipped = ("Advertisements", "About ", "This entry was posted", "2 Responses to")
    for line in wanted:
        if not line.startswith(skipped):
            assert line in page
    title = wanted[0]
    for part in (
        f"2 Responses to “{title}”",
        "About Richard Kemp",
        "Posted in Uncategorized and tagged",
        "Permalink",
        "3 Sep 2014",
        "Catherine says:",
        "Anon says:",
        "Leave a Reply",
    ):
        assert part in page


def test_the_caption_is_a_figure_and_all_tags_are_links(client, imported):
    page = client.get("/2014/09/03/weve-learnt-nothing-so-there-will-be-another-rotherham/")

    assertContains(page, "<figcaption>")
    assertContains(page, 'rel="tag"', count=8)
    assert page.content.decode().count("<p>", page.content.decode().index("e-content prose")) > 12


def test_two_comments_of_ours_are_held_approved_and_threaded_under_the_first(client, imported, discussion, send):
    discussion(moderation="first")
    catherine = Comment.objects.get(name="Catherine")
    editor = make_editor()

    first = send(imported, parent=catherine.pk, body="A reply to the first letter.", name="Dee")
    assertContains(client.get(first["Location"]), "awaiting moderation")
    Comment.objects.latest("pk").approve(by=editor)
    reply = Comment.objects.latest("pk")
    send(imported, parent=reply.pk, body="And one to that.", name="Eli", email="eli@example.org")
    Comment.objects.latest("pk").approve(by=editor)

    page = client.get(imported.get_absolute_url()).content.decode()
    order = [page.index(f'id="comment-{pk}"') for pk in (catherine.pk, reply.pk, Comment.objects.latest("pk").pk)]
    assert order == sorted(order)
    assert "4 Responses to" in page
    assert page.index("And one to that.") < page.index("Anon")
