from django import forms
from django.utils.translation import gettext_lazy as _

from posts.models import Tag

from .base import ArchiveAdmin


class CategoryAdmin(ArchiveAdmin):
    list_display = ["name", "path"]
    search_fields = ["name"]
    ordering = ["path", "pk"]


class TagForm(forms.ModelForm):
    def clean_name(self):
        name = self.cleaned_data["name"]
        found = Tag.named([name])[0]
        if self.instance._state.adding and found.pk:
            raise forms.ValidationError(_("There is a tag “%(name)s” already."), params={"name": found.name})
        return name


class TagAdmin(ArchiveAdmin):
    form = TagForm
    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
