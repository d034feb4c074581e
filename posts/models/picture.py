from pathlib import PurePosixPath
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from posts import outbox
from posts.pictures import markup, renditions
from posts.pictures.checking import validate_picture  # noqa: F401 (the first migration names it here)
from posts.pictures.cleaning import cleaned
from posts.pictures.fields import PictureField, digest_of
from posts.pictures.markup import measured
from posts.storage import require_deletable

from .public import Public, PublicQuerySet, public_changed

# A task: by its name, since it uses this model.
MAKE_RENDITIONS = "posts.pictures.work.make_one"
SAME_CONTENT = 7_203_117  # any number: PostgreSQL's advisory locks of uploads
# What of a picture stands in the pages that show it.
SHOWN_FIELDS = ("file", "alt", "decorative", "caption", "credit")


def texts_with(name):
    """(posts, authors) whose text or bio names the stored file `name`."""
    # Both import this file, since they show pictures.
    from .author import Author
    from .post import Post

    in_body, in_bio = Q(), Q()
    for written in {name, quote(name)}:
        in_body |= Q(body__contains=written)
        in_bio |= Q(bio__contains=written)
    return Post.objects.filter(in_body), Author.objects.filter(in_bio)


class PictureQuerySet(PublicQuerySet):
    def waiting(self):
        """Those whose renditions were not made yet, nor tried."""
        return self.filter(rendered_at=None)

    def undescribed(self):
        """Those of which nobody has said yet what they show, nor that they only decorate."""
        return self.filter(alt="", decorative=False)

    def with_content(self, content):
        """Those that were uploaded with these bytes, cleaned as they are stored."""
        return self.filter(file__contains=f"-{digest_of(content)}")

    def shown_in(self, html):
        """Rows by stored name, of the pictures that a rendered text shows; no query if it shows none of ours."""
        names = markup.names_in(html) if "<img" in html else ()
        return {picture.file.name: picture for picture in self.filter(file__in=names)} if names else {}

    def delete(self):
        """Deletes the rows, and after the commit their files. Raises ProtectedError if a text shows one."""
        with transaction.atomic():
            pictures = list(self)
            for picture in pictures:
                picture.refuse_deletion()
            deleted = super().delete()
            for picture in pictures:
                picture.discard_files()
        return deleted

    delete.alters_data = True
    delete.queryset_only = True


class Picture(Public):
    """A picture, uploaded once, shown at the top of posts or named in their text.

    It may wait to be described: a post is published with it only after that (posts/pictures/alternatives.py).

    `renditions` are the stored names of its sizes, {format: {width: name}}; empty until they are made (`rendered_at`),
    and for a picture that has none, such as an animation.
    """

    file = PictureField(_("file"), upload_to="%Y/%m/")
    width = models.PositiveIntegerField(editable=False, null=True)
    height = models.PositiveIntegerField(editable=False, null=True)
    renditions = models.JSONField(editable=False, default=dict, blank=True)
    rendered_at = models.DateTimeField(editable=False, null=True)
    alt = models.CharField(
        _("alternative text"),
        max_length=500,
        blank=True,
        help_text=_("Describes the picture for people who can't see it."),
    )
    decorative = models.BooleanField(
        _("decorative"),
        default=False,
        help_text=_("The picture adds nothing to the text, so screen readers skip it."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Who made the picture."))
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        indexes = [
            models.Index(fields=["file"], name="picture_file"),
            models.Index(fields=["id"], name="picture_waits_for_renditions", condition=Q(rendered_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decorative=False) | models.Q(alt=""),
                name="picture_decorative_has_no_alt_text",
            ),
        ]

    def __str__(self):
        return self.alt or self.file.name

    @classmethod
    def from_upload(cls, upload, **words):
        """The picture of an uploaded file: the one that has this content, or a new one with these words.

        Raises ValidationError where the file is refused, and OSError where the disk takes none.
        """
        for validate in cls._meta.get_field("file").validators:
            validate(upload)
        content = cleaned(upload)
        whole = content.read()
        with transaction.atomic():
            cls._wait_for_same(digest_of(whole))
            for known in cls.objects.with_content(whole).order_by("pk"):
                if known.file.storage.exists(known.file.name):
                    return known
            return cls.objects.create(file=content, **words)

    @staticmethod
    def _wait_for_same(digest):
        """Of two windows that send one file at once the second finds the row of the first. SQLite has one writer."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [SAME_CONTENT, digest])

    def save(self, *args, **kwargs):
        """Stores the row; a new file is measured, gets its renditions made, and takes the old one's place in texts."""
        before = Picture.objects.filter(pk=self.pk).first() if self.pk else None
        old_name = before.file.name if before else None
        try:
            with transaction.atomic():
                is_new = self._commit_file(old_name)
                super().save(*args, **kwargs)
                if is_new:
                    self._ask_for_renditions()
                if before:
                    self._follow(before)
        except BaseException:
            if self.file and self.file._committed and self.file.name != old_name:
                self.file.storage.delete(self.file.name)
            raise

    def delete(self, *args, **kwargs):
        """Deletes the row, and after the commit its files. Raises ProtectedError if a text shows it."""
        with transaction.atomic():
            self.refuse_deletion()
            deleted = super().delete(*args, **kwargs)
            self.discard_files()
        return deleted

    def get_absolute_url(self):
        return self.file.url

    def clean(self):
        if self.alt and self.decorative:
            raise ValidationError(
                {"decorative": _("A decorative picture has no alternative text. Untick this, or delete the text.")}
            )

    @property
    def is_described(self):
        """False as long as nobody has said what it shows, nor that it only decorates."""
        return bool(self.alt) or self.decorative

    @property
    def lead_html(self):
        """It as the first thing of a page: fetched at once."""
        return markup.picture_html(self, lead=True, on_top=True)

    @property
    def teaser_html(self):
        """It as one of many in a list."""
        return markup.picture_html(self)

    @property
    def caption_html(self):
        return markup.caption_html(self)

    def url_for(self, width, kind="webp"):
        """The path of the smallest rendition at least so wide, or else the largest; the original if there is none."""
        sizes = self.sizes(kind)
        return next((url for each, url in sizes if each >= width), sizes[-1][1])

    def sizes(self, kind="webp"):
        """[(width, path)] of the renditions, the smallest first; of the original if there is none."""
        by_width = self.renditions.get(kind)
        if not by_width:
            return [(self.width or 0, self.file.url)]
        return [(width, markup.url_of(by_width[str(width)])) for width in sorted(map(int, by_width))]

    def height_at(self, width):
        """How high it is when it is so wide; None where its size is not known."""
        return round(self.height * width / self.width) if self.width and self.height and width else None

    @property
    def fallback_url(self):
        return self.url_for(markup.FALLBACK_WIDTH)

    def describe(self, *, alt, decorative, caption=""):
        """Says what it shows, or that it only decorates; a caption that it has stays, unless there is another."""
        self.alt, self.decorative, self.caption = alt, decorative, caption or self.caption
        self.save()

    def texts(self):
        """(posts, authors) whose text or bio names it, or whose photo it is."""
        posts, authors = texts_with(self.file.name)
        return posts, authors | authors.model.objects.filter(photo=self.pk)

    def refuse_deletion(self):
        posts, authors = self.texts()
        if showing := [*posts.defer("body", "body_html"), *authors]:
            raise ProtectedError(_("The picture is used in a post. Remove it there first."), set(showing))

    def discard_files(self):
        """Deletes its files after the commit. Raises OSError where they can't be deleted."""
        names = [self.file.name, *renditions.names_of(self.renditions)]
        require_deletable(names)
        transaction.on_commit(lambda: renditions.discard(names), robust=True)

    def clean_file(self):
        """Takes the metadata out of a file that came in before that was done on the way in; says whether it had any.

        Its name and address stay. Raises OSError and ValidationError where it can't be read.
        """
        with self.file.storage.open(self.file.name) as stored:
            before = stored.read()
        after = cleaned(ContentFile(before, name=PurePosixPath(self.file.name).name)).read()
        if after == before:
            return False
        self.file.storage.replace(self.file.name, ContentFile(after))
        self.width, self.height = measured(self.file.name) or (None, None)
        # What turned it is gone: its sizes are made anew, and pages say its new width and height.
        Picture.objects.filter(pk=self.pk).update(width=self.width, height=self.height, rendered_at=None)
        self.refresh_pages()
        self._ask_for_renditions()
        return True

    def take_renditions(self, made):
        """Keeps {format: {width: name}} for the file that this row has, and shows them; False if it has another now."""
        with transaction.atomic():
            now = timezone.now()
            same = Picture.objects.filter(pk=self.pk, file=self.file.name)
            if not same.update(renditions=made, rendered_at=now):
                return False
            gone = set(renditions.names_of(self.renditions)) - set(renditions.names_of(made))
            self.renditions, self.rendered_at = made, now
            self.refresh_pages()
            transaction.on_commit(lambda: renditions.discard(gone), robust=True)
        return True

    def refresh_pages(self):
        """Computes the texts that show it anew; what shows it has changed."""
        posts, authors = self.texts()
        for row in [*posts.select_for_update(no_key=True), *authors.select_for_update(no_key=True)]:
            row.refresh()
        public_changed(self.posts.all())

    def _ask_for_renditions(self):
        """Has them made some time after the commit of this transaction."""
        outbox.put(MAKE_RENDITIONS, self.pk)

    def _commit_file(self, old_name):
        """Stores the file if it is new, and sets what depends on it; says whether it is."""
        if not self.file._committed:
            self.file.save(self.file.name, self.file.file, save=False)
        if self.file.name == old_name:
            return False
        self.width, self.height = measured(self.file.name) or (None, None)
        self.renditions, self.rendered_at = {}, None
        return True

    def _follow(self, before):
        """What the pages show follows what has changed in the row."""
        if self.file.name != before.file.name:
            self._replace_in_texts(before)
            before.discard_files()
        if any(getattr(self, name) != getattr(before, name) for name in SHOWN_FIELDS):
            self.refresh_pages()

    def _replace_in_texts(self, before):
        posts, authors = before.texts()
        for rows, column in ((posts, "body"), (authors, "bio")):
            for row in rows.select_for_update(no_key=True):
                text = getattr(row, column)
                for name in (quote(before.file.name), before.file.name):
                    text = text.replace(name, self.file.name)
                rows.model.objects.filter(pk=row.pk).update(**{column: text})
