"""The files that an export names, by attachments and in texts, and what their many addresses come to."""

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

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
_SRC = re.compile(r"""\ssrc\s*=\s*(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)
_ALT = re.compile(r"""\salt\s*=\s*(["'])(.*?)\1""", re.IGNORECASE | re.DOTALL)


def host(address):
    """The host of an address without `www.`; empty for a relative one."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return "?"


def plain_address(address):
    """What two addresses of the same file have in common: host and decoded path."""
    return host(address) + re.sub("/{2,}", "/", unquote(urlsplit(address).path))


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


def named_in(text):
    """Yields (address, alternative text) of each upload that a post's text names."""
    if not any(folder in text for folder in ("uploads/", "/files/", _FILES)):
        return
    for match in _NAMED.finditer(text):
        address, alt = match["address"], ""
        if match["tag"]:
            src, alt = _SRC.search(match["tag"]), _ALT.search(match["tag"])
            address, alt = src[2] if src else "", html.unescape(alt[2]) if alt else ""
        address = html.unescape(address).strip()
        if upload_path(unscaled(address)):
            yield address, alt


class Uploads:
    """What an export names, in `wanted` by key; `refused` are [(attachment, why)…] that can't be had from anywhere.

    `others` are the surveys of the same blog's other files: a text may show what stands in another one.
    """

    def __init__(self, found, others=()):
        surveys = [found, *others]
        # Where addresses without a host are; a channel may say anything.
        self.home = found.blog if host(found.blog) not in {"", "?"} else ""
        self.own = _own_hosts(surveys)
        self.wanted = {}
        self.refused = []
        for survey in surveys:
            for attachment in survey.attachments:
                self._want(attachment, is_own=survey is found)
        for address, (line, alt) in found.named.items():
            self._want_named(address, line, alt)

    def key(self, address):
        """The path that an upload of the blog is known by, at the size that is asked for; None for others' files."""
        address = unscaled(address)
        path = upload_path(address)
        if path and host(address) in self.own:
            return path
        return f"{host(address)}/{path}" if path and host(address).endswith(_FILES) else None

    def _want(self, attachment, *, is_own):
        address = unscaled(attachment.attachment_url)
        path = _safe_path(address)
        if not path or not host(address):
            self._refuse(attachment, _why_refused(address), is_own)
            return
        key = upload_path(address) or f"{host(address)}/{path}"
        if len(plain_address(address).encode()) > MAX_ADDRESS:
            self._refuse(attachment, "its address is too long", is_own)
            return
        wanted = self.wanted.setdefault(key, Wanted(key, attachment.line, [address], [key], is_own=is_own))
        wanted.attachments.append(attachment)
        wanted.own += [attachment] if is_own else []

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
