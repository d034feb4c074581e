import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone

from posts.email_addresses import same_address

KEPT = timedelta(days=30)  # for saying what has become of it


class MailedLinkQuerySet(models.QuerySet):
    def forget_old(self):
        """Deletes what has expired long ago."""
        self.filter(expires_at__lt=timezone.now() - KEPT).delete()


class MailedLink(models.Model):
    """A link in a mail, for one purpose, until it is used or has expired; the mail alone has its token.

    GET shows a page with a button, since programs follow links, too; POST uses it: a view acts where `use()` is true.
    """

    DAYS = 7
    # The purpose of each kind; one is never taken for another.
    CONFIRM = "confirm"

    purpose = models.CharField(max_length=20)
    address = models.CharField(max_length=600)  # where the mail went, as one spells it there
    comment = models.ForeignKey(
        "comments.Comment", on_delete=models.CASCADE, null=True, related_name="mailed_links", editable=False
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = MailedLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["address"], name="mailed_link_address")]

    def __str__(self):
        return f"{self.purpose}, {self.address}"

    @classmethod
    def make(cls, purpose, email, comment=None, *, days=DAYS, token=""):
        """A new link's token, to be mailed and kept nowhere. `token`: one that has been mailed before."""
        token = token or secrets.token_urlsafe(32)
        fields = {"purpose": purpose, "address": same_address(email), "comment": comment}
        fields["expires_at"] = timezone.now() + timedelta(days=days)
        cls.objects.get_or_create(token_hash=_hash(token), defaults=fields)
        return token

    @classmethod
    def find(cls, purpose, token):
        """The link of this purpose with this token, be it used up or expired (see `is_open`); None if there is none."""
        return cls.objects.filter(purpose=purpose, token_hash=_hash(token)).first()

    @property
    def is_open(self):
        return not self.used_at and not self.is_expired

    @property
    def is_expired(self):
        return self.expires_at <= timezone.now()

    def use(self):
        """Uses it up. True for the one caller that may act on it; False where it was used or has expired."""
        now = timezone.now()
        mine = MailedLink.objects.filter(pk=self.pk, used_at=None, expires_at__gt=now)
        if not mine.update(used_at=now):
            return False
        self.used_at = now
        return True


def _hash(token):
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
