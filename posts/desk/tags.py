"""Tags as they are typed: names with commas between them, of tags that there are and of new ones."""

import re

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from posts.ids import parse_id
from posts.models import Tag

TYPED = "tag_names"
SEPARATORS = ",،、，\n"
MOST_SUGGESTED = 8
# In quotation marks, which are doubled within: what has a comma of its own. Anything else ends at one.
_NAME = re.compile(rf'\s*(?:"((?:[^"]|"")+)"\s*(?=[{SEPARATORS}]|$)|([^{SEPARATORS}]+))')


class Name(str):
    """A tag's name as it was typed, not a number."""

    __slots__ = ()


def split_names(text):
    """[Name] of what stands between commas."""
    typed_names = (quoted.replace('""', '"') or plain for quoted, plain in _NAME.findall(text.replace("\x00", "")))
    return [Name(name) for typed in typed_names if (name := " ".join(typed.split()))]


def join_names(names):
    """The line that split_names() reads."""
    return ", ".join(_quoted(name) if name[:1] == '"' or set(name) & set(SEPARATORS) else name for name in names)


def _quoted(name):
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


class TagsInput(forms.TextInput):
    """One line for all names. A script may post the numbers of tags in the field's own name instead."""

    def value_from_datadict(self, data, files, name):
        if TYPED in data:
            return split_names(data[TYPED])
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)

    def value_omitted_from_data(self, data, files, name):
        return False

    def format_value(self, value):
        pks = [parse_id(str(item)) for item in value if not isinstance(item, Name)]
        names = dict(Tag.objects.filter(pk__in=[pk for pk in pks if pk]).values_list("pk", "name"))
        return join_names(item if isinstance(item, Name) else names.get(parse_id(str(item)), "") for item in value)

    def get_context(self, name, value, attrs):
        return super().get_context(TYPED, value or [], attrs)


class RowsField(forms.ModelMultipleChoiceField):
    """Refuses what no row can have for a number, which a database would stumble over."""

    def clean(self, value):
        for item in value or []:
            if parse_id(str(item)) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(item)[:40]}
                )
        return super().clean(value)


class TagsField(RowsField):
    """Its value is a list of tags; those that are new are not stored yet."""

    def clean(self, value):
        if not any(isinstance(item, Name) for item in value or []):
            return super().clean(value)
        too_long = [name for name in value if len(name) > Tag._meta.get_field("name").max_length]
        if too_long:
            raise forms.ValidationError(
                _("The tag “%(name)s …” is too long. Put commas between tags."), params={"name": too_long[0][:40]}
            )
        return Tag.named(value)

    def has_changed(self, initial, data):
        if not any(isinstance(item, Name) for item in data or []):
            return super().has_changed(initial, data)
        return {Tag.fold(tag.name) for tag in initial or []} != {Tag.fold(name) for name in data}


class TagsForm(forms.ModelForm):
    def clean_tags(self):
        """Of tags that are called the same the post keeps those that it has."""
        had = {}
        for tag in self.initial.get("tags") or []:
            had.setdefault(Tag.fold(tag.name), []).append(tag)
        return [kept for tag in self.cleaned_data["tags"] for kept in had.get(Tag.fold(tag.name), [tag])]

    def _save_m2m(self):
        for tag in self.cleaned_data.get("tags") or []:
            if not tag.pk:
                tag.save()
        super()._save_m2m()


class SuggestsTags:
    """For PostAdmin: `…/tags/?q=…` answers with the names of tags, for whoever may write."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.suggested_tags)
        return [path("tags/", view, name="posts_post_tags"), *super().get_urls()]

    def suggested_tags(self, request):
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        asked = request.GET.get("q", "")[:200].replace("\x00", "").strip()
        names = Tag.objects.filter(name__icontains=asked).order_by("name", "pk").values_list("name", flat=True)
        return JsonResponse({"names": list(dict.fromkeys(names[: 4 * MOST_SUGGESTED]))[:MOST_SUGGESTED]})
