from collections import defaultdict

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments.likeness import is_alike, key_of
from posts.email_addresses import same_address
from posts.prepared import Prepared

from .mail_address import MailAddress


class ClaimedNameQuerySet(models.QuerySet):
    def claim(self, name, address):
        """The name is now that of this address's owner, unless somebody has confirmed it, or one like it, before."""
        if (key := key_of(name)) and not self.owners([name])[name]:
            self.get_or_create(key=key, address=address, defaults={"name": name})

    def owners(self, names):
        """{name: the `ClaimedName` of whoever confirmed it first, or None}; one query."""
        keys = {name: key_of(name) for name in names}
        claims = defaultdict(list)
        # The desk's pages have sets of names of all sizes: each would be a statement of its own.
        ask = _ONE_KEY if len({*keys.values()}) == 1 else _claims
        for pk, name, key, claimed_at, address_id, address in ask(keys=tuple({*keys.values()})):
            owner = MailAddress(pk=address_id, address=address)
            claims[key].append(ClaimedName(pk=pk, name=name, key=key, claimed_at=claimed_at, address=owner))
        return {name: next((c for c in claims[key] if is_alike(name, c.name)), None) for name, key in keys.items()}

    def of_others(self, comments):
        """{a comment's number: the `ClaimedName` under which it was signed by somebody else, or by nobody knows whom};
        one query."""
        owners = self.owners({comment.name for comment in comments})
        owned = {comment.pk: (owners[comment.name], comment.address_id) for comment in comments}
        return {pk: claim for pk, (claim, address) in owned.items() if claim and claim.address_id != address}


class ClaimedName(models.Model):
    """A name of commenters that belongs to the owner of an address: they confirmed it here before anybody else did."""

    name = models.CharField(max_length=80)  # as they wrote it
    # What is the same for all spellings of a name is the same here: see `comments.likeness`.
    key = models.CharField(max_length=32)
    address = models.ForeignKey("comments.MailAddress", on_delete=models.CASCADE, related_name="names")
    claimed_at = models.DateTimeField(default=timezone.now)

    objects = ClaimedNameQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key"], name="claimed_name_key")]
        constraints = [models.UniqueConstraint(fields=["key", "address"], name="claimed_name_is_claimed_once_by_one")]

    def __str__(self):
        return self.name

    def told_of(self, comment):
        """What moderators read beside a comment that is signed so, and not proven to be by the name's owner."""
        names = {"name": self.name, "day": date_format(self.claimed_at)}
        if not comment.address_id and same_address(comment.email) == self.address.address:
            # They may have written it from another browser.
            return _("Signed with the name and address of “%(name)s”, who has not confirmed this comment.") % names
        message = _("Not the same person as “%(name)s”, who was the first to confirm this name, on %(day)s.")
        return message % names


def _claims(keys):
    claims = ClaimedName.objects.filter(key__in=keys).order_by("pk")
    return claims.values_list("pk", "name", "key", "claimed_at", "address", "address__address")


_ONE_KEY = Prepared(_claims)
