from datetime import timedelta
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportQuerySet(models.QuerySet):
    def seen_by(self, user):
        """Those that an account may know of: with readers' personal data in them, for who may have that alone."""
        return self if user.has_perm("blog_site.export_personal_data") else self.filter(personal=False)

    def at_work(self):
        """Those that are not finished: by a process that lives, or by one that is gone."""
        return self.filter(state__in=[Export.State.WAITING, Export.State.RUNNING])

    def ready_for(self, user):
        """Those that this account asked for and can download."""
        return self.filter(state=Export.State.DONE, by=user, begun_at__gte=timezone.now() - Export.KEPT)

    def expired(self):
        return self.filter(begun_at__lt=timezone.now() - Export.KEPT)


class Export(models.Model):
    """A copy of the blog that somebody asked for in the admin: how far it is, and which files came of it.

    The files are private, and kept for `KEPT`. It is at work while its process lives: see jobs.py.
    """

    KEPT = timedelta(days=3)

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being made")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    class Kind(models.TextChoices):
        WORDPRESS = "wordpress", _("WordPress: for WordPress, and for another blog like this one")
        JSON = "json", _("JSON: everything, with every decision of the moderators")

    kind = models.CharField(_("format"), max_length=10, choices=Kind, default=Kind.WORDPRESS)
    with_media = models.BooleanField(
        _("with pictures and files"), default=False, help_text=_("A second file, as large as all pictures together.")
    )
    personal = models.BooleanField(
        _("with personal data"),
        default=False,
        help_text=_("The email and IP addresses of people who commented. Only owners can export them."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    files = models.JSONField(default=list, editable=False)  # [{"name", "size": bytes}]
    missing = models.JSONField(default=list, editable=False)  # names of pictures whose files are not there
    error = models.TextField(editable=False, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )
    begun_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        permissions = [("export_personal_data", "Can export email and IP addresses of commenters")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running", "done", "failed"]), name="export_state_is_known"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["wordpress", "json"]), name="export_kind_is_known"),
            models.CheckConstraint(
                condition=~models.Q(kind="json") | models.Q(personal=True), name="export_as_json_has_personal_data"
            ),
        ]

    def __str__(self):
        return f"{self.short_kind}, {timezone.localtime(self.begun_at):%Y-%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("admin:blog_site_export_change", args=[self.pk])

    @property
    def folder_name(self):
        return str(PurePosixPath("exports", str(self.pk)))

    @property
    def short_kind(self):
        """ "WordPress" or "JSON"."""
        return {self.Kind.WORDPRESS: "WordPress", self.Kind.JSON: "JSON"}[self.kind]

    @property
    def made_by(self):
        return (self.by.get_full_name() or self.by.get_username()) if self.by else "–"

    @property
    def kept_until(self):
        return self.begun_at + self.KEPT

    @property
    def is_expired(self):
        return self.kept_until <= timezone.now()

    @property
    def is_at_work(self):
        """True for one that is not finished: by a process that lives, or by one that is gone."""
        return self.state in {self.State.WAITING, self.State.RUNNING}
