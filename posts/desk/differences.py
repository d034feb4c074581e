"""How two versions of a form's fields differ, in words that people read."""

from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from posts.diff import Row, compare


class Difference(NamedTuple):
    """A field of which there are two versions, and their comparison."""

    label: str
    rows: list[Row]

    @property
    def folds(self):
        """[(whether to fold them, rows)]: of what is the same in both the first and last paragraph of a run stay."""
        parts = []
        for is_same, run in groupby(self.rows, key=lambda row: row.is_same):
            rows = list(run)
            is_long = is_same and len(rows) > 3
            parts += [(False, rows[:1]), (True, rows[1:-1]), (False, rows[-1:])] if is_long else [(False, rows)]
        return parts


def differences(form, names, *, stored):
    """[Difference, …] of those fields of a bound form: what is `stored`, {name: value}, and what was typed."""
    return [Difference(form[name].label, compare(old, new)) for name, old, new in differing(form, names, stored=stored)]


def differing(form, names, *, stored):
    """(name, stored, typed) of the fields that differ, in words, without the comparison, which may take a second."""
    for name in names:
        field = form.fields[name]
        if isinstance(field, forms.BooleanField) and _was_not_shown(form, name, field):
            continue
        old, new = in_words(field, stored.get(name)), in_words(field, form[name].data)
        # Two ways to send the same are no difference.
        if old != new:
            yield name, old, new


def _was_not_shown(form, name, field):
    """True for a box that was not in the form as it was sent, where its widget can tell that from an empty one."""
    return field.widget.value_omitted_from_data(form.data, form.files, form.add_prefix(name))


def in_words(field, value):
    """A value of a form's field, stored or typed, as somebody would read it."""
    if isinstance(field, forms.BooleanField):
        return str(_("yes") if field.to_python(value) else _("no"))
    if isinstance(field, forms.ModelMultipleChoiceField):
        return "\n".join(sorted(map(str, _rows(field, value or [])), key=str.casefold))
    if isinstance(field, forms.ModelChoiceField):
        rows = _rows(field, [value] if value else [])
        return str(rows[0]) if rows else ""
    if isinstance(value, datetime):
        value = [part.isoformat() for part in field.widget.decompress(timezone.localtime(value).replace(tzinfo=None))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        # Corrections: a day and a text each.
        return "\n\n".join(" ".join(row.values()) for row in value if all(row.values())).replace("\r\n", "\n")
    if isinstance(value, list | tuple):
        return " ".join(str(part) for part in value if part)
    choices = dict(_flat(getattr(field, "choices", [])))
    return str(choices.get(value, "" if value is None else value)).replace("\r\n", "\n")


def _rows(field, values):
    """The rows that are meant, or what was typed for them; what is no row any more is left out."""
    name = field.to_field_name or "pk"
    keys = [getattr(value, name, value) for value in values]
    rows = []
    for key in keys:
        if isinstance(key, str) and not key.isdecimal():
            rows.append(key)
            continue
        try:
            rows += field.queryset.filter(**{name: key})
        except (ValueError, TypeError, OverflowError, ValidationError):
            continue
    return rows


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
