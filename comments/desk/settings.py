"""The blog's rules and how its discussion works, in Django's admin."""

import hashlib

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from comments.desk.word_advice import advice_on
from comments.models import DiscussionSettings, Rule
from comments.rehearsal import RULES, rehearse
from posts.desk.base import OneRowAdmin

LISTS = ["hold_words", "block_words"]
# Lines of a list of which the page says what is odd.
ADVICE_SHOWN = 10


class RuleAdmin(admin.ModelAdmin):
    """The rules as they stand. Changing one that a decision names makes its next version."""

    list_display = ["number", "title", "text"]
    list_display_links = ["number", "title"]
    ordering = ["number", "pk"]
    fields = ["number", "title", "text"]

    def get_queryset(self, request):
        return Rule.objects.current()

    def get_readonly_fields(self, request, obj=None):
        return ["number"] if obj else []

    def save_model(self, request, rule, form, change):
        stored = Rule.objects.get(pk=rule.pk) if change else rule
        # Its next version, where somebody was told of this one: that is what the page goes on with.
        rule.pk = stored.revise(title=rule.title, text=rule.text).pk

    def response_change(self, request, rule):
        # Django goes on at the address of the version that was.
        request.path = reverse("admin:comments_rule_change", args=[rule.pk])
        return super().response_change(request, rule)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.decisions.exists())


class DiscussionSettingsForm(forms.ModelForm):
    """Before a rule that decides is saved, the page says what it would have done (see `comments.rehearsal`).

    Only our own page asks for that, by its hidden field: a script that posts the settings has read no page.
    """

    rehearsed = forms.CharField(required=False, widget=forms.HiddenInput, initial="no")
    rehearsal = None

    def __init__(self, data=None, *args, **kwargs):
        if data is not None and "edit_minutes" not in data and kwargs.get("instance"):
            # A script may send the fields that it knows.
            data = data.copy()
            data["edit_minutes"] = kwargs["instance"].edit_minutes
        super().__init__(data, *args, **kwargs)

    def clean(self):
        super().clean()
        # This very change was rehearsed, and the page that told of it sends it again.
        change = self._change()
        if self.errors or self.data.get("rehearsed", "") in {"", change}:
            return
        rehearsal = rehearse(DiscussionSettings.load(), DiscussionSettings(**self._rules()))
        if rehearsal and rehearsal.effects:
            self.rehearsal = rehearsal
            self.data = self.data.copy()
            self.data["rehearsed"] = change
            raise forms.ValidationError(
                _("Not saved yet. Check the effect on past comments, then save again."), code="rehearsal"
            )

    def advice(self):
        """[(name of a list, sentences about odd lines of it, how many more there are)], as they stand in the form."""
        lists = [(self[name].label, advice_on(self[name].value() or "")) for name in LISTS]
        return [
            (label, sentences[:ADVICE_SHOWN], len(sentences[ADVICE_SHOWN:])) for label, sentences in lists if sentences
        ]

    def _rules(self):
        return {name: self.cleaned_data.get(name) for name in RULES}

    def _change(self):
        return hashlib.sha256(repr(sorted(self._rules().items())).encode()).hexdigest()


class DiscussionSettingsAdmin(OneRowAdmin):
    form = DiscussionSettingsForm
