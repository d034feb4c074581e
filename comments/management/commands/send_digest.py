from django.core.management.base import BaseCommand

from comments.mails import send_digests
from comments.models import DiscussionSettings


class Command(BaseCommand):
    help = (
        "Mails authors what waits below their posts, and editors what waits below those of authors without an "
        "address, where the settings say so. Run it once a day, by cron."
    )

    def handle(self, **options):
        if DiscussionSettings.load().notify_on != DiscussionSettings.NotifyOn.DIGEST:
            self.stdout.write("The discussion settings ask for no digest. Nothing was sent.")
            return
        self.stdout.write(f"{send_digests()} sent.")
