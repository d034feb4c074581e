"""Where a post's or a comment's page in the admin says that it came from another blog."""

from django import template
from django.urls import reverse

from blog_site.moving.models import ImportedRow

register = template.Library()


@register.simple_tag
def original_url(kind, pk):
    """The page with the text as it stood in the file that the row came in with; empty where it did not come in."""
    if not pk or not ImportedRow.objects.with_original(kind, pk).exists():
        return ""
    return reverse("admin:blog_site_import_original", args=[kind, pk])
