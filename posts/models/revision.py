"""Earlier versions of a post's words. The present ones stand in the post alone."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils import timezone

from .text import Text

# What a version is made of; another format alone is none.
WORDS = ("title", "body", "excerpt")
# What of a post a version is made of, as it stands in the post; see `Post._lock()`.
KEPT = (*WORDS, "body_format", "modified_at", "modified_by")


class Version(NamedTuple):
    """When words were saved, and whether readers saw them."""

    pk: int
    saved_at: datetime
    was_public: bool


class Revision(models.Model):
    """Words that a post had until they were replaced, who saved them and when.

    A text that is the same in the version after it is not stored again: `body` is null, and `whole_body()` finds it.
    """

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="revisions")
    title = models.CharField(max_length=300)
    body = models.TextField(null=True)  # noqa: DJ001
    body_format = models.CharField(max_length=10, choices=Text.BodyFormat)
    excerpt = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    was_public = models.BooleanField(default=False)

    class Meta:
        verbose_name = "revision"
        verbose_name_plural = "revisions"

    def __str__(self):
        return f"{self.title} ({self.saved_at:%Y-%m-%d %H:%M})"

    @classmethod
    def keep(cls, post, before):
        """Keeps what a save of `post` replaces, if it changes a word; called with the post's row locked.

        `before`: {column: value} of `KEPT` and of what says whether it was public.
        """
        if all(before[name] == getattr(post, name) for name in WORDS):
            return
        same_body = all(before[name] == getattr(post, name) for name in ("body", "body_format"))
        cls.objects.create(
            post=post,
            title=before["title"],
            body=None if same_body else before["body"],
            body_format=before["body_format"],
            excerpt=before["excerpt"],
            saved_at=before["modified_at"],
            saved_by_id=before["modified_by"],
            was_public=before["status"] == "published" and before["published_at"] <= timezone.now(),
        )
        cls.thin_out(post)

    @classmethod
    def thin_out(cls, post):
        """Deletes what is more than `settings.REVISIONS_KEPT` of a post's."""
        rows = cls.objects.filter(post=post).order_by("pk").values_list("pk", "saved_at", "was_public")
        for pk in expendable([Version(*row) for row in rows], settings.REVISIONS_KEPT):
            going = cls.objects.get(pk=pk)
            if going.body is not None:
                # The one before may have had its text there.
                before = cls.objects.filter(post=post, pk__lt=pk).order_by("-pk").first()
                if before and before.body is None:
                    cls.objects.filter(pk=before.pk).update(body=going.body)
            going.delete()

    def whole_body(self):
        """The text, wherever it is stored."""
        if self.body is not None:
            return self.body
        later = Revision.objects.filter(post_id=self.post_id, pk__gt=self.pk, body__isnull=False)
        next_body = later.order_by("pk").values_list("body", flat=True).first()
        return self.post.body if next_body is None else next_body

    def words(self):
        """{column of the post: value} that brings this version back."""
        return {
            "title": self.title,
            "body": self.whole_body(),
            "excerpt": self.excerpt,
            "body_format": self.body_format,
        }


def expendable(versions, most):
    """The numbers of those that go where there are more than `most`; `versions` has the oldest first.

    The first stays, and the newest half. Of the others goes first what readers never saw, and of that what was
    replaced soonest: saves minutes apart.
    """
    if not most:
        return [version.pk for version in versions]
    kept, going = list(versions), []
    while len(kept) > most:
        newest = max(1, most // 2)
        among = range(1, len(kept) - newest) or range(len(kept) - most)
        number = min(among, key=lambda at: (kept[at].was_public, kept[at + 1].saved_at - kept[at].saved_at))
        going.append(kept.pop(number).pk)
    return going
