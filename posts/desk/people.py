from .base import ArchiveAdmin, RendersFirst


class AuthorAdmin(RendersFirst, ArchiveAdmin):
    rendered_field = "bio"
    list_display = ["name", "slug", "user"]
    list_select_related = ["user"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
