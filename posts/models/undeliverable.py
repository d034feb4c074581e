"""Addresses that no mail is sent to, since it came back, or since its owner has complained."""

import re
from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.email_addresses import same_address, token_of, tokens_of

# A mailbox that is full, or a server that is away, may have its reasons for a week; not for three mails on end.
MOST_PASSING, WITHIN = 3, timedelta(days=30)
# RFC 3463: the address, and not the mail or the server, is what is wrong (X.1.Z), or the mailbox is closed (X.2.1).
WRONG_ADDRESS = re.compile(r"5\.(1\.\d{1,3}|2\.1)\b")
ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
LONGEST_SAID = 300


class UndeliverableQuerySet(models.QuerySet):
    def stopped(self):
        return self.exclude(stopped_at=None)

    def stops(self, address):
        """Whether no mail may be sent to this address."""
        return self._of(address).stopped().exists()

    def bounce(self, address="", *, token="", is_passing=False, said=""):
        """Mail to the address came back. For good, it gets no more; `is_passing`: it is counted, until that is enough.

        Give the address, or the `token` that stood in the mail. Returns whether mail to it is stopped now.
        """
        with transaction.atomic():
            row = self._row(address, token)
            if row.last_at < timezone.now() - WITHIN:
                row.passing = 0
            row.passing += is_passing
            is_enough = not is_passing or row.passing >= MOST_PASSING
            if row.kind != Undeliverable.Kind.COMPLAINT:
                row._note(Undeliverable.Kind.BOUNCE, said, stop=is_enough)
            return bool(row.stopped_at)

    def complain(self, address="", *, token="", said=""):
        """Its owner has told a mail provider that our mail is unwanted: it gets no more."""
        with transaction.atomic():
            self._row(address, token)._note(Undeliverable.Kind.COMPLAINT, said, stop=True)

    def note_refusal(self, address, code, said):
        """What a mail server answered that did not take mail for the address."""
        if 500 <= code < 600 and WRONG_ADDRESS.search(said):
            self.bounce(address, said=f"{code} {said}")

    def mail_again(self):
        """Forgets all that is known against these addresses; returns how many those were."""
        return self.delete()[0]

    def forget(self, emails):
        """The addresses go, as their owners do; that they get no mail stays, without them."""
        self.filter(address__in=[same_address(email) for email in emails]).update(address="", said="")

    def _of(self, address):
        return self.filter(Q(token__in=tokens_of(address)) | Q(address=same_address(address)))

    def _row(self, address, token):
        """The row of the address, new or locked."""
        rows = self._of(address) if address else self.filter(token=token)
        if row := rows.select_for_update(no_key=True).order_by("pk").first():
            row.address = row.address or same_address(address)
            return row
        defaults = {"address": same_address(address)}
        return self.get_or_create(token=token or token_of(address), defaults=defaults)[0]


class Undeliverable(models.Model):
    class Kind(models.TextChoices):
        BOUNCE = "bounce", _("Email bounced")
        COMPLAINT = "complaint", _("Complaint")

    # Found by this: what stands for the address in mails to it. A complaint often has nothing else.
    token = models.CharField(max_length=64, unique=True, editable=False)
    # Empty where only the token came back, or where the person was erased since.
    address = models.CharField(_("address"), max_length=600, blank=True)
    kind = models.CharField(_("reason"), max_length=10, choices=Kind, default=Kind.BOUNCE)
    said = models.CharField(_("what the mail server said"), max_length=LONGEST_SAID, blank=True)
    passing = models.PositiveSmallIntegerField(default=0, editable=False)  # times that it may have been for now alone
    last_at = models.DateTimeField(default=timezone.now, editable=False)
    # Empty while it is only counted.
    stopped_at = models.DateTimeField(_("stopped"), null=True)

    objects = UndeliverableQuerySet.as_manager()

    class Meta:
        verbose_name = _("stopped address")
        verbose_name_plural = _("stopped addresses")
        indexes = [models.Index(fields=["address"], name="undeliverable_address")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["bounce", "complaint"]), name="undeliverable_kind_is_known")
        ]

    def __str__(self):
        return self.address or str(_("An address that is not known here"))

    def _note(self, kind, said, *, stop):
        self.kind, self.last_at = kind, timezone.now()
        # Servers repeat the address, and others.
        self.said = " ".join(ADDRESS.sub("…@…", said.replace("\x00", "")).split())[:LONGEST_SAID]
        if stop:
            self.stopped_at = self.stopped_at or self.last_at
        self.save()
