"""How many mails anyone had us send to an address, so that no form can be used to flood a stranger."""

from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from posts.email_addresses import mailbox_of

HOUR = timedelta(hours=1)


class MailCountQuerySet(models.QuerySet):
    def is_enough(self, address):
        return self._of(address).filter(number__gte=MailCount.MOST).exists()

    def count_one(self, address):
        if self._add_one(address):
            return
        try:
            with transaction.atomic():
                self.create(mailbox=mailbox_of(address), hour=_this_hour(), number=1)
        except IntegrityError:
            self._add_one(address)  # another worker was first

    def forget_old(self):
        self.filter(hour__lt=_this_hour()).delete()

    def _add_one(self, address):
        return self._of(address).update(number=F("number") + 1)

    def _of(self, address):
        return self.filter(mailbox=mailbox_of(address), hour=_this_hour())


def _this_hour():
    return timezone.now().replace(minute=0, second=0, microsecond=0)


class MailCount(models.Model):
    """The mails of one hour to one mailbox that nobody there had asked for, as far as we know: whatever a form sends to
    an address that is typed in it."""

    MOST = 5  # an hour, of all such forms together

    mailbox = models.CharField(max_length=40)
    hour = models.DateTimeField()
    number = models.PositiveIntegerField()

    objects = MailCountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "hour"], name="mail_count_is_one_an_hour")]

    def __str__(self):
        return f"{self.number} in {self.hour:%Y-%m-%d %H}"
