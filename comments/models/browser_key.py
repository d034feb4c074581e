import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone

KEPT = timedelta(days=1)
LENGTHS = range(32, 129)


class BrowserKeyQuerySet(models.QuerySet):
    def keep(self, comment, key):
        """Keeps the key that came with a new comment; anything that can't be one is dropped."""
        if len(key) in LENGTHS and key.isascii() and key.isalnum():
            self.create(comment=comment, key_hash=_hash(key))

    def opens(self, comment, key):
        """Whether this is the key that came with the comment, and not too old."""
        row = self.filter(comment=comment, made_at__gt=timezone.now() - KEPT).first()
        return bool(row) and secrets.compare_digest(row.key_hash, _hash(key))

    def forget_old(self):
        self.filter(made_at__lt=timezone.now() - KEPT).delete()


class BrowserKey(models.Model):
    """What the script of a page made up and sent along with a comment that was public at once: whoever has it has
    written that comment. It stays in the browser's tab; no cookie is needed, and readers get nothing of it."""

    comment = models.OneToOneField("comments.Comment", on_delete=models.CASCADE, related_name="browser_key")
    key_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = BrowserKeyQuerySet.as_manager()

    def __str__(self):
        return str(self.comment_id)


def _hash(key):
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
