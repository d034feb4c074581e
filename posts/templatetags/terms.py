"""The categories and tags of a post as links within a sentence."""

from django import template
from django.utils.html import format_html_join

register = template.Library()


@register.simple_tag
def category_links(categories):
    """The categories as HTML links, with commas between them."""
    rows = ((category.get_absolute_url(), category) for category in categories)
    return format_html_join(", ", '<a class="p-category" href="{}">{}</a>', rows)


@register.simple_tag
def tag_links(tags):
    """The tags as HTML links, with commas between them."""
    rows = ((tag.get_absolute_url(), tag) for tag in tags)
    return format_html_join(", ", '<a class="p-category" rel="tag" href="{}">{}</a>', rows)
