from django.core.management.base import BaseCommand
from django.db import DatabaseError

from posts.localised import localised
from posts.models import Blog


class LocalisedCommand(BaseCommand):
    """A command that writes or reads texts or times: in the blog's language, and its time zone."""

    def execute(self, *args, **options):
        with localised(_blog()):
            return super().execute(*args, **options)


def _blog():
    """The blog; one with nothing set where there is none yet, and the command itself says so if it needs one."""
    try:
        return Blog.load()
    except DatabaseError:
        return Blog()
