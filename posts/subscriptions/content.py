"""What of a post stands in a mail, made from what its page shows: nothing is rendered anew."""

from typing import NamedTuple

from django.conf import settings
from django.utils.html import format_html

from posts.feeds.text import absolute_html
from posts.markup import for_mail, plain_text
from posts.pictures.markup import without_sizes
from posts.plain import as_text


class Letter(NamedTuple):
    """The same for everybody who gets it; `text` is plain, `html` without anything that needs a style."""

    title: str
    url: str
    author: str
    html: str
    text: str
    takes_comments: bool


def letter_of(post):
    """A post, whole, with its corrections; its addresses are absolute."""
    url = f"{settings.SITE_URL}{post.get_absolute_url()}"
    stored = without_sizes(_lead(post) + post.body_html + post.corrections_html)
    html = for_mail(absolute_html(stored, url), post.language)
    try:
        text = as_text(html)
    except RecursionError:  # lists in lists, hundreds of them
        text = plain_text(html)
    return Letter(str(post), url, post.author.name, html, text, post.comments_open)


def _lead(post):
    """The post's own picture, with its sizes, so that nothing moves when it is there."""
    picture = post.picture
    if not picture:
        return ""
    image = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}">',
        picture.fallback_url,
        picture.width,
        picture.height,
        picture.alt,
    )
    under = " ".join(filter(None, (picture.caption, picture.credit)))
    return format_html("<figure>{}<figcaption>{}</figcaption></figure>" if under else "<p>{}</p>", image, under)
