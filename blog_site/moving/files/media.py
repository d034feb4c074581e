"""The files of an import: what comes of each, and what an address in a text means now."""

import hashlib
import re
from pathlib import PurePosixPath
from urllib.parse import urljoin

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage

from blog_site.moving.addresses import host, own_path, plain_address
from blog_site.moving.dates import moment
from blog_site.moving.text import parse_imported_id, plain
from posts.models import Attachment, Picture
from posts.models.attachment import extension, full_sizes
from posts.pictures.cleaning import cleaned

from .existing import FOLDER, find_existing

MAX_NAME = Picture._meta.get_field("file").max_length
# How pictures begin, by the endings of their names.
PICTURES = {
    "jpg": rb"\xff\xd8\xff",
    "jpeg": rb"\xff\xd8\xff",
    "png": rb"\x89PNG",
    "gif": rb"GIF8",
    "webp": rb"RIFF....WEBP",
    "avif": rb"....ftypavi[fs]",
}


def as_upload(file, key):
    """An open file as an upload, named by its key; a picture with the ending that its content has."""
    start, kind = file.read(16), extension(key)
    file.seek(0)
    name = PurePosixPath(key)
    if kind in PICTURES and not re.match(PICTURES[kind], start, re.DOTALL):
        # WordPress took a PNG that is called a.jpg.
        fitting = (ending for ending, mark in PICTURES.items() if re.match(mark, start, re.DOTALL))
        name = name.with_suffix(f".{next(fitting, kind)}")
    return File(file, name=str(name))


def problem(file):
    """Why a file is not kept, by the rules of an upload; None if it is."""
    model = Picture if extension(file.name) in PICTURES else Attachment
    try:
        for validator in model._meta.get_field("file").validators:
            validator(file)
    except ValidationError as error:
        return " ".join(error.messages)
    return None


class Media:
    """`take(ledger)` brings the files of `archives` in (see archives.py), or finds those that came in before.

    `to_fetch` are the Wanted that a dry run would download. Files are no part of a transaction: `discard()` deletes
    those that were written and that no row names, unless `keep()` was called before.
    """

    def __init__(self, survey, others, uploads, archives, *, to_fetch=()):
        self.survey, self.others, self.uploads = survey, others, uploads
        self.report = survey.report
        self.to_fetch = {wanted.key for wanted in to_fetch}
        self.ledger = None
        self.by_key = {}
        self.by_page = {}
        self.by_id = {}
        self.written = []
        self.here, self.gone = find_existing(uploads)
        self.plan = self._plan(list(filter(None, archives)))

    def _plan(self, archives):
        """[(archive, the Wanted that it is asked for, {name: Wanted} that it gives)…]: each file from the first."""
        plan = []
        missing = [wanted for key, wanted in self.uploads.wanted.items() if key not in self.here]
        for archive in archives:
            there = archive.has([name for wanted in missing for name in wanted.names])
            chosen = {}
            for wanted in missing:
                if name := next((name for name in wanted.names if name in there), None):
                    chosen[name] = wanted
            plan.append((archive, missing, chosen))
            missing = [wanted for wanted in missing if there.isdisjoint(wanted.names)]
        return plan

    def take(self, ledger):
        self.ledger = ledger
        for attachment, why in self.uploads.refused:
            self.report.skip(f"attachment {attachment.id}", why, line=attachment.line, kind="attachments")
        for key, row in self.here.items():
            changed = self._note(self.uploads.wanted[key], row)
            brought = key in self.survey.brought
            self._count(self.uploads.wanted[key], "new" if brought else "updated" if changed else "here")
        reasons = {}
        for archive, asked, chosen in self.plan:
            for wanted in asked:
                reasons[wanted.key] = archive.reasons.get(wanted.key, f"it is not in {archive.what}")
            for name, file in archive.files(chosen):
                reasons[chosen[name].key] = self._take(chosen[name], file) if file else archive.reasons[name]
        for key, wanted in self.uploads.wanted.items():
            if key not in self.by_key:
                self._miss(wanted, reasons.get(key))
        if self.to_fetch:
            self.report.warn(f"{len(self.to_fetch)} files would be downloaded")

    def find(self, address):
        """The Attachment that an address means, at whatever size, or None."""
        key = self.uploads.key(address)
        if key:
            return next((self.by_key[path] for path in full_sizes(key) if path in self.by_key), None)
        return self.by_page.get(own_path(address)) if host(address) in self.uploads.own else None

    def featured(self, number_there):
        """The Picture that an attachment of this number is, also one that came in before; or None."""
        if number_there in self.by_id or not parse_imported_id(number_there):
            return self.by_id.get(number_there)
        rows = Attachment.objects.filter(imported_id=parse_imported_id(number_there), picture__isnull=False)
        own = (row.picture for row in rows.select_related("picture").order_by("pk") if self._is_from_here(row))
        self.by_id[number_there] = next(own, None)
        return self.by_id[number_there]

    def _is_from_here(self, row):
        return row.address.partition("/")[0] in self.uploads.own

    def is_own(self, address):
        """True for the address of a file that the blog has, whether it came in or not."""
        return self.uploads.key(address) is not None

    def original(self, address):
        """An address of the old blog with its host, which a text may leave out; any other as it is."""
        try:
            return urljoin(f"{self.uploads.home.rstrip('/')}/", address) if self.uploads.home else address
        except ValueError:
            return address

    def keep(self):
        self.written.clear()

    def discard(self):
        for name in self.written:
            if not _is_named(name):
                default_storage.delete(name)

    # --- The numbers

    def _count(self, wanted, outcome):
        """A file that several attachments name came in once."""
        if not wanted.attachments:
            self.report.found("files")
            self.report.count("files", outcome)
        for number_of_it, _attachment in enumerate(wanted.own):
            self.report.count("attachments", "here" if number_of_it else outcome)

    def _miss(self, wanted, why):
        if wanted.key in self.to_fetch:
            self._count(wanted, "new")
            # What texts would show of it.
            self.by_key[wanted.key] = Attachment(path=wanted.key, file=f"{FOLDER}/{wanted.key}")
            return
        # One line for all of them where nobody asked for files.
        what = f" {wanted.key}" if why else ""
        why = why or "no pictures and files were given, and they were not to be fetched"
        if not wanted.attachments:
            self.report.found("files")
            self.report.skip(f"file named in a text{what and ','}{what}", why, line=wanted.line, kind="files")
        for attachment in wanted.own:
            self.report.skip(f"attachment{what}", why, line=attachment.line, kind="attachments")

    # --- One file

    def _take(self, wanted, file):
        """Stores a file with its row; or says why not."""
        file = as_upload(file, wanted.key)
        if why := problem(file):
            return why
        try:
            file = cleaned(file) if extension(file.name) in PICTURES else file
        except ValidationError as error:
            return " ".join(error.messages)
        name = default_storage.save(self._free(wanted, file.name), file)
        self.written.append(name)
        with self.ledger.step():
            self._keep(wanted, name)
        return None

    def _keep(self, wanted, name):
        """Stores the row of a file that is stored under this name."""
        row = self.gone.get(wanted.key)
        is_new = not row
        if is_new:
            row = Attachment(address=wanted.came_from, path=wanted.key)
        if extension(name) in PICTURES:
            row.picture = row.picture or Picture()
            row.picture.file = name
            if row.picture.pk:
                row.picture.save()
        else:
            row.file = name
        self._note(wanted, row)
        if is_new:
            for other in self.others:
                other.brought.add(wanted.key)
        self._count(wanted, "new" if is_new else "updated")

    def _note(self, wanted, row):
        """Brings the row's texts up to the file's, and remembers what leads to it; True if they changed."""
        if not row.pk:
            row.uploaded_at = _day(wanted)
        changed = self._describe(wanted, row)
        self.by_key[wanted.key] = row
        for attachment in wanted.attachments:
            if row.picture:
                self.by_id[attachment.id] = row.picture
            if page := own_path(attachment.link):
                self.by_page[page] = row
        return changed

    def _describe(self, wanted, row):
        attachment = next(iter(wanted.attachments), None)
        caption = description = ""
        alt = plain(wanted.alt, 500)
        if attachment:
            alt = plain(attachment.meta.get("_wp_attachment_image_alt", ""), 500)
            caption, description = plain(attachment.excerpt), plain(attachment.text)
        changed = False
        if row.picture and (attachment or not row.picture.pk):
            texts = {"alt": alt, "decorative": not alt, "caption": caption[:500]}
            changed = self._write("picture", row.picture, texts, day=row.uploaded_at)
        if not row.address:
            # It was uploaded here, and is no old blog's.
            return changed
        if not row.picture or len(caption) > 500:
            description = "\n\n".join(filter(None, [caption, description]))
        values = {}
        if attachment:
            values = {
                "title": plain(attachment.title, 300),
                "description": description,
                "page_path": own_path(attachment.link),
                "imported_id": parse_imported_id(attachment.id),
            }
        return self._write("attachment", row, values) or changed

    def _write(self, kind, row, values, *, day=None):
        """Stores a row that is new, or that the file says something else of; what was edited here since stays."""
        now = {name: getattr(row, name) for name in values}
        is_new = not row.pk
        if not is_new and (now == values or not self.ledger.may_change(kind, row, now)):
            return False
        for name, value in values.items():
            setattr(row, name, value)
        with self.ledger.step():
            row.save()
            if is_new and kind == "picture" and day:
                row.uploaded_at = day
                Picture.objects.filter(pk=row.pk).update(uploaded_at=day)
            if is_new:
                self.ledger.made(kind, row, values)
            else:
                self.ledger.changed(kind, row, values, before=now)
        return not is_new

    def _free(self, wanted, path):
        """A name to store the file under: its path; where another blog's file has that, with a mark."""
        pure = PurePosixPath(path)
        mark = hashlib.blake2b(plain_address(wanted.addresses[0]).encode(), digest_size=8).hexdigest()
        for short in (str(pure), str(pure.with_name(f"{pure.stem}-{mark}{pure.suffix}"))):
            name = f"{FOLDER}/{short}"
            if len(name) > MAX_NAME:
                name = f"{FOLDER}/{mark}{pure.suffix}"
            if not default_storage.exists(name):
                return name
            if not _is_named(name):
                # Left behind by an import that was killed.
                default_storage.delete(name)
                return name
        return name


def _is_named(name):
    """True where a row has the stored file of that name."""
    return Picture.objects.filter(file=name).exists() or Attachment.objects.filter(file=name).exists()


def _day(wanted):
    """When a file came up in the old blog, or None."""
    attachment = next(iter(wanted.attachments), None)
    if not attachment:
        return None
    return moment(attachment.date, attachment.date_gmt, attachment.pub_date, warn=lambda message: None)
