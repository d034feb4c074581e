"""Which of the files that an export names are here already."""

import re

from django.conf import settings
from django.core.files.storage import default_storage

from blog_site.moving.addresses import host, plain_address
from posts.models import Attachment, Picture
from posts.models.attachment import full_sizes

# All imported files stand below it, so that a file's name says which upload it was.
FOLDER = "wordpress"
BATCH = 500
_DIGEST = re.compile(r"-[0-9a-f]{16}\.\w+$")  # as posts.pictures.fields.addressed() has it


def find_existing(uploads):
    """The files that are here already, and those that should be and are gone: {key: Attachment} each."""
    by_address = {wanted.came_from: key for key, wanted in uploads.wanted.items()}
    for key, wanted in uploads.wanted.items():
        by_address.setdefault(plain_address(wanted.addresses[0]), key)
        for address in [] if wanted.attachments else full_sizes(plain_address(wanted.addresses[-1])):
            by_address.setdefault(address, key)
    rows, addresses = {}, list(by_address)
    for start in range(0, len(addresses), BATCH):
        some = Attachment.objects.filter(address__in=addresses[start : start + BATCH])
        for row in some.select_related("picture"):
            key = by_address[row.address]
            # Where it came from at first says more than from where it comes now.
            if key not in rows or row.address == uploads.wanted[key].came_from:
                rows[key] = row
    for key, wanted in uploads.wanted.items():
        is_ours = host(settings.SITE_URL) in {host(wanted.addresses[0]), wanted.came_from.partition("/")[0]}
        # A name with a digest says which content it has, whatever the blog's address was when it went out.
        if (is_ours or _DIGEST.search(key)) and key not in rows and (row := _of_our_own(key)):
            rows[key] = row
    here = {key: row for key, row in rows.items() if default_storage.exists(row.stored.name)}
    return here, {key: row for key, row in rows.items() if key not in here}


def _of_our_own(path):
    """What an address of our own export means, as an Attachment; an unsaved one for what was uploaded here."""
    if row := Attachment.objects.filter(path=path).select_related("picture").order_by("pk").first():
        return row
    picture = Picture.objects.filter(file__in=[f"{FOLDER}/{path}", path]).first()
    return picture and Attachment(picture=picture)
