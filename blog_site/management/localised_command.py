from django.core.management.base import BaseCommand

from posts.localised import localised
from posts.models import Blog


class LocalisedCommand(BaseCommand):
    """A command that writes or reads texts or times: in the blog's language, and its time zone."""

    def execute(self, *args, **options):
        with localised(Blog.load()):
            return super().execute(*args, **options)
