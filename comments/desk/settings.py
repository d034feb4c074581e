"""The blog's rules and how its discussion works, in Django's admin."""

from django.contrib import admin

from comments.models import Rule
from posts.admin import OneRowAdmin


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
        stored.revise(title=rule.title, text=rule.text)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.decisions.exists())


class DiscussionSettingsAdmin(OneRowAdmin):
    pass
