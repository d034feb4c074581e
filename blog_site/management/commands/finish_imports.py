"""`manage.py finish_imports`: what the worker starts where an import or an undo was killed."""

import contextlib

from blog_site.moving.jobs import StillRunning
from blog_site.moving.one_at_a_time import one_at_a_time
from blog_site.moving.undo import take_back_half_done
from posts.management.localised_command import LocalisedCommand


class Command(LocalisedCommand):
    help = "Takes back what an import that was cut off has left, and goes on with an undo; the worker starts it."

    def handle(self, **options):
        with contextlib.suppress(StillRunning), one_at_a_time():
            take_back_half_done()
