import secrets
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.urls import reverse
from django.utils import timezone

DAYS = (1, 7, 30)  # for which a link may be made
USUAL = 7


def new_key():
    return secrets.token_urlsafe(16)


class PreviewLinkQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(expires_at__gt=timezone.now()).select_related("made_by__author")


class PreviewLink(models.Model):
    """An address at which whoever has it reads a post that is not public. To revoke it is to delete it.

    It works as long as the account that made it may change the post. The address is signed, so that who reads the
    database alone, such as an old backup, can't make it.
    """

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="preview_links")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "preview link"
        verbose_name_plural = "preview links"

    def __str__(self):
        return f"until {self.expires_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("posts:shared", args=[_signer().sign(self.key)])

    @property
    def url(self):
        """The whole address, to be sent to somebody."""
        return f"{settings.SITE_URL}{self.get_absolute_url()}"

    @classmethod
    def make(cls, post, *, by, days):
        now = timezone.now()
        cls.objects.filter(post=post, expires_at__lte=now).delete()
        return cls.objects.create(post=post, made_by=by, made_at=now, expires_at=now + timedelta(days=days))

    @classmethod
    def find(cls, token):
        """The link that works with this token, with its post; None for any other, whatever is wrong with it."""
        try:
            key = _signer().unsign(token)
        except BadSignature:
            return None
        links = cls.objects.in_force().select_related("made_by", "post__author", "post__picture")
        link = links.filter(key=key).first()
        return link if link and link.works else None

    @property
    def works(self):
        return self.post.status != self.post.Status.TRASH and self.made_by.is_staff and self._may_change()

    def _may_change(self):
        may = self.made_by.has_perm("posts.change_post")  # an inactive account may nothing
        return may and type(self.post).objects.editable_by(self.made_by).filter(pk=self.post_id).exists()


def _signer():
    return Signer(salt="posts.preview_link", sep=".")
