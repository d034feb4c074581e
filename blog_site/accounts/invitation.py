"""Invitations: a link by mail with which somebody makes their own account, once, until it expires or is revoked."""

import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog_site.accounts.role import MAY, Role
from posts.models import Author

SALT = "accounts.invitation"
DAYS = 3


def new_nonce():
    return secrets.token_urlsafe(16)


class InvitationQuerySet(models.QuerySet):
    def named_by(self, token):
        """The invitation of a link's token: a queryset of one, or of none where it was revoked, used or sent anew."""
        try:
            pk, nonce = signing.loads(token, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            return self.none()
        return self.filter(pk=pk, nonce=nonce)


class Invitation(models.Model):
    """Somebody is asked to become a person of the blog. The row goes when the account is made."""

    author = models.OneToOneField(Author, on_delete=models.CASCADE, related_name="invitation")
    email = models.EmailField(_("email address"), max_length=254)
    role = models.CharField(_("role"), max_length=10, choices=Role)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=40, default=new_nonce)  # another with each mail: the former link ends
    sent_at = models.DateTimeField(default=timezone.now)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["author", "editor", "owner"]), name="invitation_role_is_known"
            )
        ]

    def __str__(self):
        return self.author.name

    @property
    def may(self):
        """What the role may do, in words."""
        return MAY[Role(self.role)]

    @property
    def expires_at(self):
        return self.sent_at + timedelta(days=DAYS)

    @property
    def is_expired(self):
        return timezone.now() >= self.expires_at

    @property
    def is_open(self):
        """Whether the link can still be used: whoever invited must still be one who may."""
        return not self.is_expired and self.by.is_active and self.by.is_superuser

    def get_absolute_url(self):
        return reverse("account_invitation", args=[signing.dumps([self.pk, self.nonce], salt=SALT)])

    def renew(self, *, by):
        """For another mail: its link works, and former ones don't."""
        self.nonce, self.sent_at, self.by = new_nonce(), timezone.now(), by
        self.save()
