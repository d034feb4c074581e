"""What a page says of itself to machines, for its head."""

from django import template
from django.utils.text import Truncator

from posts import metadata
from posts.markup import plain_text
from posts.models.text import EXCERPT_WORDS

register = template.Library()


@register.simple_tag(takes_context=True)
def post_head(context, post):
    return metadata.post_head(post, context["blog"], context["categories"], context["tags"])


@register.simple_tag(takes_context=True)
def list_head(context, title, description=""):
    address, page = context["request"].path, context.get("page")
    if page and page.number > 1:
        address += f"?page={page.number}"
    blog, author = context["blog"], context.get("author")
    description = description or (author and shortened(plain_text(author.bio_html))) or blog.tagline or blog.title
    return metadata.list_head(title, description, address, blog, kind="profile" if author else "website")


def shortened(text):
    return Truncator(text).words(EXCERPT_WORDS, truncate=" …")
