"""Files that came along when a blog moved in, and which kinds of them are kept."""

import re
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from posts.pictures.checking import SUFFIXES
from posts.storage import require_deletable

from .picture import Picture, texts_with
from .public import Public, PublicQuerySet

MAX_BYTES = 100 * 1024 * 1024
# By their ending, what WordPress takes and no browser runs: markup and scripts are never kept.
TYPES = {
    "aac": "audio/aac",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "3gp": "video/3gpp",
    "avi": "video/x-msvideo",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "mpg": "video/mpeg",
    "ogv": "video/ogg",
    "webm": "video/webm",
    "wmv": "video/x-ms-wmv",
    "vtt": "text/vtt; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "pps": "application/vnd.ms-powerpoint",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "txt": "text/plain; charset=utf-8",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
# How files of some kinds begin: (where, bytes). The others only must not be markup.
_ZIP, _OLE, _OGG = [(0, b"PK")], [(0, b"\xd0\xcf\x11\xe0")], [(0, b"OggS")]
_MP4 = [(4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"wide")]
SIGNATURES = {
    **dict.fromkeys(("docx", "epub", "odp", "ods", "odt", "pptx", "xlsx", "zip"), _ZIP),
    **dict.fromkeys(("pps", "ppt", "xls"), _OLE),
    **dict.fromkeys(("3gp", "m4a", "m4v", "mov", "mp4"), _MP4),
    **dict.fromkeys(("oga", "ogg", "ogv"), _OGG),
    "avi": [(0, b"RIFF")],
    "wav": [(0, b"RIFF")],
    "flac": [(0, b"fLaC"), (0, b"ID3")],
    "webm": [(0, b"\x1aE\xdf\xa3")],
    "rtf": [(0, b"{\\rtf")],
}


# `a-300x200.jpg` is `a.jpg` scaled down; `a-scaled.jpg` is too, and is the one that WordPress lists.
_SIZE = re.compile(r"-\d+x\d+(?:@2x)?(?=\.\w+$)")
_DATED = re.compile(r"(?<=/)\d{4}/\d\d/[^/]+$")
_UPLOADED = re.compile(r"/(?:wp-content/uploads|files)/(.+)$")


def extension(name):
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def unsized(path):
    return _SIZE.sub("", path)


def full_sizes(path):
    """The paths that a picture's may mean: itself, then what it is a smaller copy of."""
    base = unsized(path)
    stem, dot, suffix = base.rpartition(".")
    return list(dict.fromkeys([path, base, *(f"{stem}{edit}{dot}{suffix}" for edit in ("-scaled", "-rotated"))]))


def validate_attachment(upload):
    """Refuses a file that is too large, of a kind that is not kept, or another kind than its name says."""
    kind = extension(upload.name)
    if kind not in TYPES:
        raise ValidationError(_("Files of this type can’t be kept."))
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The file is larger than 100 MB."))
    upload.seek(0)
    start = upload.read(1024)
    upload.seek(0)
    if kind == "pdf":
        fits = b"%PDF-" in start
    elif kind in SIGNATURES:
        fits = any(start[at:].startswith(mark) for at, mark in SIGNATURES[kind])
    else:
        fits = start and not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    if not fits:
        raise ValidationError(_("The file’s contents don’t match its name."))


class AttachmentQuerySet(PublicQuerySet):
    def at(self, path):
        """What the old blog had at `path`, at whatever size, or on a page of its own; or None."""
        if uploaded := _UPLOADED.search(path):
            paths = full_sizes(uploaded[1])
            attachments = self.filter(path__in=paths).select_related("picture").order_by("-pk")
            by_path = {attachment.path: attachment for attachment in attachments}
            return next((by_path[path] for path in paths if path in by_path), None)
        if extension(path) in TYPES or f".{extension(path)}" in SUFFIXES:
            return self._elsewhere(path.lstrip("/"))
        if not path.strip("/"):
            # No page of its own is what most files have.
            return None
        either_way = [path, path.rstrip("/") if path.endswith("/") else f"{path}/"]
        return self.filter(page_path__in=either_way).select_related("picture").order_by("pk").first()

    def _elsewhere(self, path):
        """What stood at `path`, outside of WordPress's own folders."""
        dated = _DATED.search(path)
        sizes = [*full_sizes(path), *(full_sizes(dated[0]) if dated else ())]
        rows = self.filter(path__in=sizes).select_related("picture").order_by("-pk")
        return next((row for row in rows if row.address.endswith(tuple(f"/{size}" for size in full_sizes(path)))), None)


class Attachment(Public):
    """A file that the blog had when it moved in: where it was, and what it is here, a picture or another file."""

    address = models.CharField(_("old address"), max_length=1000, unique=True)  # host and path alone
    path = models.CharField(max_length=1000, db_index=True)  # below WordPress's uploads folder
    page_path = models.CharField(max_length=1000, blank=True, db_index=True)  # where it had a page of its own
    imported_id = models.PositiveBigIntegerField(null=True, db_index=True)
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), on_delete=models.CASCADE, related_name="attachments", null=True
    )
    file = models.FileField(_("file"), upload_to="%Y/%m/", max_length=200, blank=True, validators=[validate_attachment])
    title = models.CharField(_("title"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"), null=True, editable=False)  # in the old blog

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(picture__isnull=False, file="")
                | (models.Q(picture__isnull=True) & ~models.Q(file="")),
                name="attachment_is_a_picture_or_a_file",
            ),
        ]

    def __str__(self):
        return self.title or self.path

    @property
    def stored(self):
        """The file here, whichever kind it is of."""
        return self.picture.file if self.picture_id else self.file

    def get_absolute_url(self):
        return self.stored.url

    def texts(self):
        """(posts, authors) whose text or bio names it."""
        return texts_with(self.stored.name)

    def delete(self, *args, **kwargs):
        """The file goes too: who deletes it wants it gone, not only unlisted. Raises OSError where it can't go."""
        if self.file:
            name, storage = self.file.name, self.file.storage
            require_deletable([name])
            transaction.on_commit(lambda: storage.delete(name))
        return super().delete(*args, **kwargs)
