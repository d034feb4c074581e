"""The one place where it is said that what readers see has changed: `public_changed()`.

It advances the blog's generation, a number that is another for each state of what readers see, and those of the posts
that changed. Whoever keeps something that was made of what is public (feeds' validators, parts of pages, other
programs' copies) goes by them alone; `posts/generation.py` reads them.

A reader who has read a generation, and then the rows, has rows at least as new, since both are stored by one commit.
What of that was changed below posts alone is counted beside it: what is left tells the states of all else apart.

The generation is the sum of `ChangeCount`'s rows. A transaction adds to one that no other holds at that moment, and
makes one more where there is none: nobody waits for another's transaction, and no two can wait for each other, however
long they take and in whatever order they change things. What is committed only ever becomes more, so each commit that
changes something has a sum of its own.
"""

from django.db import models, transaction
from django.db.models import Case, F, When
from django.db.models.functions import Greatest
from django.utils import timezone

# The columns of a post that are written where nothing but what stands below it changes.
WRITTEN_FROM_BELOW = ("comment_count", "generation", "changed_at")


class ChangeCount(models.Model):
    """A part of the blog's generation; some rows for each of as many transactions as there ever were at once."""

    number = models.PositiveBigIntegerField(default=1)
    # How many of these changed nothing but what stands below posts.
    below = models.PositiveBigIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "number of changes"
        verbose_name_plural = "numbers of changes"

    def __str__(self):
        return str(self.number)


def public_changed(posts=None, *, counts=None, below=False):
    """Says that what readers see has changed, in the transaction that changes it; best at its end.

    `posts`: those of which something has changed, a queryset; they get another generation of their own, too. With none
    in it nothing has changed. What stands with many posts, such as a menu, changes none of them. `below`: nothing else
    than what stands below them has changed. `counts`: their new numbers of comments, {post's number: a number or an
    expression}.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Call it in the transaction of the change.")
    if posts is not None and not models.QuerySet.update(posts, **next_of_posts(), **_comment_count(counts)):
        return
    now = timezone.now()
    # Those of this transaction itself are free to it.
    free = ChangeCount.objects.select_for_update(skip_locked=True, no_key=True).order_by("pk").values("pk")[:1]
    more = {"number": F("number") + 1, "below": F("below") + int(below), "changed_at": now}
    if not ChangeCount.objects.filter(pk=free).update(**more):
        ChangeCount.objects.create(below=int(below), changed_at=now)


def next_of_posts():
    """{column: value} that gives posts their next generation."""
    return {"generation": F("generation") + 1, "changed_at": timezone.now()}


def _comment_count(counts):
    if not counts:
        return {}
    whole = models.IntegerField()
    if len(counts) == 1:
        return {"comment_count": Greatest(*counts.values(), 0, output_field=whole)}
    new = (When(pk=pk, then=count) for pk, count in counts.items())
    # A number that is wrong, after rows came in past the models, must not stand in a moderator's way.
    return {
        "comment_count": Greatest(Case(*new, default=F("comment_count"), output_field=whole), 0, output_field=whole)
    }


class PublicQuerySet(models.QuerySet):
    """Sets of rows that readers see: whatever writes many of them at once says so."""

    def update(self, **values):
        with transaction.atomic(using=self.db, savepoint=False):
            updated = super().update(**values)
            if updated:
                public_changed()
        return updated

    update.alters_data = True

    def bulk_create(self, *args, **kwargs):
        with transaction.atomic(using=self.db, savepoint=False):
            created = super().bulk_create(*args, **kwargs)
            if created:
                public_changed()
        return created

    def delete(self):
        with transaction.atomic(using=self.db):
            deleted = super().delete()
            if deleted[0]:
                public_changed()
        return deleted

    delete.alters_data = True
    delete.queryset_only = True


class Public(models.Model):
    """A row that readers see: to store or delete it is to change what they see."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            public_changed()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            public_changed()
        return deleted
