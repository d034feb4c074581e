"""Moments as machines read them."""

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def moment(value):
    """`value` for a `datetime` attribute: ISO 8601, in the blog's time, to the second; empty for None.

    HTML allows three digits of a second at the most, and databases keep six.
    """
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""
