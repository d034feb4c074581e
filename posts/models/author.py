import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from posts import costly_text, slugs
from posts.cached_reverse import address
from posts.markup import render_bio, typeset
from posts.pictures.markup import with_pictures

from .picture import Picture
from .public import Public
from .queryset import FiledQuerySet

LONGEST_BIO = 20_000  # characters: it stands below every post


def validate_handle(value):
    """A handle of the fediverse: a name, as Mastodon and its like allow it, and the server's."""
    if not re.fullmatch(r"@[\w.-]+@([a-z0-9-]+\.)+[a-z0-9-]{2,}", value, re.ASCII | re.IGNORECASE):
        raise ValidationError(_("Enter the full handle, such as @name@server.example."), code="invalid_handle")


class Author(Public):
    """Whoever signs posts. The account is who may log in as them; a byline needs none."""

    name = models.CharField(_("name"), max_length=150)
    slug = models.CharField(
        _("slug"), max_length=slugs.MAX_LENGTH, unique=True, blank=True, validators=[slugs.validate_slug]
    )
    bio = models.TextField(_("bio"), blank=True, help_text=_("Markdown. Shown below every post."))
    bio_html = models.TextField(editable=False, blank=True)
    fediverse = models.CharField(
        _("Mastodon handle"),
        max_length=200,
        blank=True,
        validators=[validate_handle],
        help_text=_("For example @name@server.example. Mastodon shows it with links to your posts."),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("account"),
    )

    objects = FiledQuerySet.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        slugs.fill_slug(self, self.name)
        self.rerender()
        super().save(*args, **kwargs)

    def clean(self):
        same = Author.objects.filter(pk=self.pk, bio=self.bio)
        if (len(self.bio) > LONGEST_BIO or typeset(self.bio).is_plain) and not same.exists():
            costly_text.refuse("bio")

    @classmethod
    def for_account(cls, user):
        """The author that this account signs as, made with its name where there is none yet."""
        author = cls.objects.filter(user=user).first()
        return author or cls.objects.create(user=user, name=user.get_full_name() or user.get_username())

    @classmethod
    def name_of(cls, user):
        """The name under which an account writes: its author's, or its own."""
        author = cls.objects.filter(user=user).first()
        return author.name if author else user.get_full_name() or user.get_username()

    def get_absolute_url(self):
        return address("posts:author", self.slug)

    def rerender(self):
        """Computes `bio_html` anew; saves nothing."""
        text = render_bio(self.bio)
        self.bio_html = with_pictures(text, Picture.objects.shown_in(text), first_leads=False)

    def refresh(self):
        """Computes `bio_html` anew and stores it."""
        self.rerender()
        Author.objects.filter(pk=self.pk).update(bio_html=self.bio_html)
