from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.learned import SPAM_THRESHOLD
from posts.models import Blog

from .choices import Status


class DiscussionSettings(models.Model):
    """How discussion works on this blog: one row. WordPress's names are in `docs/`."""

    class Moderation(models.TextChoices):
        ALL = "all", _("Every comment waits")
        FIRST = "first", _("A person's comments wait until one was approved")
        NONE = "none", _("No comment waits because of who wrote it")

    class Order(models.TextChoices):
        OLDEST = "oldest", _("Oldest first")
        NEWEST = "newest", _("Newest first")

    class NotifyOn(models.TextChoices):
        NONE = "none", _("Never")
        HELD = "held", _("When a comment waits")
        ALL = "all", _("For every comment")
        DIGEST = "digest", _("Once a day, what waits")

    blog = models.OneToOneField(Blog, on_delete=models.CASCADE, default=1, related_name="+", editable=False)
    comments_open = models.BooleanField(_("comments open"), default=True)
    close_after_days = models.PositiveIntegerField(
        _("close after days"), null=True, blank=True, help_text=_("Empty: never.")
    )
    moderation = models.CharField(
        _("moderation"),
        max_length=10,
        choices=Moderation,
        default=Moderation.FIRST,
        help_text=_(
            "Whichever you choose, a comment under the name of an author, of staff or of the blog waits, unless it is "
            "sent from their own account."
        ),
    )
    max_links = models.PositiveIntegerField(
        _("links"),
        null=True,
        blank=True,
        default=2,
        help_text=_("A comment with more waits. Empty: any number."),
    )
    hold_words = models.TextField(
        _("words that hold"),
        blank=True,
        help_text=_(
            "One a line: a word, a phrase, the beginning of a word (press*), an IP address or a range (10.0.0.0/8). "
            "Words are looked for in the text, as it was typed and as readers see it, in the name, the e-mail address "
            "and the website: whole words, or anywhere in languages without spaces; case, accents and disguises do "
            "not matter. An address matches whoever writes from there."
        ),
    )
    block_words = models.TextField(
        _("words that mark as spam"),
        blank=True,
        help_text=_("As above. Who is marked wrongly finds no way in: be sparing."),
    )
    spam_threshold = models.FloatField(
        _("learned spam from"),
        default=SPAM_THRESHOLD,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_(
            "From 0 to 1: what looks more like your spam than this is marked as spam; from 0.5 on it waits. "
            "It learns from your decisions, from 20 of each kind on. 1: it marks nothing."
        ),
    )
    spam_days = models.PositiveIntegerField(
        _("keep spam for days"),
        null=True,
        blank=True,
        default=30,
        help_text=_(
            "Older spam can be deleted for ever from the list of spam; nothing is deleted by itself. Empty: never."
        ),
    )
    trash_days = models.PositiveIntegerField(
        _("keep the trash for days"),
        null=True,
        blank=True,
        default=30,
        help_text=_(
            "What is older can be deleted for ever from the list of the trash; nothing is deleted by itself. "
            "Empty: never."
        ),
    )
    require_name_email = models.BooleanField(_("name and e-mail required"), default=True)
    registration_required = models.BooleanField(
        _("account required"), default=False, help_text=_("Only people who are logged in can comment.")
    )
    max_depth = models.PositiveSmallIntegerField(
        _("levels"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("Replies below the last level are shown on it, with the name of whom they answer."),
    )
    per_page = models.PositiveSmallIntegerField(
        _("threads a page"), default=50, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    order = models.CharField(_("order"), max_length=10, choices=Order, default=Order.OLDEST)
    flood_seconds = models.PositiveIntegerField(
        _("seconds between comments"),
        default=15,
        help_text=_("Of the same person. 0: no limit; then the four limits below don't count either."),
    )
    hourly_per_network = models.PositiveIntegerField(
        _("comments an hour from one network"),
        null=True,
        blank=True,
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_(
            "A school, an office or the telephones of a town share one. More wait, and three times as many are refused "
            "until later, with the words kept. Your own and moderators' don't count. Empty: no limit."
        ),
    )
    daily_per_network = models.PositiveIntegerField(
        _("comments a day from one network"),
        null=True,
        blank=True,
        default=150,
        validators=[MinValueValidator(1)],
        help_text=_("As above."),
    )
    hourly_per_post = models.PositiveIntegerField(
        _("comments an hour on one post"),
        null=True,
        blank=True,
        default=500,
        validators=[MinValueValidator(1)],
        help_text=_(
            "More wait, and three times as many are refused until later. People of whom you have approved a comment, "
            "and whose account or browser is known, are not stopped by this one and the next. Empty: no limit."
        ),
    )
    daily_limit = models.PositiveIntegerField(
        _("comments a day on the whole blog"),
        null=True,
        blank=True,
        default=3000,
        validators=[MinValueValidator(1)],
        help_text=_("As above."),
    )
    notify_on = models.CharField(_("mail to the author"), max_length=10, choices=NotifyOn, default=NotifyOn.HELD)

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
        # By hand, as the blog itself.
        return next(iter(cls.objects.raw("SELECT * FROM comments_discussionsettings")), None) or cls(pk=1)

    def save(self, *args, **kwargs):
        self.pk = 1
        Blog.objects.get_or_create(pk=1)
        super().save(*args, **kwargs)

    def days_kept(self, status):
        """For how many days comments of this status are kept before they can be emptied; None: for ever."""
        return {Status.SPAM: self.spam_days, Status.TRASH: self.trash_days}.get(status)

    def closed_because(self, post):
        """Why nobody can comment on `post` now, in plain words; empty if comments are open."""
        if not self.comments_open or not post.comments_open:
            return _("Comments are closed.")
        if self.close_after_days is None or not post.published_at:
            return ""
        if post.published_at + timedelta(days=self.close_after_days) < timezone.now():
            return _("Comments are closed: this was published more than %(days)d days ago.") % {
                "days": self.close_after_days
            }
        return ""
