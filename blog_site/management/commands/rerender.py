from django.core.management.base import BaseCommand

from comments.models import Comment
from posts.models import Author, Post

BATCH = 500


class Command(BaseCommand):
    help = "Computes every stored body_html anew, after a change of the rules in posts/markup.py."

    def handle(self, **options):
        for model, columns in (
            (Author, ["bio_html"]),
            (Post, ["body_html", "summary"]),
            (Comment, [*Comment.RENDERED]),
        ):
            changed = self._rerender(model, columns)
            self.stdout.write(f"{model._meta.verbose_name_plural}: {changed} changed")

    def _rerender(self, model, columns):
        changed, batch = 0, []
        for row in model.objects.order_by("pk").iterator(chunk_size=BATCH):
            before = [getattr(row, column) for column in columns]
            row.rerender()
            if before != [getattr(row, column) for column in columns]:
                batch.append(row)
            if len(batch) == BATCH:
                changed += model.objects.bulk_update(batch, columns)
                batch = []
        if batch:
            changed += model.objects.bulk_update(batch, columns)
        return changed
