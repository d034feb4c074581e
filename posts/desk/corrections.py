"""Corrections in the form of a post: a day and a text each, and an empty one for the next."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.costly_text import REFUSED
from posts.markup import typeset
from posts.models.correction import LONGEST, MOST, validate_corrections


class HasCorrections(admin.ModelAdmin):
    """For the admin of posts."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "corrections":
            return CorrectionsField(label=_("Corrections"), required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class CorrectionsInput(forms.Widget):
    """Fields that are numbered, `corrections-0-on` and `corrections-0-text`; its value is a list of {"on", "text"}."""

    def value_from_datadict(self, data, files, name):
        return [
            {"on": data.get(f"{name}-{number}-on", ""), "text": data[f"{name}-{number}-text"]}
            for number in range(MOST + 1)
            if f"{name}-{number}-text" in data
        ]

    def value_omitted_from_data(self, data, files, name):
        return f"{name}-0-text" not in data

    def id_for_label(self, id_):
        return f"{id_}-0-on" if id_ else ""

    def render(self, name, value, attrs=None, renderer=None):
        rows = [row for row in value or [] if row["text"].strip()]
        if len(rows) < MOST:
            rows.append({"on": timezone.localdate().isoformat(), "text": ""})
        context = {"name": name, "rows": rows, "longest": LONGEST, "has_errors": (attrs or {}).get("aria-invalid")}
        return render_to_string("admin/posts/post/_correction_rows.html", context)


class CorrectionsField(forms.Field):
    widget = CorrectionsInput

    def to_python(self, value):
        return sorted((_correction(row) for row in value if row["text"].strip()), key=lambda each: each["on"])

    def validate(self, value):
        super().validate(value)
        validate_corrections(value)
        if any(typeset(each["text"]).is_plain for each in value):
            raise ValidationError(REFUSED, code="not_rendered")

    def has_changed(self, initial, data):
        try:
            return self.to_python(data or []) != (initial or [])
        except ValidationError:
            return True


def _correction(row):
    text = "\n".join(row["text"].strip().splitlines())
    day = forms.DateField(error_messages={"required": _("Enter the date of each correction.")})
    on = day.clean(row["on"])
    if on > timezone.localdate():
        raise ValidationError(_("The date of a correction can't be in the future."), code="future")
    return {"on": on.isoformat(), "text": text}
