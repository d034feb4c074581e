from django.core.management.base import BaseCommand

from blog_site.worker import LEASE, PAUSES, Worker


class Command(BaseCommand):
    help = "Sends the mails that wait, and does whatever else need not happen while somebody waits for a page."

    def add_arguments(self, parser):
        parser.add_argument("--until-idle", action="store_true", help="do what is due now, and end")
        parser.add_argument(
            "--lease", type=int, default=LEASE, help="seconds that a task may take (default: %(default)s)"
        )
        parser.add_argument(
            "--pause",
            type=float,
            action="append",
            help="seconds before a task that failed is tried again, once for each try (default: two days in all)",
        )
        parser.add_argument("--parent", type=int, help="end when this is no longer the parent process")

    def handle(self, *, until_idle, lease, pause, parent, **options):
        worker = Worker(lease=lease, pauses=pause or PAUSES, parent=parent)
        if until_idle:
            worker.run_until_idle()
        else:
            worker.run_until_stopped()
