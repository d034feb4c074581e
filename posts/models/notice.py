from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts import costly_text
from posts.markup import render_note, typeset

from .blog import Blog
from .menu import LONGEST_ADDRESS, PartOfBlog, validate_address
from .public import Public, PublicQuerySet

MOST_NOTICES = 3
LONGEST_NOTICE = 2_000  # characters
PICTURE_WIDTH = 720  # pixels of the file


class Shown(NamedTuple):
    """A notice as pages show it: hashable, and equal for the same notice."""

    html: str
    picture_html: str
    url: str
    link_label: str
    place: str
    position: str
    starts_on: date | None
    ends_on: date | None

    def is_on(self, kind, today):
        """Whether it stands on a page of this kind, "home", "post" or another, on a day."""
        begins, ends = self.starts_on or date.min, self.ends_on or date.max
        is_here = self.place == Notice.Place.EVERYWHERE or self.place == kind
        return is_here and begins <= today <= ends


class Notice(PartOfBlog, Public):
    """A notice of the author's own: an event, a book, a petition. Text, a link and a picture; never anybody's code."""

    class Place(models.TextChoices):
        EVERYWHERE = "all", _("On every page")
        HOME = "home", _("On the home page")
        POSTS = "post", _("On posts and pages")

    class Position(models.TextChoices):
        ABOVE = "above", _("Above the text")
        BESIDE = "beside", _("Beside the text, where the window is wide; below it elsewhere")
        BELOW = "below", _("Below the text")

    blog = models.ForeignKey(Blog, on_delete=models.CASCADE, default=1, related_name="notices", editable=False)
    text = models.TextField(_("text"), help_text=_("Markdown, a few sentences."))
    text_html = models.TextField(editable=False, blank=True)
    address = models.CharField(
        _("link"),
        max_length=LONGEST_ADDRESS,
        blank=True,
        validators=[validate_address],
        help_text=_("https://…, mailto:… or a path such as /about/."),
    )
    link_label = models.CharField(_("words of the link"), max_length=100, blank=True)
    picture = models.ForeignKey(
        "posts.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture from the library"),
    )
    starts_on = models.DateField(
        _("first day"), null=True, blank=True, help_text=_("In the blog’s time zone. Leave empty for now.")
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Leave empty for no end."))
    place = models.CharField(_("where"), max_length=10, choices=Place, default=Place.EVERYWHERE)
    position = models.CharField(_("position"), max_length=10, choices=Position, default=Position.BELOW)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(condition=Q(place__in=["all", "home", "post"]), name="notice_place_is_known"),
            models.CheckConstraint(
                condition=Q(position__in=["above", "beside", "below"]), name="notice_position_is_known"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="notice_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(address="") | ~Q(link_label=""), name="notice_link_has_words"),
        ]

    def __str__(self):
        return self.text[:60]

    def save(self, *args, **kwargs):
        self.rerender()
        super().save(*args, **kwargs)

    def rerender(self):
        self.text_html = render_note(self.text)

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})
        if self.address and not self.link_label:
            raise ValidationError({"link_label": _("Enter the words of the link.")})
        stored = Notice.objects.filter(pk=self.pk, text=self.text)
        if (len(self.text) > LONGEST_NOTICE or typeset(self.text).is_plain) and not stored.exists():
            costly_text.refuse("text")

    def shown(self):
        return Shown(
            self.text_html,
            self._picture_html(),
            self.address,
            self.link_label,
            self.place,
            self.position,
            self.starts_on,
            self.ends_on,
        )

    def _picture_html(self):
        if not self.picture:
            return ""
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">',
            self.picture.url_for(PICTURE_WIDTH),
            self.picture.width,
            self.picture.height,
            self.picture.alt,
        )

    @classmethod
    def all_shown(cls):
        """Those that there are, in their order, whatever the day: a tuple of Shown."""
        return tuple(notice.shown() for notice in cls.objects.select_related("picture").order_by("pk")[:MOST_NOTICES])

    @staticmethod
    def on(notices, kind):
        """{position: those of `notices` that stand on a page of this kind today}."""
        today = timezone.localdate()
        here = [notice for notice in notices if notice.is_on(kind, today)]
        return {position: tuple(each for each in here if each.position == position) for position in Notice.Position}
