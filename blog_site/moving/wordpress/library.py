"""What an export's texts refer to by number: attachments, and blocks that are kept for use in many posts."""

import html
import re
from collections import defaultdict
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

KINDS = {
    "image": {"avif", "bmp", "gif", "heic", "jpeg", "jpg", "png", "svg", "webp"},
    "audio": {"aac", "flac", "m4a", "mp3", "oga", "ogg", "wav", "wma"},
    "video": {"3gp", "avi", "flv", "m4v", "mov", "mp4", "mpg", "ogv", "webm", "wmv"},
}


class Library:
    """`attachments`: records.Item of that type; `reusable`: {number of a wp_block: its text}."""

    def __init__(self, attachments=(), reusable=None):
        self.by_number = {}
        self.by_parent = defaultdict(list)
        self.reusable = reusable or {}
        for attachment in attachments:
            self.by_number.setdefault(attachment.id, attachment)
            self.by_parent[attachment.parent].append(attachment)

    def find(self, numbers):
        """The attachments of these numbers, in their order; None for each that is not in the file."""
        return [self.by_number.get(number) for number in numbers]

    def attached(self, parent, kind):
        """What hangs on a post, of one of KINDS, in the order of WordPress's galleries."""
        attachments = [one for one in self.by_parent.get(parent, ()) if parent and kind_of(one.attachment_url) == kind]
        return sorted(attachments, key=lambda one: (_order(one.menu_order), _order(one.id)))


def library_of(surveys):
    """The Library of a blog that came in one file or in several."""
    attachments = [attachment for survey in surveys for attachment in survey.attachments]
    return Library(attachments, {number: text for survey in surveys for number, text in survey.reusable.items()})


def _order(text):
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else 0


def kind_of(address):
    """Which of KINDS an address's name says that it is, or None."""
    suffix = file_name(address).rpartition(".")[2].lower()
    return next((kind for kind, suffixes in KINDS.items() if suffix in suffixes), None)


def file_name(address):
    try:
        return PurePosixPath(unquote(urlsplit(address).path)).name
    except ValueError:
        return ""


def picture_html(attachment, *, linked=False):
    """An attached picture as a figure, with the words that were kept beside it; `linked`: leading to its file."""
    address = html.escape(attachment.attachment_url)
    alt = html.escape(attachment.meta.get("_wp_attachment_image_alt", ""))
    image = f'<img src="{address}" alt="{alt}">'
    if linked:
        image = f'<a href="{address}">{image}</a>'
    caption = re.sub(r"\s*\n\s*", "<br>", attachment.excerpt.strip())
    return f"<figure>{image}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"
