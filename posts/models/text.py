from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from posts import costly_text, languages
from posts.markup import plain_text, typeset
from posts.pictures.markup import with_pictures
from posts.words import index_text

from .picture import Picture

EXCERPT_WORDS = 55  # WordPress's excerpt_length


def time_to_read(minutes):
    """How long a text takes, in words: "4 minutes to read"."""
    return ngettext("%(n)d minute to read", "%(n)d minutes to read", minutes) % {"n": minutes}


class Text(models.Model):
    """What a post says: as written, and as it is shown. What is shown is made when it is saved, not when it is read."""

    class BodyFormat(models.TextChoices):
        MARKDOWN = "markdown", _("Markdown")
        HTML = "html", _("HTML")

    body = models.TextField(_("text"), blank=True)
    body_format = models.CharField(_("format"), max_length=10, choices=BodyFormat, default=BodyFormat.MARKDOWN)
    language = models.CharField(
        _("language"),
        max_length=20,
        blank=True,
        choices=languages.choices,
        help_text=_(
            "If the text is not in the language of the blog. Quotation marks, hyphenation and text direction follow it."
        ),
    )
    excerpt = models.TextField(
        _("excerpt"),
        blank=True,
        help_text=_("Plain text for lists and feeds. Leave empty to use the beginning of the post."),
    )

    # Made by rerender(), which says what they are.
    body_html = models.TextField(editable=False, blank=True)
    contents_html = models.TextField(editable=False, blank=True)
    teaser_html = models.TextField(editable=False, blank=True)
    more_label = models.CharField(max_length=100, editable=False, blank=True)
    reading_minutes = models.PositiveIntegerField(editable=False, default=0)
    summary = models.TextField(editable=False, blank=True)
    # Its words as the search has them; see posts.words.
    search_text = models.TextField(editable=False, blank=True)

    RENDERED: tuple[str, ...] = (
        "body_html",
        "contents_html",
        "teaser_html",
        "more_label",
        "reading_minutes",
        "summary",
        "search_text",
    )

    class Meta:
        abstract = True

    @property
    def direction(self):
        """Which way the text is written, "ltr" or "rtl"; empty where its language is the blog's."""
        return self.language and languages.direction(self.language)

    @property
    def reading_time(self):
        return time_to_read(self.reading_minutes)

    def refuse_what_is_not_rendered(self, same):
        """Raises ValidationError for a text that takes too long. One that is stored, as the rows of `same` say, stands
        in no correction's way.
        """
        if typeset(self.body, self.body_format, self.language).is_plain and not same.exists():
            costly_text.refuse("body")

    def rerender(self, text=None, index=None):
        """Computes what `RENDERED` names anew; saves nothing. What is known of it can be given: `text`, from typeset(),
        and the index_text() of its words. Returns whether it is rendered: False where it stands as it was written.
        """
        text = text or typeset(self.body, self.body_format, self.language)
        pictures = Picture.objects.shown_in(text.html)
        self.body_html = with_pictures(text.html, pictures, first_leads=not self.picture_id)
        self.teaser_html = with_pictures(text.teaser_html, pictures, first_leads=False)
        self.contents_html = text.contents_html
        self.more_label, self.reading_minutes = text.more_label, text.minutes
        # Pictures bring their captions.
        words = plain_text(self.body_html) if pictures else text.words
        self.summary = self.excerpt or Truncator(words).words(EXCERPT_WORDS, truncate=" …")
        self.search_text = index_text(words) if pictures or index is None else index
        return not text.is_plain
