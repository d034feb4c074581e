"""What WordPress would show in a frame of somebody else's: here it is a card or a link, and nothing is fetched.

A link to a video, alone in its line, becomes a card that is drawn by the style sheet; so does a frame of one. Other
frames, and films and sounds of other hosts, become links. Our own are played on the page.
"""

import re
from pathlib import PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from bs4 import NavigableString
from django.conf import settings
from django.utils.translation import gettext as _

from .tree import element, elements, has_class, holds_blocks, in_place_of, inside, is_blank

_HOSTS = {
    "youtube.com": "YouTube",
    "youtube-nocookie.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "player.vimeo.com": "Vimeo",
}
_ID = r"[\w-]{6,20}"
_FILMS = re.compile(r"\.(mp4|m4v|webm|ogv|mov)$", re.IGNORECASE)
# PeerTube's pages: UUIDs, or short ones, letters and figures (a wiki's pages below /w/ have words for names).
_PEERTUBE = re.compile(
    r"/(?:w|videos/watch|videos/embed)/"
    r"((?=[^/]*[0-9])(?=[^/]*[A-Za-z])[0-9A-Za-z]{10,36}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?"
)


def set_embeds(root):
    for frame in elements(root, "iframe"):
        _set_frame(frame)
    for player in elements(root, "audio", "video"):
        _set_player(player)
    for node in elements(root, "source", "track"):
        if node.parent.name not in {"audio", "video"}:
            node.unwrap()
    for link in elements(root, "a", having="href"):
        if _is_alone(link) and (video := _video(link["href"])):
            words = " ".join(link.get_text().split())
            title = "" if words.rstrip("/") == link["href"].rstrip("/") or "://" in words else words
            _show(link, link["href"], video, title or link.get("title", ""))


def _show(node, address, host, title):
    """A card in the place of `node`, or a link where no block may stand."""
    label = _("Watch on %(host)s") % {"host": host}
    if inside(node, {"a"}):
        node.replace_with(NavigableString(title or label))
        return
    link = element("a", href=address)
    if title:
        link.append(element("span", title, class_="video-title"))
        link.append(" ")
    link.append(element("span", label, class_="video-host"))
    if has_class(node.parent, "video") and node.parent.name == "figure":
        node.replace_with(link)
    elif node.find_parent("figure"):
        # Such as WordPress's: the figure is there, and has its caption.
        figure = node.find_parent("figure")
        figure["class"] = ["video"]
        node.replace_with(link)
        _unwrap_up_to(link, figure)
    elif not in_place_of(node, element("figure", link, class_="video")):
        node.replace_with(element("a", title or label, href=address))


def _unwrap_up_to(node, end):
    while node.parent is not end and node.parent.name in {"div", "p"}:
        node.parent.unwrap()


def _is_alone(link):
    """True for a link that has its line or its paragraph for itself."""
    parent = link.parent
    if parent.name not in {"p", "div", "blockquote", "figure", "details"}:
        return False
    if link.find("img") or has_class(parent, "video"):
        return False
    return _ends_line(link.previous_sibling, -1) and _ends_line(link.next_sibling, 0)


def _ends_line(neighbour, side):
    """True if a line ends between a link and its neighbour; `side` is where the neighbour touches it."""
    while neighbour is not None and is_blank(neighbour) and "\n" not in neighbour:
        neighbour = neighbour.previous_sibling if side else neighbour.next_sibling
    if neighbour is None or neighbour.name in {"br", "p", "div", "figure", "figcaption"}:
        return True
    return isinstance(neighbour, NavigableString) and "\n" in (
        neighbour[len(neighbour.rstrip()) :] if side else neighbour[: len(neighbour) - len(neighbour.lstrip())]
    )


def _video(address):
    """The name of the host if `address` is a video's page or file, or None."""
    parts = _split(address)
    if not parts:
        return None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("music.")
    path, query = parts.path, parse_qs(parts.query)
    if host == "youtu.be":
        is_video = re.fullmatch(rf"/{_ID}/?", path)
    elif host in {"youtube.com", "youtube-nocookie.com"}:
        is_video = re.fullmatch(rf"/(shorts|live|embed|v)/{_ID}/?", path) or (path == "/watch" and query.get("v"))
    elif host == "vimeo.com":
        is_video = re.fullmatch(r"/(?:channels/[\w-]+/|groups/[\w-]+/videos/|ondemand/[\w-]+/)?\d{5,12}(/\w+)?/?", path)
    elif host == "player.vimeo.com":
        is_video = re.fullmatch(r"/video/\d{5,12}/?", path)
    else:
        is_video = _PEERTUBE.fullmatch(path) or _FILMS.search(path)
    return (_HOSTS.get(host) or host or _site()) if is_video else None


def _page_of(address):
    """The page that a player's address belongs to: somebody who follows the link wants that."""
    parts = _split(address)
    host = (parts.hostname or "").removeprefix("www.")
    if host in {"youtube.com", "youtube-nocookie.com"} and (match := re.fullmatch(rf"/embed/({_ID})/?", parts.path)):
        start = parse_qs(parts.query).get("start", ["0"])[0]
        since = f"&t={start}s" if re.fullmatch("[1-9][0-9]{0,5}", start) else ""
        return f"https://www.youtube.com/watch?v={match[1]}{since}"
    if host == "player.vimeo.com" and (match := re.fullmatch(r"/video/(\d+)/?", parts.path)):
        secret = parse_qs(parts.query).get("h", [""])[0]
        return f"https://vimeo.com/{match[1]}" + (f"/{secret}" if re.fullmatch(r"\w+", secret) else "")
    if "/videos/embed/" in parts.path and _PEERTUBE.fullmatch(parts.path):
        return f"{parts.scheme}://{parts.netloc}{parts.path.replace('/videos/embed/', '/w/')}"
    return address


def _set_frame(frame):
    address = frame.get("src", "").strip()
    address = _with_scheme(address)
    parts = _split(address)
    if not parts or parts.scheme not in {"http", "https"} or not parts.hostname:
        frame.decompose()
        return
    if video := _video(address):
        title = " ".join(frame.get("title", "").split())
        # What the hosts write into each of their frames is nobody's title.
        _show(frame, _page_of(address), video, "" if re.search(r"video player|^vimeo", title, re.IGNORECASE) else title)
        return
    _link_instead(frame, address, _("Embedded from %(host)s") % {"host": parts.hostname.removeprefix("www.")})


def _set_player(player):
    """Plays what is ours; makes a link of what is somebody else's."""
    sources = [node for node in (player, *elements(player, "source")) if node.get("src")]
    if not sources or not all(_split(node["src"]) for node in sources):
        player.decompose()
        return
    foreign = next((node["src"] for node in sources if not _is_ours(node["src"])), None)
    if foreign:
        parts = _split(foreign)
        name, host = unquote(PurePosixPath(parts.path).name), (parts.hostname or "").removeprefix("www.")
        if player.name == "video":
            _show(player, _with_scheme(foreign), host, name)
        else:
            _link_instead(player, foreign, _("Sound: %(file)s (%(host)s)") % {"file": name or host, "host": host})
        return
    for node in (player, *elements(player, "source", "track")):
        for name in ("src", "poster"):
            if not _is_ours(node.get(name, "")):
                del node[name]
    player["controls"], player["preload"] = "", "none" if player.name == "audio" else "metadata"


def _link_instead(node, address, words):
    link = element("a", words, href=_with_scheme(address))
    if inside(node, {"a"}):
        node.replace_with(NavigableString(words))
    elif holds_blocks(node.parent):
        node.replace_with(element("p", link))
    else:
        node.replace_with(link)


def _with_scheme(address):
    return f"https:{address}" if address.startswith("//") else address


def _is_ours(address):
    parts = _split(address)
    return bool(parts) and ((not parts.netloc and not parts.scheme) or address.startswith(f"{settings.SITE_URL}/"))


def _site():
    return urlsplit(settings.SITE_URL).hostname


def _split(address):
    """The parts of an address, or None of what is none."""
    try:
        parts = urlsplit(address.strip())
        parts.hostname, parts.port  # noqa: B018 (raises what `urlsplit` put off)
    except ValueError:
        return None
    return parts if parts.scheme in {"", "http", "https"} else None
