from .base import ArchiveAdmin


class CategoryAdmin(ArchiveAdmin):
    list_display = ["name", "path"]
    search_fields = ["name"]
    ordering = ["path", "pk"]


class TagAdmin(ArchiveAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
