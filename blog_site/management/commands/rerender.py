from django.core.management.base import BaseCommand
from django.db import transaction

from comments.models import Comment
from posts.models import Author, Post

BATCH = 500


class Command(BaseCommand):
    help = (
        "Computes all that is stored of texts as they are shown anew, after a change of the rules in posts/markup.py."
    )

    def handle(self, **options):
        for model, columns in (
            (Author, ["bio_html"]),
            (Post, [*Post.RENDERED]),
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
                changed += self._write(model, batch, columns)
                batch = []
        return changed + self._write(model, batch, columns)

    def _write(self, model, batch, columns):
        with transaction.atomic():
            locked = model.objects.filter(pk__in=[row.pk for row in batch]).select_for_update(no_key=True)
            # What was deleted for ever since it was read does not come back.
            gone = set(locked.filter(status=Comment.Status.ERASED)) if model is Comment else set()
            kept = [row for row in batch if row not in gone]
            return model.objects.bulk_update(kept, columns)
