"""Corrections that stand below a post: what was wrong, as of which day. They are kept in the post's own row, so that
its page reads nothing more for them."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from posts.markup import plain_text, render_note

MOST = 20  # below one post
LONGEST = 2000  # characters of one's text
# What begins each in the HTML; see `as_data()`.
_ITEM = '<li class="correction">'


def validate_corrections(value):
    """A list of {"on": a day as ISO 8601 has it, "text": Markdown}."""
    is_list = isinstance(value, list) and len(value) <= MOST
    if not (is_list and all(_is_correction(each) for each in value)):
        raise ValidationError(
            gettext_lazy("Corrections are a list of days and texts: up to %(most)d, of up to %(longest)d characters."),
            params={"most": MOST, "longest": LONGEST},
        )


def _is_correction(each):
    if not isinstance(each, dict) or each.keys() != {"on", "text"}:
        return False
    on, text = each["on"], each["text"]
    return isinstance(text, str) and 0 < len(text) <= LONGEST and isinstance(on, str) and bool(_day(on))


def _day(text):
    try:
        return parse_date(text)
    except ValueError:
        return None


def as_html(corrections, language=""):
    """The section below the article, in the language of its text; empty without corrections."""
    if not corrections:
        return ""
    spoken = language if language and translation.check_for_language(language) else settings.LANGUAGE_CODE
    with translation.override(spoken):
        items = [
            (
                each["on"],
                _("Corrected on %(date)s:") % {"date": _format_day(each["on"])},
                render_note(each["text"], language),
            )
            for each in corrections
        ]
        heading = ngettext("Correction", "Corrections", len(items))
    pattern = _ITEM + '<p class="corrected-on"><time datetime="{}">{}</time></p>\n{}</li>'
    return format_html(
        '<section class="corrections" aria-labelledby="corrections">\n<h2 id="corrections">{}</h2>\n<ul>{}</ul>\n'
        "</section>",
        heading,
        format_html_join("\n", pattern, items),
    )


def _format_day(on):
    return date_format(date.fromisoformat(on), "DATE_FORMAT")


def as_data(corrections, rendered):
    """The corrections as schema.org has them, out of what as_html() made of them."""
    texts = rendered.split(_ITEM)[1:]
    return [
        {"@type": "CorrectionComment", "datePublished": each["on"], "text": plain_text(text)}
        for each, text in zip(corrections, texts, strict=False)
    ]
