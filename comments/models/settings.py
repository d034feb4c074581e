from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.spam_classifier import SPAM_THRESHOLD
from posts.generation import memoise
from posts.models import Blog
from posts.models.public import Public, PublicQuerySet

from .choices import Status


class DiscussionSettings(Public):
    """How discussion works on this blog: one row. WordPress's names are in `docs/`."""

    class Moderation(models.TextChoices):
        ALL = "all", _("Hold every comment")
        FIRST = "first", _("Hold a person's comments until one has been approved")
        NONE = "none", _("Hold no comment because of who wrote it")

    class Order(models.TextChoices):
        OLDEST = "oldest", _("Oldest first")
        NEWEST = "newest", _("Newest first")

    class NotifyOn(models.TextChoices):
        NONE = "none", _("Never")
        HELD = "held", _("When a comment is held")
        ALL = "all", _("For every comment")
        DIGEST = "digest", _("Once a day, a list of what is waiting")

    blog = models.OneToOneField(Blog, on_delete=models.CASCADE, default=1, related_name="+", editable=False)
    comments_open = models.BooleanField(_("comments open"), default=True)
    close_after_days = models.PositiveIntegerField(
        _("close after days"), null=True, blank=True, help_text=_("Leave empty for never.")
    )
    moderation = models.CharField(
        _("moderation"),
        max_length=10,
        choices=Moderation,
        default=Moderation.FIRST,
        help_text=_(
            "Whichever you choose, a comment that uses the name of an author, a member of staff or the blog is held "
            "unless it is sent from their own account."
        ),
    )
    max_links = models.PositiveIntegerField(
        _("links"),
        null=True,
        blank=True,
        default=2,
        help_text=_("Hold comments with more links than this. Leave empty for no limit."),
    )
    hold_words = models.TextField(
        _("hold comments containing"),
        blank=True,
        help_text=_(
            "One on each line: a word, a phrase, the beginning of a word (press*), an IP address or a range "
            "(10.0.0.0/8). Words are matched in the comment, as typed and as readers see it, and in the name, email "
            "address and website. Whole words match, or any part of the text in languages without spaces. Case, "
            "accents and disguises are ignored. An IP address matches everyone who writes from there."
        ),
    )
    block_words = models.TextField(
        _("mark as spam if it contains"),
        blank=True,
        help_text=_("As above. Use sparingly: people caught by mistake are not told."),
    )
    spam_threshold = models.FloatField(
        _("spam filter threshold"),
        default=SPAM_THRESHOLD,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_(
            "From 0 to 1. A comment that scores more than this is marked as spam; from 0.5 it is held. The filter "
            "learns from your decisions, once there are 20 of each kind. At 1 it marks nothing as spam."
        ),
    )
    spam_days = models.PositiveIntegerField(
        _("days to keep spam"),
        null=True,
        blank=True,
        default=30,
        help_text=_(
            "Older spam can be deleted permanently from the spam list. Nothing is deleted automatically. Leave "
            "empty to keep it."
        ),
    )
    trash_days = models.PositiveIntegerField(
        _("days to keep the trash"),
        null=True,
        blank=True,
        default=30,
        help_text=_(
            "Older comments can be deleted permanently from the trash. Nothing is deleted automatically. Leave "
            "empty to keep them."
        ),
    )
    require_name_email = models.BooleanField(_("name and email required"), default=True)
    registration_required = models.BooleanField(
        _("account required"), default=False, help_text=_("Only people who are logged in can comment.")
    )
    max_depth = models.PositiveSmallIntegerField(
        _("maximum reply depth"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("Deeper replies are shown at the last level, with the name of the person they reply to."),
    )
    per_page = models.PositiveSmallIntegerField(
        _("threads per page"), default=50, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    order = models.CharField(_("order"), max_length=10, choices=Order, default=Order.OLDEST)
    edit_minutes = models.PositiveIntegerField(
        _("minutes to edit a comment"),
        default=15,
        validators=[MaxValueValidator(60 * 24 * 7)],
        help_text=_(
            "How many minutes people have to change their own published comment after sending it. The checks read "
            "the new text too: if they would hold it, it waits, and the old text stays up. Enter 0 for never. A "
            "comment that is waiting can always be changed."
        ),
    )
    flood_seconds = models.PositiveIntegerField(
        _("seconds between comments"),
        default=15,
        help_text=_("By the same person. Enter 0 for no limit; the four limits below are then off too."),
    )
    hourly_per_network = models.PositiveIntegerField(
        _("comments per hour from one network"),
        null=True,
        blank=True,
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_(
            "A school, an office or a mobile network may share one address range. Further comments are held; from "
            "three times this number they are refused for a while, and the commenter keeps their text. Yours and "
            "moderators' comments don't count. Leave empty for no limit."
        ),
    )
    daily_per_network = models.PositiveIntegerField(
        _("comments per day from one network"),
        null=True,
        blank=True,
        default=150,
        validators=[MinValueValidator(1)],
        help_text=_("As above."),
    )
    hourly_per_post = models.PositiveIntegerField(
        _("comments per hour on one post"),
        null=True,
        blank=True,
        default=500,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Further comments are held; from three times this number they are refused for a while. This limit and "
            "the next do not stop people with an approved comment whose account or browser is known. Leave empty "
            "for no limit."
        ),
    )
    daily_limit = models.PositiveIntegerField(
        _("comments per day on the whole blog"),
        null=True,
        blank=True,
        default=3000,
        validators=[MinValueValidator(1)],
        help_text=_("As above."),
    )
    notify_on = models.CharField(_("emails to the author"), max_length=10, choices=NotifyOn, default=NotifyOn.HELD)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion settings")
        verbose_name_plural = _("discussion settings")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="discussion_settings_are_one_row"),
            models.CheckConstraint(
                condition=models.Q(max_depth__gte=1, per_page__gte=1), name="discussion_shows_something"
            ),
        ]

    def __str__(self):
        return str(_("Discussion settings"))

    @classmethod
    def load(cls):
        """The row; with nothing stored yet, what it would be. Reading writes nothing."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def at(cls, generation):
        """The row as it is in that state of what readers see: read once a process, for everybody, until it changes."""
        return memoise(cls.load, generation.of_posts)

    def save(self, *args, **kwargs):
        self.pk = 1
        Blog.objects.get_or_create(pk=1)
        super().save(*args, **kwargs)

    def days_kept(self, status):
        """For how many days comments of this status are kept before they can be emptied; None: for ever."""
        return {Status.SPAM: self.spam_days, Status.TRASH: self.trash_days}.get(status)

    def closes_at(self, post):
        """When comments on `post` close by its age alone; None: never."""
        if self.close_after_days is None or not post.published_at:
            return None
        try:
            return post.published_at + timedelta(days=self.close_after_days)
        except OverflowError:  # later than calendars go
            return None

    def closed_because(self, post):
        """Why nobody can comment on `post` now, in plain words; empty if comments are open."""
        if not self.comments_open or not post.comments_open:
            return _("Comments are closed.")
        closes_at = self.closes_at(post)
        if closes_at and closes_at < timezone.now():
            return _("Comments are closed because this was published more than %(days)d days ago.") % {
                "days": self.close_after_days
            }
        return ""
