"""Two people, or two tabs, with one form of the admin: who saves later is told, and overwrites nothing unseen."""

import hashlib

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db import IntegrityError, connection, models
from django.shortcuts import render
from django.utils.translation import gettext as _

from posts.desk.differences import differences

SEEN = "seen_version"
# Of a stored value that differs the message shows so much: a post's text whole, in all likelihood.
MOST_SHOWN = 20_000
# So many may save rows of one name at the same moment.
TRIES = 10


class VersionedForm(forms.ModelForm):
    """Refuses what was typed into an older version of the row, and says what is stored now.

    The version goes through the page as a hidden field. The page that tells of a newer one has that one's, so that
    saving it again replaces what it has shown. A script that posts no version saves at once: it has read no page.
    """

    # [Difference, …]: how the stored version differs from what was sent, where that was refused.
    conflict = None
    lists_stored = True

    seen_version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = {name: self.initial.get(name) for name in self.fields if name != SEEN}
        self.initial[SEEN] = self.fields[SEEN].initial = version_of(self.stored)

    def clean(self):
        cleaned = super().clean()
        name = self.add_prefix(SEEN)
        if self.data.get(name) and self.data[name] != self.initial[SEEN]:
            self.data = self.data.copy()
            self.data[name] = self.initial[SEEN]
            own = {field.name for field in self._meta.model._meta.get_fields()}
            differing = [name for name in self.changed_data if name in own and not self.fields[name].disabled]
            self.conflict = differences(self, differing, stored=self.stored)
            self.add_error(None, self._explain(differing if self.lists_stored else []))
        return cleaned

    def _explain(self, differing):
        stored = [
            _("%(field)s, saved version: %(value)s") % {"field": self.fields[name].label, "value": self._format(name)}
            for name in differing
        ]
        return [
            _(
                "Someone else has saved this since you opened it, or you saved it in another window. Your changes "
                "have not been saved. Compare the saved version with yours below, then save again to replace it."
            )
            if self.lists_stored
            else _(
                "Someone else has saved this since you opened it, or you saved it in another window. Your changes "
                "have not been saved. Both versions are shown above."
            ),
            *stored,
        ]

    def _format(self, name):
        value = self.stored[name]
        if isinstance(value, list):
            return ", ".join(map(str, value)) or "–"
        choices = dict(getattr(self.fields[name], "choices", None) or [])
        return str(choices.get(value, "–" if value in (None, "") else value))[:MOST_SHOWN]


class Versioned:
    """For every form of the admin that changes a row, unless it says `compares_versions_itself = True`.

    `shows_versions`: its page shows the form's `conflict`, and the message has no need to list what is stored.
    """

    def changeform_view(self, request, *args, **kwargs):
        """Saves once more where somebody else has just taken a slug or a name: the form, or the row, sees that now."""
        for _again in range(TRIES):
            try:
                return super().changeform_view(request, *args, **kwargs)
            except IntegrityError:
                continue
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        if self._is_versioned(request, obj):
            form = kwargs.get("form", self.form)
            more = {"lists_stored": not getattr(self, "shows_versions", False)}
            kwargs["form"] = type(form.__name__, (VersionedForm, form), more)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if not self._is_versioned(request, obj) or SEEN in flatten_fieldsets(fieldsets):
            return fieldsets
        (title, options), *others = fieldsets
        return [(title, options | {"fields": [*options["fields"], SEEN]}), *others]

    def _is_versioned(self, request, obj):
        itself = getattr(self, "compares_versions_itself", False)
        return obj is not None and not itself and self.has_change_permission(request, obj)

    def get_object(self, request, object_id, from_field=None):
        """The row; while a form is being saved nobody else saves it."""
        row = super().get_object(request, object_id, from_field)
        if row and request.method == "POST" and connection.in_atomic_block:
            locked = type(row)._base_manager.filter(pk=row.pk).select_for_update()
            return super().get_object(request, object_id, from_field) if list(locked.values_list("pk")) else None
        return row

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Somebody has deleted the row: what was typed is given back, to be copied."""
        if request.method != "POST":
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        form = self.get_form(request)
        typed = [
            (field.label or name, value)
            for name, field in form.base_fields.items()
            for value in [field.widget.value_from_datadict(request.POST, {}, name)]
            if isinstance(value, str) and value and not isinstance(field.widget, forms.PasswordInput)
        ]
        context = {**self.admin_site.each_context(request), "opts": opts, "typed": typed, "title": _("Not saved")}
        return render(request, "admin/gone.html", context, status=404)


def version_of(values):
    """What tells one version of {name: value} from another; values of many-to-many fields are lists of rows."""
    comparable = {name: _comparable(value) for name, value in values.items()}
    return hashlib.sha256(repr(sorted(comparable.items())).encode()).hexdigest()[:32]


def _comparable(value):
    if isinstance(value, list | models.QuerySet):
        return sorted(str(getattr(row, "pk", row)) for row in value)
    return str(value)
