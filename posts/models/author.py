import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from posts import costly_text, slugs
from posts.cached_reverse import address
from posts.markup import render_bio, typeset
from posts.pictures.markup import picture_html, with_pictures

from .blog import Blog
from .picture import Picture
from .public import Public
from .queryset import FiledQuerySet

LONGEST_BIO = 20_000  # characters: it stands below every post
MOST_LINKS, LONGEST_LABEL, LONGEST_ADDRESS = 10, 60, 300
PORTRAIT = 96  # pixels that a photo is wide on a page


def validate_handle(value):
    """A handle of the fediverse: a name, as Mastodon and its like allow it, and the server's."""
    if not re.fullmatch(r"@[\w.-]+@([a-z0-9-]+\.)+[a-z0-9-]{2,}", value, re.ASCII | re.IGNORECASE):
        raise ValidationError(_("Enter the full handle, such as @name@server.example."), code="invalid_handle")


def validate_links(links):
    """[{"label", "address"}]: addresses of the web, each with the words that stand for it."""
    if not isinstance(links, list) or len(links) > MOST_LINKS:
        raise ValidationError(_("Enter no more than %(most)d links."), params={"most": MOST_LINKS}, code="links")
    for link in links:
        if not isinstance(link, dict) or link.keys() != {"label", "address"}:
            raise ValidationError(_("Enter an address and a label for each link."), code="links")
        try:
            URLValidator(schemes=["http", "https"])(link["address"])
        except ValidationError:
            raise ValidationError(
                _("“%(address)s” is not a web address. Enter one that starts with https://."),
                params={"address": str(link["address"])[:LONGEST_ADDRESS]},
                code="links",
            ) from None
        if not link["label"].strip() or len(link["label"]) > LONGEST_LABEL or len(link["address"]) > LONGEST_ADDRESS:
            raise ValidationError(
                _("Enter a label of up to %(most)d characters for “%(address)s”."),
                params={"most": LONGEST_LABEL, "address": link["address"][:LONGEST_ADDRESS]},
                code="links",
            )


class Author(Public):
    """A person of the blog: whoever signs posts. The account is who may log in as them; a byline needs none."""

    name = models.CharField(
        _("name"), max_length=150, help_text=_("As readers see it, below posts and beside comments.")
    )
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
    photo = models.ForeignKey(
        Picture, on_delete=models.PROTECT, null=True, blank=True, related_name="authors", verbose_name=_("photo")
    )
    links = models.JSONField(_("links"), default=list, blank=True, validators=[validate_links])
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
        verbose_name = _("person")
        verbose_name_plural = _("people")

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
        """The author that this account signs as, made with its public name where there is none yet."""
        author = cls.objects.filter(user=user).first()
        return author or cls.objects.create(user=user, name=cls.name_of(user))

    @classmethod
    def name_of(cls, user):
        """The name under which an account writes: its public one, or the blog's. Never the one it logs in with."""
        return cls.public_name_of(user) or Blog.load().title

    @classmethod
    def public_name_of(cls, user):
        """The name that an account has chosen for readers: its author's, or its full name; "" if it has none."""
        author = cls.objects.filter(user=user).first()
        if author:
            return author.name
        full_name = user.get_full_name()
        return "" if is_login_name(full_name, user) else full_name

    def get_absolute_url(self):
        return address("posts:author", self.slug)

    @property
    def is_introduced(self):
        """Whether there is anything to tell readers of this person but the name."""
        return bool(self.bio_html or self.photo_id or self.links)

    @property
    def photo_html(self):
        if not self.photo_id:
            return ""
        return picture_html(self.photo, attributes={"class": "portrait"}, width=PORTRAIT)

    @property
    def labelled_links(self):
        """((label, address), …)"""
        return tuple((link["label"], link["address"]) for link in self.links)

    def rerender(self):
        """Computes `bio_html` anew; saves nothing."""
        text = render_bio(self.bio)
        self.bio_html = with_pictures(text, Picture.objects.shown_in(text), first_leads=False)

    def refresh(self):
        """Computes `bio_html` anew and stores it."""
        self.rerender()
        Author.objects.filter(pk=self.pk).update(bio_html=self.bio_html)


def is_login_name(name, user):
    """Whether a name is the one that an account logs in with, which is nobody's to read."""
    return bool(user) and name.strip().casefold() == user.get_username().strip().casefold()
