from django.db import models, transaction
from django.utils import timezone


class RememberedBrowserQuerySet(models.QuerySet):
    def known_as(self, name):
        """The row of the browser that has proven this name (see `comments.browser`); None if it belongs to no confirmed
        address."""
        return self.select_related("address").filter(name=name).first() if name else None

    def is_in_use(self, name):
        """Whether an address or a comment is known by this name: by one that was ended, nothing is."""
        from .comment import Comment  # they need each other

        return bool(name) and (self.filter(name=name).exists() or Comment.objects.filter(browser=name).exists())

    def mark_used(self, name):
        self.filter(name=name).update(last_used_at=timezone.now())

    def end(self, name):
        """Nobody is known by this name any more, whoever has a cookie with it. Comments stay as they are."""
        from .comment import Comment  # they need each other

        with transaction.atomic():
            Comment.objects.filter(browser=name).update(browser="")
            self.filter(name=name).delete()


class RememberedBrowser(models.Model):
    """A browser that is known as that of a confirmed address's owner, until one of the two ends it.

    The cookie in it has the name alone, signed. A copy of the cookie is as good as the cookie, until the row is gone.
    """

    name = models.CharField(max_length=32, unique=True)
    address = models.ForeignKey("comments.MailAddress", on_delete=models.CASCADE, related_name="browsers")
    remembered_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)  # a comment was sent from it

    objects = RememberedBrowserQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="remembered_browser_has_a_name")]

    def __str__(self):
        return f"{self.address}, {self.remembered_at:%Y-%m-%d}"

    def end(self):
        """Its cookie is worth nothing from now on, nor is a copy of it."""
        RememberedBrowser.objects.end(self.name)
