"""Who gets new posts by mail. A row is made when somebody has confirmed their address, or by an import."""

import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts.email_addresses import same_address

from .undeliverable import Undeliverable


def new_key():
    return secrets.token_urlsafe(16)


class Frequency(models.TextChoices):
    EACH = "each", _("Each new post")
    WEEKLY = "weekly", _("One email a week with the new posts, on Mondays")


class SubscriberQuerySet(models.QuerySet):
    def of(self, email):
        return self.filter(address=same_address(email)).first()

    def active(self):
        return self.filter(stopped_at=None)

    def stopped(self):
        return self.exclude(stopped_at=None)

    def wanting(self, post):
        """The active ones who are to hear of a post: not of one that is older than their subscription."""
        through = Subscriber.categories.through.objects.filter(subscriber=OuterRef("pk"))
        chosen = through.filter(category__in=post.categories_with_those_above().values("pk"))
        older = Q(posts_from__lt=post.published_at or timezone.now())
        return self.active().filter(older, Q(all_categories=True) | Exists(chosen))

    def with_bounces(self):
        """Each with `is_bounced`: whether mail to them came back, so that they get none."""
        stopped = Undeliverable.objects.stopped().filter(address=OuterRef("address"))
        return self.annotate(is_bounced=Exists(stopped))

    def reachable(self):
        """Without those whose mail came back."""
        return self.with_bounces().filter(is_bounced=False)

    def with_frequency(self, frequency):
        return self.filter(frequency=frequency)


class Subscriber(models.Model):
    class StoppedBy(models.TextChoices):
        READER = "reader", _("the subscriber")
        REFUSED = "refused", _("the subscriber, who wants no emails from this blog")
        EDITOR = "editor", _("an editor")

    class CameBy(models.TextChoices):
        FORM = "form", _("the form")
        IMPORT = "import", _("an import")

    email = models.CharField(_("email address"), max_length=254)
    # One spelling for all that lead to the same address.
    address = models.CharField(max_length=600, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    frequency = models.CharField(_("how often"), max_length=10, choices=Frequency, default=Frequency.EACH)
    # Not the same as none chosen: the last category that somebody chose may be deleted.
    all_categories = models.BooleanField(_("all categories"), default=True)
    categories = models.ManyToManyField("posts.Category", blank=True, related_name="+", verbose_name=_("categories"))
    # What the links in their mails are made from.
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    subscribed_at = models.DateTimeField(_("since"), default=timezone.now)
    # Posts of that time or earlier are not mailed to them.
    posts_from = models.DateTimeField(default=timezone.now, editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, editable=False)
    stopped_by = models.CharField(_("stopped by"), max_length=10, choices=StoppedBy, blank=True, editable=False)
    came_by = models.CharField(
        _("subscribed through"), max_length=10, choices=CameBy, default=CameBy.FORM, editable=False
    )
    # Who says that these people have asked for it.
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        indexes = [
            models.Index(fields=["frequency", "id"], name="subscriber_active", condition=Q(stopped_at__isnull=True)),
            models.Index(fields=["-subscribed_at", "-id"], name="subscriber_desk"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(frequency__in=["each", "weekly"]), name="subscriber_frequency_is_known"),
            models.CheckConstraint(condition=Q(came_by__in=["form", "import"]), name="subscriber_came_by_is_known"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_by="")
                | Q(stopped_at__isnull=False, stopped_by__in=["reader", "refused", "editor"]),
                name="subscriber_stopped_at_iff_stopped_by",
            ),
        ]

    def __str__(self):
        return self.email

    def save(self, *args, **kwargs):
        self.address = same_address(self.email)
        super().save(*args, **kwargs)

    @classmethod
    def subscribe(cls, email, *, frequency, categories, name=""):
        """The row of somebody who has confirmed their address, active from now on; `categories`: None for all."""
        subscriber = cls.objects.of(email) or cls(email=email)
        now = timezone.now()
        if not subscriber.pk or subscriber.stopped_at:
            subscriber.subscribed_at = subscriber.posts_from = now
            subscriber.came_by, subscriber.imported_by, subscriber.key = cls.CameBy.FORM, None, new_key()
        subscriber.name = name or subscriber.name
        subscriber.stopped_at, subscriber.stopped_by = None, ""
        subscriber.choose(frequency=frequency, categories=categories)
        return subscriber

    @classmethod
    def refuse(cls, email):
        """Notes that nothing is to be mailed to an address, and that nobody is to be asked there again."""
        subscriber = cls.objects.of(email) or cls(email=email)
        subscriber.stopped_at, subscriber.stopped_by = timezone.now(), cls.StoppedBy.REFUSED
        subscriber.save()

    def choose(self, *, frequency, categories):
        """Stores how often and of what they hear; `categories`: None for all."""
        if self.pk and frequency != self.frequency and frequency == Frequency.WEEKLY:
            # What they have got one by one does not come again in the week's mail.
            self.posts_from = timezone.now()
        self.frequency, self.all_categories = frequency, categories is None
        self.save()
        self.categories.set(categories or [])

    def stop(self, *, by=StoppedBy.READER):
        """Ends the mails; returns whether there were any."""
        rows = Subscriber.objects.active().filter(pk=self.pk)
        self.stopped_at, self.stopped_by = timezone.now(), by
        return bool(rows.update(stopped_at=self.stopped_at, stopped_by=by))

    def start_again(self):
        """Mails go out again, from the next post on."""
        self.stopped_at, self.stopped_by, self.posts_from = None, "", timezone.now()
        self.save(update_fields=["stopped_at", "stopped_by", "posts_from"])

    @property
    def is_active(self):
        return self.stopped_at is None

    @property
    def masked_email(self):
        """Enough for its owner to know it by; a mail that is handed on gives the address to nobody."""
        local, _at, domain = self.email.rpartition("@")
        return f"{local[:2]}…@{domain}"

    @property
    def manage_url(self):
        return f"{settings.SITE_URL}{reverse('posts:subscription', args=[_signer('manage').sign(self.key)])}"

    @property
    def stop_url(self):
        return f"{settings.SITE_URL}{reverse('posts:unsubscribe', args=[_signer('stop').sign(self.key)])}"

    @classmethod
    def find(cls, purpose, token):
        """The subscriber whose link for this purpose, "manage" or "stop", has the token; None for any other."""
        try:
            key = _signer(purpose).unsign(token)
        except BadSignature:
            return None
        return cls.objects.filter(key=key).first()


def _signer(purpose):
    return Signer(salt=f"posts.subscriber.{purpose}", sep=".")
