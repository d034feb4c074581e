"""The files that an export names, by attachments and in texts, and what their many addresses come to."""

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from blog_site.moving.addresses import host, plain_address
from blog_site.moving.records import CAME_FROM
from blog_site.moving.wordpress.html.lazy_loading import without_lazy
from posts.models import Attachment
from posts.models.attachment import full_sizes, unsized

MAX_ADDRESS = Attachment._meta.get_field("address").max_length
_FILES = ".files.wordpress.com"
# WordPress.com's scaler of pictures: https://i0.wp.com/HOST/PATH?resize=300,200
_PHOTON = re.compile(r"(?:https?:)?//i[0-3]\.wp\.com/(?P<host>[^/?#]+)(?P<path>/[^?#]*)", re.IGNORECASE)
_NAMED = re.compile(
    r"""(?P<tag><img\b[^<>]*>)|[\s"'](?:src|href|poster|mp3|mp4|m4a|m4v|ogg|oga|ogv|wav|webm|flac|mov|wmv)"""
    r"""\s*=\s*(["'])(?P<address>[^"'<>]*)\2""",
    re.IGNORECASE,
)
# Where WordPress puts what comes up in May 2019, whatever the folder above is called.
_DATED = re.compile(r"/(\d{4}/\d\d/[^/\s\"'<>?#]+\.\w{3,5})(?![^\s\"'<>?#])")
_SRC = re.compile(r"""\ssrc\s*=\s*(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)
_ALT = re.compile(r"""\salt\s*=\s*(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)


def unscaled(address):
    """The address that WordPress.com's scaler has its picture from; any other as it is."""
    match = _PHOTON.match(address)
    return f"https://{match['host']}{match['path']}" if match else address


def upload_path(address):
    """An upload's path below WordPress's uploads folder ("2014/09/a.jpg"), or None.

    Folders are `wp-content/uploads/` and `files/`; `NAME.files.wordpress.com` has nothing else.
    """
    path = _safe_path(address)
    if not path:
        return None
    if host(address).endswith(_FILES):
        return path
    match = re.search(r"(?:^|/)(?:wp-content/uploads|files)/(.+)$", path)
    return match[1] if match else None


def _safe_path(address):
    """The decoded path of a web address without its first slash; None where it could lead elsewhere."""
    try:
        parts = urlsplit(address)
        path = re.sub("/{2,}", "/", unquote(parts.path, errors="strict")).removeprefix("/")
    except ValueError:
        return None
    if parts.scheme not in {"", "http", "https"} or re.search(r"[\\\x00-\x1f\x7f]", path):
        return None
    return path if path and not {"", ".", ".."} & set(path.split("/")) else None


@dataclass
class Wanted:
    """A file to be had: the path that it is known by here, and where it may be found."""

    key: str
    line: int
    addresses: list
    names: list
    attachments: list = field(default_factory=list)
    own: list = field(default_factory=list)  # the attachments of this file, not of the blog's others
    is_own: bool = True
    alt: str = ""

    @property
    def came_from(self):
        """Where it was at first, as host and path: our own export says it of what had come from elsewhere."""
        said = next((attachment.meta.get(CAME_FROM, "") for attachment in self.attachments), "")
        is_one = said and len(said.encode()) <= MAX_ADDRESS and _safe_path(f"//{said}")
        return plain_address(f"//{said}") if is_one else plain_address(self.addresses[0])


def named_in(text):
    """Yields (address, alternative text) of each file that a post's text names and that may be an upload."""
    if not any(folder in text for folder in ("uploads/", "/files/", _FILES)) and not _DATED.search(text):
        return
    for match in _NAMED.finditer(without_lazy(text)):
        address, alt = match["address"], ""
        if match["tag"]:
            src, alt = _SRC.search(match["tag"]), _ALT.search(match["tag"])
            address, alt = src[2] if src else "", html.unescape(alt[2]) if alt else ""
        address = html.unescape(address).strip()
        if upload_path(unscaled(address)) or _DATED.search(address):
            yield address, alt


class Uploads:
    """What an export names, in `wanted` by key; `refused` are [(attachment, why)…] that can't be had from anywhere.

    `others` are the surveys of the same blog's other files: a text may show what stands in another one.
    """

    def __init__(self, survey, others=()):
        surveys = [survey, *others]
        # Where addresses without a host are; a channel may say anything.
        self.home = survey.blog if host(survey.blog) not in {"", "?"} else ""
        self.own = _own_hosts(surveys)
        # Folders of uploads that are called otherwise, and files that stand somewhere by themselves: as host and path.
        self.folders = _other_folders(surveys)
        self.places = {}
        self.wanted = {}
        self.refused = []
        attachments = [(attachment, one is survey) for one in surveys for attachment in one.attachments]
        # Those in WordPress's own folders first: the others give way where a name is taken.
        for attachment, is_own in sorted(attachments, key=lambda one: not upload_path(unscaled(one[0].attachment_url))):
            self._want(attachment, is_own=is_own)
        for address, (line, alt) in survey.named.items():
            self._want_named(address, line, alt)

    def key(self, address):
        """The path that an upload of the blog is known by, at the size that is asked for; None for others' files."""
        address = unscaled(address)
        path = upload_path(address)
        if path and host(address) in self.own:
            return path
        if path and host(address).endswith(_FILES):
            return f"{host(address)}/{path}"
        return self._elsewhere(address)

    def _elsewhere(self, address):
        """The same of what stands in a folder of another name, as the attachments' own addresses tell."""
        if not _safe_path(address) or not (self.folders or self.places):
            return None
        # One without a host is on the blog's own.
        plain = plain_address(urljoin(self.home, address))
        for place in full_sizes(plain):
            if place in self.places:
                return self.places[place]
        dated = _DATED.search(plain)
        return dated[1] if dated and plain[: dated.start() + 1] in self.folders else None

    def _want(self, attachment, *, is_own):
        address = unscaled(attachment.attachment_url)
        path = _safe_path(address)
        if not path or not host(address):
            self._refuse(attachment, _why_refused(address), is_own)
            return
        if len(plain_address(address).encode()) > MAX_ADDRESS:
            self._refuse(attachment, "its address is too long", is_own)
            return
        key = upload_path(address) or self._new_place(address, path)
        names = [key] if upload_path(address) else list(dict.fromkeys([key, path]))
        wanted = self.wanted.setdefault(key, Wanted(key, attachment.line, [address], names, is_own=is_own))
        wanted.attachments.append(attachment)
        wanted.own += [attachment] if is_own else []

    def _new_place(self, address, path):
        """The key of an attachment outside of WordPress's folders: its path below its own, if no other has that."""
        plain = plain_address(address)
        if plain not in self.places:
            dated = _DATED.search(plain)
            key = next(
                one for one in (dated and dated[1], path, plain) if one and (one not in self.wanted or one == plain)
            )
            self.places[plain] = key
        return self.places[plain]

    def _refuse(self, attachment, why, is_own):
        if is_own:
            self.refused.append((attachment, why))

    def _want_named(self, address, line, alt):
        key = self.key(address)
        if not key or any(path in self.wanted for path in full_sizes(key)):
            return
        address = urljoin(self.home, unscaled(address)).partition("?")[0].partition("#")[0]
        if len(plain_address(address).encode()) <= MAX_ADDRESS:
            base = unsized(key)
            addresses = list(dict.fromkeys([unsized(address), address]))
            self.wanted[base] = Wanted(base, line, addresses, list(dict.fromkeys([base, key])), alt=alt)


def _own_hosts(surveys):
    attachments = [attachment for survey in surveys for attachment in survey.attachments]
    named = [host(unscaled(address)) for survey in surveys for address in survey.named]
    own = {"", *(name for survey in surveys for name in survey.hosts)}
    own |= {host(unscaled(attachment.attachment_url)) for attachment in attachments} - {"?"}
    own |= {name.removesuffix(".wordpress.com") + _FILES for name in own if name.endswith(".wordpress.com")}
    if not any(name.endswith(_FILES) and name in named for name in own):
        # A blog with a domain of its own: which name it has on files.wordpress.com is nowhere said.
        own |= {name for name, _count in Counter(name for name in named if name.endswith(_FILES)).most_common(1)}
    return own


def _other_folders(surveys):
    """The folders, as host and path, in which attachments stand below a year and a month, and not in WordPress's."""
    addresses = {unscaled(attachment.attachment_url) for survey in surveys for attachment in survey.attachments}
    plain = [plain_address(address) for address in addresses if _safe_path(address) and not upload_path(address)]
    return {one[: dated.start() + 1] for one in plain if (dated := _DATED.search(one))}


def _why_refused(address):
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        return "its address can't be read"
    if not address:
        return "it has no address"
    if scheme not in {"http", "https"}:
        return "its address is not http or https"
    return "its address names no file below an uploads folder"
