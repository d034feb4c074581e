"""What is kept about accounts: how often somebody tried, what happened to them, and whose password is temporary."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog_site.accounts.invitation import Invitation
from blog_site.accounts.setup import Setup

__all__ = ["AccountEvent", "Allowance", "Exhausted", "FirstPassword", "Invitation", "Setup"]


class Exhausted(Exception):
    """Somebody has tried too often. `seconds`: until they may try again."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


class AllowanceQuerySet(models.QuerySet):
    def check_left(self, limits):
        """Raises `Exhausted` if one of these is used up. Only reads: it costs an attacker's hundredth guess nothing."""
        now = timezone.now()
        rows = self.filter(key__in=[limit.key for limit in limits], ends_at__gt=now)
        used = {row.key: row for row in rows}
        waits = [
            (used[limit.key].ends_at - now).total_seconds()
            for limit in limits
            if limit.key in used and used[limit.key].is_used_up(limit, now)
        ]
        if waits:
            raise Exhausted(max(1, round(max(waits))))

    def use(self, limits):
        """Counts one try against each of these, for all processes together, or raises `Exhausted` and counts none.

        Returns whether it was the last one of any of them.
        """
        self.check_left(limits)
        with transaction.atomic():
            # Always in one order, so that two never wait for each other.
            used = [self._use_one(limit, timezone.now()) for limit in sorted(limits, key=lambda limit: limit.key)]
        return any(used)

    def _use_one(self, limit, now):
        ends_at = now + limit.within
        self.get_or_create(key=limit.key, defaults={"used": 0, "ends_at": ends_at})
        row = self.select_for_update().get(key=limit.key)
        # A window that has passed; or one that lies ahead, since the clock was set back.
        if row.ends_at <= now or row.ends_at > ends_at:
            row.used, row.ends_at = 0, ends_at
        if row.is_used_up(limit, now):
            raise Exhausted(max(1, round((row.ends_at - now).total_seconds())))
        row.used += 1
        row.save(update_fields=["used", "ends_at"])
        return row.used >= limit.most

    def give_back(self, limits):
        """Takes back one try against each, after one that was right."""
        self.filter(key__in=[limit.key for limit in limits], used__gt=0).update(used=F("used") - 1)

    def over(self):
        return self.filter(ends_at__lte=timezone.now())


class Allowance(models.Model):
    """How many tries of something were used in the time that ends at `ends_at`. In the database, so that the count is
    one for all processes and outlives their restarts."""

    key = models.CharField(max_length=64, unique=True)  # a keyed hash: it has neither names nor addresses in it
    used = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    objects = AllowanceQuerySet.as_manager()

    def __str__(self):
        return f"{self.used} until {self.ends_at:%H:%M}"

    def is_used_up(self, limit, now):
        return self.used >= limit.most and now < self.ends_at <= now + limit.within


class AccountEventQuerySet(models.QuerySet):
    def older_than(self, age):
        return self.filter(at__lt=timezone.now() - age)


class AccountEvent(models.Model):
    """Something that happened to an account, for whoever has to find out later. Kept for 30 days."""

    class Kind(models.TextChoices):
        LOGIN = "login", _("logged in")
        REFUSED = "refused", _("login refused")
        THROTTLED = "throttled", _("too many attempts")
        LOGOUT = "logout", _("logged out")
        EXPIRED = "expired", _("session expired")
        SESSIONS_ENDED = "sessions-ended", _("sessions ended")
        RESET_ASKED = "reset-asked", _("password reset link sent")
        PASSWORD = "password", _("password changed")
        FACTOR_ADDED = "factor-added", _("second factor added")
        FACTOR_REMOVED = "factor-removed", _("second factor removed")
        FACTOR_REFUSED = "factor-refused", _("second factor refused")
        CODES = "codes", _("new recovery codes")
        CODE_USED = "code-used", _("recovery code used")
        RIGHTS = "rights", _("rights changed")
        MADE = "made", _("account created")
        REMOVED = "removed", _("account removed")
        INVITED = "invited", _("invitation sent")
        REVOKED = "revoked", _("invitation revoked")
        CONNECTED = "connected", _("sign-in by another site added")
        DISCONNECTED = "disconnected", _("sign-in by another site removed")

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    # Empty where somebody tried a name that nobody has: what was typed may be a password.
    account = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    # Who did it, where that is somebody else.
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    detail = models.CharField(_("details"), max_length=500, blank=True)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "login",
                        "refused",
                        "throttled",
                        "logout",
                        "expired",
                        "sessions-ended",
                        "reset-asked",
                        "password",
                        "factor-added",
                        "factor-removed",
                        "factor-refused",
                        "codes",
                        "code-used",
                        "rights",
                        "made",
                        "removed",
                        "invited",
                        "revoked",
                        "connected",
                        "disconnected",
                    ]
                ),
                name="account_event_kind_is_known",
            )
        ]

    def __str__(self):
        return self.get_kind_display()


class FirstPasswordQuerySet(models.QuerySet):
    def give(self, user):
        """The password that this account has now is for its first login only."""
        self.update_or_create(user=user, defaults={"password": user.password})

    def is_due(self, user):
        """Whether the account still has the password it was made with. Whatever sets another one ends that."""
        return self.filter(user=user, password=user.password).exists()


class FirstPassword(models.Model):
    """An account whose password was printed by `make run`, and is to be replaced at the first login."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    password = models.CharField(max_length=128)  # the stored hash

    objects = FirstPasswordQuerySet.as_manager()

    def __str__(self):
        return self.user.get_username()


KEPT = timedelta(days=30)  # events; as long as comments' networks (comments/retention.py)
