from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000  # a 48-megapixel telephone; a bomb of a few kilobytes can claim billions


def validate_picture(upload):
    """Refuses a file that is too large, no picture, or another format than its name says."""
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The file is larger than 15 MB. Save it smaller and try again."))
    try:
        upload.seek(0)
        with Image.open(upload, formats=FORMATS) as image:
            pixels = image.width * image.height
            if pixels <= MAX_PIXELS:
                image.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(
            _("This is not a picture that browsers show. Use a JPEG, PNG, GIF, WebP or AVIF file.")
        ) from error
    finally:
        upload.seek(0)
    if pixels > MAX_PIXELS:
        raise ValidationError(_("The picture has more than 50 million pixels. Save it smaller and try again."))


class Picture(models.Model):
    """A picture, uploaded once, shown at the top of posts or named in their text."""

    file = models.ImageField(
        _("file"),
        upload_to="%Y/%m/",
        width_field="width",
        height_field="height",
        validators=[FileExtensionValidator(["jpg", "jpeg", "png", "gif", "webp", "avif"]), validate_picture],
    )
    width = models.PositiveIntegerField(editable=False, null=True)
    height = models.PositiveIntegerField(editable=False, null=True)
    alt = models.CharField(
        _("alternative text"),
        max_length=500,
        blank=True,
        help_text=_("What the picture shows, for people who don't see it."),
    )
    decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("It adds nothing to the text: readers of alternative text skip it."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Who made it."))
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decorative=True, alt="") | (models.Q(decorative=False) & ~models.Q(alt="")),
                name="picture_has_alt_text_or_is_decorative",
            ),
        ]

    def __str__(self):
        return self.alt or self.file.name

    def get_absolute_url(self):
        return self.file.url

    def clean(self):
        if not self.alt and not self.decorative:
            raise ValidationError(
                {"alt": _("Say what the picture shows, or tick “decorative” if it adds nothing to the text.")}
            )
        if self.alt and self.decorative:
            raise ValidationError(
                {"decorative": _("A decorative picture has no alternative text: untick this, or empty the text.")}
            )
