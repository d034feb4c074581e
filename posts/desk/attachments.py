from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts.storage import TellsOfDisk


class AttachmentAdmin(TellsOfDisk, admin.ModelAdmin):
    """What came with an import and is no picture: to look for, and to delete with its file."""

    list_display = ["__str__", "link", "address"]
    search_fields = ["title", "address"]
    ordering = ["-pk"]
    fields = ["title", "description", "link", "address"]
    readonly_fields = ["title", "description", "link", "address"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(picture=None)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def delete_queryset(self, request, queryset):
        for attachment in queryset:
            attachment.delete()

    @admin.display(description=_("file"))
    def link(self, attachment):
        return format_html('<a href="{}">{}</a>', attachment.get_absolute_url(), attachment.file.name)
