"""E-mail addresses: each is only typed until its owner, asked by a mail, has confirmed it.

Two facts are kept apart: that somebody has proven to read the mail of an address, which makes them known here; and
whether they want mail from this blog.
"""

from datetime import timedelta
from functools import partial

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from posts.email_addresses import mailbox_of, same_address
from posts.mails_a_day import DAY, MOST_A_DAY, take_place
from posts.models import Undeliverable

from .mailed_link import MailedLink

# Answers that came while the owner had not confirmed yet are told afterwards, no older than this and no more of them.
TOLD_LATER, MOST_TOLD_LATER = timedelta(days=7), 20


class MailAddressQuerySet(models.QuerySet):
    def answer(self, email, *, wanted):
        """Its owner wants mails there, or none. Returns whether that is new."""
        now = timezone.now()
        said = {"confirmed_at": now, "refused_at": None} if wanted else {"confirmed_at": None, "refused_at": now}
        with transaction.atomic():
            row, is_new = self.get_or_create(address=same_address(email), defaults=said)
            is_other = not is_new and bool(row.confirmed_at) != wanted
            if is_other:
                self.filter(pk=row.pk).update(**said)
            if wanted:
                self.filter(pk=row.pk, proven_at=None).update(proven_at=now)
            else:
                row.follows.all().delete()
        return is_new or is_other

    def prove(self, email):
        """The address as its owner's, who has just shown that they read its mail. Whether they want any stays as it is;
        who has not said yet may be written to."""
        now, proven = timezone.now(), {"proven_at": timezone.now()}
        row, is_new = self.get_or_create(address=same_address(email), defaults={"confirmed_at": now, **proven})
        if not is_new and not row.proven_at:
            self.filter(pk=row.pk, proven_at=None).update(**proven)
            row.refresh_from_db()
        return row

    def proven(self):
        """Those whose owners are known: they have shown that they read the mail of the address."""
        return self.filter(proven_at__isnull=False)

    def of(self, email):
        return self.filter(address=same_address(email)).first()

    def may_tell(self, comment):
        """Whether answers may be mailed to the comment's address: confirmed, or an active account's own."""
        if row := self.of(comment.email):
            return bool(row.confirmed_at)
        user = comment.user
        return bool(user and user.is_active and same_address(user.email) == same_address(comment.email))

    def forget(self, emails, *, known):
        """What the owners of these addresses have confirmed goes with their last comment; `known`: those that have
        others. What they have refused is kept, or they would be asked again."""
        gone = {same_address(email) for email in emails} - {same_address(email) for email in known}
        self.filter(address__in=gone, refused_at=None).delete()
        for row in self.filter(address__in=gone).proven():
            # Nothing but the refusal is left of it.
            for theirs in (row.browsers, row.names, row.follows):
                theirs.all().delete()
            row.comments.update(address=None)
            self.filter(pk=row.pk).update(proven_at=None)
        MailedLink.objects.filter(address__in=gone).delete()
        AskingMail.objects.filter(address__in=gone).update(address="")
        Undeliverable.objects.forget(gone)


class MailAddress(models.Model):
    """What the owner of an address has said; nothing is stored here before they have."""

    address = models.CharField(max_length=600, unique=True)
    confirmed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    # When its owner has first shown that they read its mail; a refusal of mails does not take that back.
    proven_at = models.DateTimeField(null=True)

    objects = MailAddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False, refused_at__isnull=True)
                | Q(confirmed_at__isnull=True, refused_at__isnull=False),
                name="mail_address_is_confirmed_or_refused",
            )
        ]

    def __str__(self):
        return self.address


class AskingMail(models.Model):
    """A mail that asks the owner of a comment's address to confirm it: one a comment, `MOST_A_DAY` a mailbox."""

    comment = models.OneToOneField("comments.Comment", on_delete=models.CASCADE, related_name="asking_mail")
    address = models.CharField(max_length=600, blank=True)  # empty where the comment is deleted for ever
    mailbox = models.CharField(max_length=40)
    # Its place among the day's mails to the mailbox: see `posts/mails_a_day.py`.
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # when the mail server took it

    class Meta:
        indexes = [models.Index(fields=["mailbox", "asked_at"], name="asking_mail_lately")]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "day", "number"], name="asking_mail_is_the_days_only_one"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=MOST_A_DAY), name="asking_mails_are_few"),
        ]

    def __str__(self):
        return f"{self.address}, {self.day}"

    @classmethod
    def due_for(cls, comment):
        """The row of the mail that is to be sent about this comment; None where it was sent, or has to be left."""
        now, mailbox = timezone.now(), mailbox_of(comment.email)
        of_mailbox = cls.objects.filter(mailbox=mailbox)
        if asked := cls.objects.filter(comment=comment).first():
            # One that the mail server did not take for a day comes beside those of today.
            is_enough = of_mailbox.filter(sent_at__gt=now - DAY).count() >= MOST_A_DAY
            return None if asked.sent_at or is_enough else asked
        fields = {"comment": comment, "address": same_address(comment.email), "mailbox": mailbox, "asked_at": now}
        return take_place(of_mailbox, partial(cls.objects.create, **fields))

    def mark_sent(self):
        AskingMail.objects.filter(pk=self.pk).update(sent_at=timezone.now())

    def answers_to_tell(self):
        """The numbers of the answers that were not told while the address was not confirmed, the oldest first."""
        asked_for = type(self.comment).objects.approved().filter(notify=True, email__iexact=self.comment.email)
        since = timezone.now() - TOLD_LATER
        answers = asked_for.model.objects.approved().filter(
            parent__in=asked_for, submitted_at__gt=since, announced_at=None
        )
        return sorted(answers.order_by("-pk").values_list("pk", flat=True)[:MOST_TOLD_LATER])
