import hashlib
import json
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportQuerySet(models.QuerySet):
    def half_done(self):
        """Those of which a file is half written, or that are half undone: by a process at work, or by one that is
        gone."""
        return self.filter(models.Q(unfinished_after__isnull=False) | models.Q(state=Import.State.UNDOING))


class Import(models.Model):
    """One go of taking files in: which ones, what came of them, and how far it is.

    One that is given in the admin is first tried (CHECKING) and then, if wanted, taken in (RUNNING); one from the
    command line is here once its first file is being written, and gone again if that fails.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        CHECKING = "checking", _("checking")
        CHECKED = "checked", _("checked, not imported yet")
        RUNNING = "running", _("importing")
        DONE = "done", _("imported")
        FAILED = "failed", _("failed")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    class Kind(models.TextChoices):
        WORDPRESS = "wordpress", "WordPress"
        DISQUS = "disqus", "Disqus"

    kind = models.CharField(_("from"), max_length=10, choices=Kind, default=Kind.WORDPRESS)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    files = models.JSONField(_("files"), default=list)  # their names, as the person who gave them knows them
    fetch_media = models.BooleanField(
        _("fetch the pictures"),
        default=False,
        help_text=_("Downloads the pictures from the old blog before its posts are imported."),
    )
    overwrite = models.BooleanField(
        _("overwrite"),
        default=False,
        help_text=_("Uses the text in the file even if a post or comment has been edited here since it was imported."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    # Where the blogs stood below their hosts that came in: "/blog".
    folders = models.JSONField(default=list, editable=False)
    # While a file is being written: the newest note of any import before its first. What came after that is taken back
    # if the process is killed.
    unfinished_after = models.BigIntegerField(null=True, editable=False)
    report = models.JSONField(default=dict, editable=False)  # blog_site.moving.report.Report.as_dict()
    error = models.TextField(editable=False, blank=True)
    begun_at = models.DateTimeField(_("started"), default=timezone.now)
    ended_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        *("uploaded", "checking", "checked", "running"),
                        *("done", "failed", "undoing", "undone"),
                    ]
                ),
                name="import_state_is_known",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=["wordpress", "disqus"]), name="import_kind_is_known"),
        ]

    def __str__(self):
        return ", ".join(self.files) or str(self.pk)

    def get_absolute_url(self):
        return reverse("admin:blog_site_import_change", args=[self.pk])

    @property
    def folder_name(self):
        return str(self.pk)

    @property
    def given_by(self):
        """Who gave the files, as people read it."""
        return (self.by.get_full_name() or self.by.get_username()) if self.by else "manage.py"

    @property
    def can_be_undone(self):
        """True where something of it is in; of several files it may be the first ones alone."""
        if self.is_half_done:
            return self.state == self.State.UNDOING
        return self.state != self.State.UNDONE and self.rows.exists()

    @property
    def is_half_done(self):
        """True for what `half_done()` finds."""
        return self.unfinished_after is not None or self.state == self.State.UNDOING

    @property
    def is_at_work(self):
        return self.state in {self.State.CHECKING, self.State.RUNNING}


class ImportedRowQuerySet(models.QuerySet):
    def with_original(self, kind, row):
        """The newest note on a row that has the text as it stood in the file: one, or none."""
        notes = self.filter(kind=kind, row=row).exclude(original="").order_by("-pk")
        return self.filter(pk__in=list(notes.values_list("pk", flat=True)[:1]))


class ImportedRow(models.Model):
    """What an import did to one row: made it, or changed it; with what stood in the file.

    It is what undoing goes by, what says whether a row was edited here since, and where the original is kept.
    """

    class Kind(models.TextChoices):
        POST = "post", _("post")
        COMMENT = "comment", _("comment")
        AUTHOR = "author", _("author")
        CATEGORY = "category", _("category")
        TAG = "tag", _("tag")
        PICTURE = "picture", _("picture")
        ATTACHMENT = "attachment", _("file")
        BLOG = "blog", _("blog")
        MENU_ENTRY = "menu_entry", _("menu entry")

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=10, choices=Kind)
    row = models.BigIntegerField()
    # None: the import made the row. Otherwise the values that it replaced, by column.
    before = models.JSONField(null=True)
    # Of a post that is hidden until all of its file is in: when it is public then; see staging.py.
    public_at = models.DateTimeField(null=True)
    # The text as it stands in the file, where it is not what the row holds.
    original = models.TextField(blank=True)
    # Of the values that were written; see `digest()`.
    digest = models.CharField(max_length=32, blank=True)

    objects = ImportedRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        indexes = [models.Index(fields=["kind", "row", "-id"], name="imported_row")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        *("post", "comment", "author", "category", "tag", "picture", "attachment", "blog"),
                        "menu_entry",
                    ]
                ),
                name="imported_row_kind_is_known",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.row}"


def plain_value(value):
    """A column's value as JSON holds it: rows by number, times in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.pk if isinstance(value, models.Model) else value


def digest(values):
    """The same for the same values, {column: value}, whatever their order."""
    plain = {name: plain_value(value) for name, value in values.items()}
    said = json.dumps(plain, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()
