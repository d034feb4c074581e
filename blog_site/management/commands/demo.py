from django.core.management.base import CommandError

from blog_site import demo
from blog_site.accounts.models import Setup
from posts.management.localised_command import LocalisedCommand
from posts.models import Post


class Command(LocalisedCommand):
    help = "Writes the sample blog: posts, pages, a picture, threads. Refuses where posts exist."

    def handle(self, **options):
        if Post.objects.exists():
            raise CommandError("There are posts already: the sample blog is for an empty one. Nothing was written.")
        Setup.keep(sample=demo.write(), removed_at=None)
        self.stdout.write(f"The sample blog is written: {Post.objects.count()} posts and pages.")
