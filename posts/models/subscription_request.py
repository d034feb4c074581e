"""Somebody typed an address to get new posts by mail: what they chose, until the owner of the address confirms it."""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from posts.email_addresses import mailbox_of, same_address
from posts.mails_a_day import MOST_A_DAY, take_place
from posts.networks import network_of

from .subscriber import Frequency, new_key

VALID = timedelta(days=7)
HOUR = timedelta(hours=1)
MOST_FROM_A_NETWORK = 10  # requests an hour
JUST_USED = timedelta(minutes=10)


class SubscriptionRequestQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(asked_at__gt=timezone.now() - VALID)

    def are_too_many_from(self, ip_address):
        """Whether a network has sent so many lately that it has to wait."""
        network = network_of(ip_address)
        lately = self.filter(network=network, asked_at__gt=timezone.now() - HOUR)
        return bool(network) and lately.count() >= MOST_FROM_A_NETWORK

    def waiting(self):
        """Those that were asked by mail, and have not answered yet."""
        return self.valid().filter(used_at=None).exclude(sent_at=None)

    def forget_old(self):
        return self.exclude(pk__in=self.valid().values("pk")).delete()

    def forget_networks(self):
        """A network is kept as long as it is counted."""
        old = timezone.now() - HOUR
        return self.filter(asked_at__lt=old).exclude(network="").update(network="")


class SubscriptionRequest(models.Model):
    email = models.CharField(max_length=254)
    address = models.CharField(max_length=600)
    name = models.CharField(max_length=200, blank=True)
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.EACH)
    # Numbers of categories; null: all of them.
    categories = models.JSONField(null=True)
    key = models.CharField(max_length=32, unique=True, default=new_key)
    asked_at = models.DateTimeField(default=timezone.now)
    network = models.CharField(max_length=50, blank=True)
    by_import = models.BooleanField(default=False)
    mailbox = models.CharField(max_length=40)
    # Its place among the day's mails to the mailbox (`posts/mails_a_day.py`); null until it has one.
    day = models.DateField(null=True)
    number = models.PositiveSmallIntegerField(null=True)
    sent_at = models.DateTimeField(null=True)  # when the mail server took it
    used_at = models.DateTimeField(null=True)

    objects = SubscriptionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "subscription request"
        verbose_name_plural = "subscription requests"
        indexes = [
            models.Index(fields=["mailbox", "asked_at"], name="subscription_asked_lately"),
            models.Index(fields=["network", "asked_at"], name="subscription_network"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "day", "number"], name="subscription_mail_is_the_days_only_one"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=1, number__lte=MOST_A_DAY),
                name="subscription_mails_are_few",
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=["each", "weekly"]), name="subscription_request_frequency_is_known"
            ),
        ]

    def __str__(self):
        return f"{self.address}, {self.asked_at:%Y-%m-%d}"

    def save(self, *args, **kwargs):
        self.address, self.mailbox = same_address(self.email), mailbox_of(self.email)
        super().save(*args, **kwargs)

    @classmethod
    def find(cls, token):
        """(the request that a link's token is for, whether it was used), or (None, False) for a wrong or an old one."""
        try:
            key = _signer().unsign(token)
        except BadSignature:
            return None, False
        request = cls.objects.valid().filter(key=key).first()
        return request, bool(request and request.used_at)

    @property
    def url(self):
        """The whole address of the page at which the owner of the address confirms it."""
        return f"{settings.SITE_URL}{reverse('posts:confirm-subscription', args=[_signer().sign(self.key)])}"

    @property
    def was_just_used(self):
        """A second click on the button, perhaps."""
        return bool(self.used_at) and timezone.now() - self.used_at < JUST_USED

    def use(self):
        """Returns whether it was this call that used it: a link works once."""
        now = timezone.now()
        return bool(SubscriptionRequest.objects.filter(pk=self.pk, used_at=None).update(used_at=now))

    def may_be_sent(self):
        """Takes one of the day's mails to the mailbox; False where there is none left."""
        today = timezone.now().date()
        if self.day == today:
            return True
        rows = SubscriptionRequest.objects
        others, write = rows.filter(mailbox=self.mailbox).exclude(pk=self.pk), rows.filter(pk=self.pk).update
        return bool(take_place(others, write))

    def mark_sent(self):
        SubscriptionRequest.objects.filter(pk=self.pk).update(sent_at=timezone.now())


def _signer():
    return Signer(salt="posts.subscription_request", sep=".")
