"""What the desk's pages say about a writer."""

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments.models.queryset import COUNTED, SHOWN

register = template.Library()


def _numbers(comment):
    """{status: how many of the writer's, this comment aside}, as `with_circumstances()` counted them."""
    numbers = {status: getattr(comment, f"writer_{status.value}") for status in SHOWN}
    if comment.status in numbers:
        numbers[comment.status] -= 1
    return numbers


@register.filter
def has_others(comment):
    return any(_numbers(comment).values())


@register.filter
def writers_history(comment):
    """ "4 approved, 1 spam, first seen in March 2026", of the others by the same writer."""
    numbers = _numbers(comment)
    if not any(numbers.values()):
        return _("nothing else by this writer")
    # One of a hundred that were counted is this comment itself.
    told = [f"{n}{'+' if n >= COUNTED - 1 else ''} {status.label}" for status, n in numbers.items() if n > 0]
    since = date_format(comment.writer_since, "YEAR_MONTH_FORMAT")
    return _("other comments: %(numbers)s; first seen in %(month)s") % {"numbers": ", ".join(told), "month": since}
