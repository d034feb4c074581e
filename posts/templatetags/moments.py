"""Moments as machines read them."""

from django import template
from django.utils import timezone
from django.utils.formats import localize

register = template.Library()


@register.filter
def moment(value):
    """`value` for a `datetime` attribute: ISO 8601, in the blog's time, to the second; empty for None.

    HTML allows three digits of a second at the most, and databases keep six.
    """
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


@register.filter
def before_full_stop(value):
    """`value` in words at the end of a sentence, which has a full stop of its own: "9 a.m" before ".", not "9 a.m."."""
    return localize(timezone.localtime(value)).removesuffix(".") if value else ""
