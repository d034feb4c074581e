"""What an author might look at before a post is published. It advises; what must be so is said by `Post.clean()`."""

import re
from typing import NamedTuple
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from posts import costly_text
from posts.inner_links import broken_links
from posts.markup import plain_text, render_post
from posts.models import Picture
from posts.pictures.markup import without_alternative

MOST = 20  # pieces of advice of one kind
# As the live preview says it.
NOT_SET = gettext_noop(
    "This text takes too long to format, so it is shown as it was written. Look for hundreds of brackets, tags or "
    "quotation marks (>) in a row."
)
_HEADING = re.compile(r"<h([2-6])\b[^>]*>(.*?)</h\1>", re.DOTALL)


class Advice(NamedTuple):
    """What to do, the id of the field in which it is done, and what stands there, for a script to find it."""

    text: str
    field: str
    find: str = ""


def check(post, *, has_category):
    """[Advice] for a post whose `body_html` is of its text. Asks the database only for its pictures and links."""
    advice = [*_titles(post), *_pictures(post), *_links(post), *_headings(post)]
    if post.body in (costly_text.late() or ()):
        advice.append(Advice(_(NOT_SET), "id_body"))
    return [*advice, *_filing(post, has_category)]


def _titles(post):
    if not post.title.strip():
        yield Advice(_("Give the post a title."), "id_title")


def _pictures(post):
    for address in _silent(post)[:MOST]:
        name = unquote(address).rstrip("/").rpartition("/")[2] or address
        text = _("Say what the picture “%(name)s” shows, between its square brackets.") % {"name": name}
        yield Advice(text, "id_body", address)
    if post.picture and not post.picture.is_described:
        yield Advice(_("Describe the picture of the post, or tick “decorative”, under Pictures."), "id_picture")


def _silent(post):
    """The addresses of the pictures in the text that say nothing; without any, the text is not set for it."""
    if "![" not in post.body and "<img" not in post.body.lower():
        return []
    text = render_post(post.body, post.body_format, post.language)
    is_html = post.body_format == post.BodyFormat.HTML
    return without_alternative(text, Picture.objects.shown_in(text), empty_is_chosen=is_html)


def _links(post):
    for address in broken_links(post)[:MOST]:
        text = _("Correct the link to %(address)s: readers find nothing there.") % {"address": address}
        yield Advice(text, "id_body", address)


def _headings(post):
    before = 1
    for level, content in _HEADING.findall(post.body_html):
        level, words = int(level), plain_text(content)
        if level > before + 1:
            yield Advice(_skipped(post, words, before + 1), "id_body", words)
        before = level


def _skipped(post, words, level):
    mark = f"<h{level}>" if post.body_format == post.BodyFormat.HTML else "#" * level
    return _("Begin the heading “%(heading)s” with %(mark)s: it skips a level.") % {"heading": words, "mark": mark}


def _filing(post, has_category):
    if post.is_page:
        return
    if not post.excerpt.strip():
        yield Advice(
            _("Write an excerpt. Without one, lists and search engines show how the text begins."), "id_excerpt"
        )
    if not has_category:
        yield Advice(_("Choose a category."), "id_categories")
