from django.core.management.base import BaseCommand

from comments.mails import send_digest
from comments.models import DiscussionSettings
from posts.models import Author


class Command(BaseCommand):
    help = "Mails each author what waits below their posts, where the settings say so. Run it once a day, by cron."

    def handle(self, **options):
        if DiscussionSettings.load().notify_on != DiscussionSettings.NotifyOn.DIGEST:
            self.stdout.write("The discussion settings ask for no digest. Nothing was sent.")
            return
        authors = Author.objects.exclude(user=None).exclude(user__email="").select_related("user").order_by("pk")
        sent = sum(send_digest(author) for author in authors)
        self.stdout.write(f"{sent} sent.")
