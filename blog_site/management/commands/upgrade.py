import time

from django.core.management.base import BaseCommand

from blog_site.upgrading import STEPS


class Command(BaseCommand):
    help = (
        "Does all that new code needs before it serves, and says what it did: migrations, search index, static "
        "files, stored HTML, checks. Nothing is done twice; the blog may be running meanwhile."
    )
    # The first step, which says it in its own line.
    requires_system_checks = []

    def handle(self, **options):
        for name, step in STEPS.items():
            began = time.monotonic()
            self.stdout.write(f"{name}: {step()} ({time.monotonic() - began:.1f} s)")
        self.stdout.write("Now have it served: send SIGHUP to blog_site.serve, or to gunicorn, and restart the worker.")
