from comments.models import Comment
from posts.management.localised_command import LocalisedCommand
from posts.models import Author, Post
from posts.steps import Steps

BATCH = 500


class Command(LocalisedCommand):
    help = (
        "Computes all that is stored of texts as they are shown anew, after a change of the rules in posts/markup.py."
    )

    def handle(self, **options):
        self.steps = Steps()
        for model, columns, read_from in (
            (Author, ["bio_html"], ["bio"]),
            (Post, [*Post.RENDERED], [*Post.RENDERED_FROM - {"picture"}, "picture_id"]),
            (Comment, [*Comment.RENDERED], [*Comment.RENDERED_FROM]),
        ):
            changed = self._rerender(model, columns, read_from)
            self.stdout.write(f"{model._meta.verbose_name_plural}: {changed} changed")

    def _rerender(self, model, columns, read_from):
        changed, batch = 0, []
        for row in _all_of(model):
            before = [getattr(row, column) for column in columns]
            row.rerender()
            if before != [getattr(row, column) for column in columns]:
                batch.append(row)
            if len(batch) == BATCH:
                changed += self._write(model, batch, columns, read_from)
                batch = []
        return changed + self._write(model, batch, columns, read_from)

    def _write(self, model, batch, columns, read_from):
        written = 0
        for some in self.steps.split(batch, kind=model):
            with self.steps.step():
                locked = model.objects.filter(pk__in=[row.pk for row in some]).select_for_update(no_key=True)
                present = {pk: values for pk, *values in locked.values_list("pk", *read_from)}
                # What was saved since it was read, or deleted for ever, has been rendered with that.
                same = [row for row in some if present.get(row.pk) == [getattr(row, name) for name in read_from]]
                written += model.objects.bulk_update(same, columns)
        return written


def _all_of(model):
    """Every row, so many at a time: SQLite lets nobody write who is still reading what others have changed since."""
    last = 0
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from rows
        last = rows[-1].pk
