from django.core.management.base import BaseCommand

from posts import related


class Command(BaseCommand):
    help = "Computes anew which posts are like which, for all of them: after an import, or a change past the models."

    def handle(self, **options):
        self.stdout.write(f"Other posts than before are related to {related.relate_all()} posts.")
