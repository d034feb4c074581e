from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from posts import accent, costly_text
from posts.guids import new_prefix
from posts.localised import spoken, time_zones
from posts.markup import render_note, typeset
from posts.pictures import icon
from posts.pictures.markup import picture_html

from .public import Public, PublicQuerySet

LONGEST_FOOTER = 5_000  # characters: it stands on every page
MOST_PER_PAGE = 100
LOGO_WIDTH = 720  # pixels of the file: twice what a logo takes on a page


def validate_language(code):
    if code not in dict(spoken()):
        raise ValidationError(_("The blog's own words are not translated to this language."), code="unknown_language")


def validate_time_zone(name):
    if name not in time_zones():
        raise ValidationError(_("There is no such time zone. Choose one from the list."), code="unknown_time_zone")


class Blog(Public):
    """The blog itself, as its authors set it: one row. What is the machine's stands in its environment."""

    class LogoPlace(models.TextChoices):
        TITLE = "title", _("In place of the title")
        ABOVE = "above", _("Above the title, as wide as the page")

    title = models.CharField(_("title"), max_length=200, default="Right of Reply")
    tagline = models.CharField(
        _("tagline"), max_length=300, blank=True, help_text=_("A few words about the blog, below its title.")
    )
    language = models.CharField(
        _("language"),
        max_length=20,
        blank=True,
        validators=[validate_language],
        help_text=_("The language of the blog’s own words, of its dates, and of posts that don’t say another."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("For all times shown and typed. The addresses of existing posts don’t change."),
    )
    # What the names of its sizes begin with; see posts.pictures.icon.
    icon = models.CharField(max_length=200, blank=True, editable=False)
    logo = models.ForeignKey(
        "posts.Picture", on_delete=models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("logo")
    )
    logo_place = models.CharField(
        _("place of the logo or header picture"), max_length=10, choices=LogoPlace, default=LogoPlace.TITLE
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        blank=True,
        help_text=_("The colour of links, such as #0b5563. Leave empty for the blog’s own."),
    )
    accent_dark = models.CharField(
        _("accent colour on dark pages"),
        max_length=7,
        blank=True,
        help_text=_("For readers whose device is set to dark. Leave empty to have it made from the one above."),
    )
    footer = models.TextField(
        _("footer"), blank=True, help_text=_("Markdown. Shown at the bottom of every page, without pictures.")
    )
    footer_html = models.TextField(editable=False, blank=True)
    posts_per_page = models.PositiveSmallIntegerField(
        _("posts per page"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_PAGE)],
        help_text=_("On the home page and in archives, from 1 to 100."),
    )
    list_pictures = models.BooleanField(
        _("pictures in lists"),
        default=False,
        help_text=_("Show the picture of each post on the home page and in archives."),
    )
    home_page = models.ForeignKey(
        "posts.Post",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("home page"),
        help_text=_("One of your pages, or the newest posts. With a page, the posts are listed at /posts/."),
    )
    posts_by_mail = models.BooleanField(
        _("new posts by email"),
        default=True,
        help_text=_(
            "Readers can subscribe at /subscribe/. Links to it stand at the end of each post and of each page. Untick "
            "to stop offering it and to send nothing; your subscribers are kept."
        ),
    )
    # What the identities of its feeds begin with, for good; see posts.guids.
    feeds_prefix = models.CharField(max_length=300, blank=True, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("blog")
        verbose_name_plural = _("blog")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="blog_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(posts_per_page__gte=1, posts_per_page__lte=MOST_PER_PAGE),
                name="blog_lists_a_few_posts_a_page",
            ),
            models.CheckConstraint(
                condition=models.Q(logo_place__in=["title", "above"]), name="blog_logo_place_is_known"
            ),
        ]

    def __str__(self):
        return self.title

    @classmethod
    def load(cls):
        """The row; with nothing stored yet, what it would be. Reading writes nothing."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def feed_guid(self, path):
        """The identity of the feed at a path, with its query, wherever the blog is."""
        return f"{self.feeds_prefix or settings.SITE_URL}{path}"

    def save(self, *args, **kwargs):
        self.pk = 1
        self.feeds_prefix = self.feeds_prefix or Blog.load().feeds_prefix or new_prefix()
        self.rerender()
        super().save(*args, **kwargs)

    def clean(self):
        stored = Blog.objects.filter(pk=self.pk, footer=self.footer)
        if (len(self.footer) > LONGEST_FOOTER or typeset(self.footer).is_plain) and not stored.exists():
            costly_text.refuse("footer")
        for name, scheme in (("accent", "light"), ("accent_dark", "dark")):
            self._check_colour(name, scheme)
        if self.accent_dark and not self.accent:
            raise ValidationError({"accent": _("Choose a colour for light pages, too, or none for dark ones.")})

    def rerender(self):
        self.footer_html = render_note(self.footer, self.language) if self.footer.strip() else ""

    @property
    def accents(self):
        """(the colour of links on light pages, on dark ones), or None where the blog has the design's own."""
        if not self.accent:
            return None
        return self.accent, self.accent_dark or accent.nearest(self.accent, "dark")

    @property
    def accent_url(self):
        """The path of the style sheet with its colours, which it has in its address; empty without any."""
        return reverse("posts:accent", args=[colour[1:] for colour in self.accents]) if self.accent else ""

    @property
    def icon_url(self):
        return icon.url(self.icon, 180) if self.icon else ""

    @property
    def small_icon_url(self):
        return icon.url(self.icon, 32) if self.icon else ""

    @property
    def logo_html(self):
        """The picture at the top of every page; empty without one. In place of the title it says the title."""
        if not self.logo:
            return ""
        if self.logo_place == self.LogoPlace.ABOVE:
            return picture_html(self.logo, lead=True, on_top=True)
        return format_html(
            '<img class="logo" src="{}" width="{}" height="{}" alt="{}">',
            self.logo.url_for(LOGO_WIDTH),
            self.logo.width,
            self.logo.height,
            self.title,
        )

    def address_of(self, post):
        """Where a post or page is to be found: the fixed home page at `/`, everything else at its permalink."""
        return reverse("posts:home") if self.home_page_id and post.pk == self.home_page_id else post.get_absolute_url()

    def _check_colour(self, name, scheme):
        typed = getattr(self, name)
        if not typed:
            return
        colour = accent.parse(typed)
        if not colour:
            raise ValidationError({name: _("Enter a colour as # and six hexadecimal digits, such as #0b5563.")})
        setattr(self, name, colour)
        if not accent.passes(colour, scheme):
            raise ValidationError({name: self._hard_to_read(colour, scheme)})

    @staticmethod
    def _hard_to_read(colour, scheme):
        colours = {
            "colour": colour,
            "contrast": f"{int(accent.contrast(colour, scheme) * 10) / 10}",
            "nearest": accent.nearest(colour, scheme),
        }
        if scheme == "light":
            return (
                _(
                    "Links in %(colour)s are hard to read on light pages: the contrast is %(contrast)s to 1, and 4.5 "
                    "to 1 is the least. The nearest colour that can be read is %(nearest)s."
                )
                % colours
            )
        return (
            _(
                "Links in %(colour)s are hard to read on dark pages: the contrast is %(contrast)s to 1, and 4.5 to 1 "
                "is the least. The nearest colour that can be read is %(nearest)s."
            )
            % colours
        )
