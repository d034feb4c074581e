"""Shortcodes of Jetpack and WordPress.com that show what stands at an address, or what has a number at some site.

A word is no number: `[youtube video]` is text.
"""

import html
import re
from typing import NamedTuple

ADDRESS = re.compile(r"""(?:https?:)?//[^\s<>"'\]|]+""", re.IGNORECASE)
_LINK = re.compile(r"""<a\b[^<>]*\shref\s*=\s*["']([^"'<>]*)["'][^<>]*>.*?</a>""", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[A-Za-z]?[a-z]+(?:[-_/][A-Za-z]?[a-z]+)*|[A-Z]+")
# Beside the address there may be sizes: `&w=640`, `640`, `100%`.
_SIZE = re.compile(r"&.*|\d{1,4}(?:px|%)?,?|,")
_BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+(?:com|net|org|tv|be|co|ly)/\S+", re.IGNORECASE)


class Player(NamedTuple):
    """`form`: how a number becomes an address; `number`: what one looks like, alone in the shortcode; `keys`: the
    options that have it."""

    form: str = ""
    number: str = ""
    keys: tuple = ("id",)


PLAYERS = {
    "archiveorg": Player("https://archive.org/details/{}", r"(?=[\w.-]*[\d_])[\w.-]{5,}"),
    "bandcamp": Player("https://bandcamp.com/EmbeddedPlayer/album={}/", keys=("album",)),
    "cartodb": Player(),
    "crowdsignal": Player("https://polldaddy.com/poll/{}/", keys=("poll", "id")),
    "dailymotion": Player("https://www.dailymotion.com/video/{}", r"(?=\w*\d)[xk]\w{4,20}", ("id", "video")),
    "facebook": Player(),
    "flickr": Player("https://www.flickr.com/photo.gne?id={}", keys=("photo", "video")),
    "gist": Player("https://gist.github.com/{}", r"\d{4,}|[0-9a-f]{20,40}|[\w-]+/(?:\d+|[0-9a-f]{20,40})"),
    "googleapps": Player(),
    "googlemaps": Player(),
    "googlevideo": Player("https://video.google.com/videoplay?docid={}", r"-?\d{9,}", ("docid", "id")),
    "hulu": Player("https://www.hulu.com/watch/{}", r"\d{5,}"),
    "instagram": Player(),
    "kickstarter": Player(),
    "mixcloud": Player("https://www.mixcloud.com/{}/", r"[\w-]+/[\w-]+/?"),
    "pinterest": Player(),
    "polldaddy": Player("https://polldaddy.com/poll/{}/", keys=("poll", "id")),
    "scribd": Player("https://www.scribd.com/doc/{}", r"\d{6,}"),
    "slideshare": Player("https://www.slideshare.net/slideshow/embed_code/{}", r"\d{6,}"),
    "soundcloud": Player(),
    "spotify": Player(),
    "ted": Player("https://www.ted.com/talks/{}"),
    "tweet": Player("https://twitter.com/i/status/{}", r"\d{6,}"),
    "twitchtv": Player(),
    "videopress": Player("https://videopress.com/v/{}", r"[A-Za-z0-9]{8}"),
    "vimeo": Player("https://vimeo.com/{}", r"\d{5,12}", ("id", "clip_id", "video")),
    "vine": Player(),
    "wpvideo": Player("https://videopress.com/v/{}", r"[A-Za-z0-9]{8}"),
    "youtube": Player("https://www.youtube.com/watch?v={}", r"[\w-]{11}", ("id", "video", "v")),
}
_ADDRESSES = ("url", "src", "href", "link")
_OPTIONS = {
    *(
        "w",
        "h",
        "width",
        "height",
        "align",
        "lang",
        "title",
        "type",
        "start",
        "end",
        "rel",
        "autoplay",
        "theme",
        "mode",
    ),
    *(
        "key",
        "doc",
        "file",
        "params",
        "iframe",
        "color",
        "survey",
        "rating",
        "dir",
        "domain",
        "query",
        "layout",
        "size",
    ),
    *("track", "hide_thread", "hide_cover", "light", "user", "list", "bgcol", "linkcol", "tracklist", "artwork"),
}
_NUMBER = re.compile(r"[\w./-]+")
_SPOTIFY = re.compile(r"spotify:(\w+):(\w+)")


def shown_by(name, options, named, listed, inside):
    """The address of what the shortcode `name` shows; empty where it says nothing; None where it is not one at all.

    `options`: as they stand; `named` and `listed`: what they say; `inside`: what stands before its end, if it has one.
    """
    player = PLAYERS[name]
    known = {*player.keys, *_ADDRESSES, *_OPTIONS} & named.keys()
    listed = _without_links(options) if "<a" in options else listed
    said = _content(inside)
    values = [one for one in listed if not _SIZE.fullmatch(one)]
    if len(values) > 1 or (said is None and (inside or "").strip()):
        return None
    if not (known or values or said):
        return None
    for value in filter(None, [*(named.get(key) for key in _ADDRESSES), *values, said]):
        if address := _address(value) or _by_number(player, value):
            return address
    if values:
        return None
    for key in player.keys:
        value = html.unescape(named.get(key) or "").strip()
        if value and (address := _address(value) or _numbered(player, value)):
            return address
    if name == "bandcamp" and re.fullmatch(r"\d+", named.get("track", "")):
        return f"https://bandcamp.com/EmbeddedPlayer/track={named['track']}/"
    if name in {"polldaddy", "crowdsignal"} and re.fullmatch(r"\w+", named.get("survey", "")):
        return f"https://polldaddy.com/s/{named['survey']}"
    return "" if known else None


def _without_links(options):
    """The others of the options, where an editor has made a link of an address in them."""
    return _LINK.sub(lambda match: match[1], options).lstrip(" =:").rstrip(" /").split()


def _content(inside):
    """What stands between the shortcode and its end, if that is one thing alone; None if it is not."""
    text = _LINK.sub(lambda match: match[1], inside or "")
    text = html.unescape(re.sub(r"</?(?:p|br|div|span)\b[^<>]*>", " ", text)).strip()
    return text if text and not re.search(r"[\s<>]", text) else None


def _address(value):
    value = html.unescape(value).strip()
    if match := ADDRESS.match(value):
        return match[0]
    if spotify := _SPOTIFY.fullmatch(value):
        return f"https://open.spotify.com/{spotify[1]}/{spotify[2]}"
    return f"https://{value}" if _BARE_ADDRESS.fullmatch(value) else None


def _by_number(player, value):
    """By what stands in the shortcode without a name."""
    value = html.unescape(value).strip().rstrip(",").partition("&")[0]
    is_number = player.number and re.fullmatch(player.number, value) and not _WORD.fullmatch(value)
    return _numbered(player, value) if is_number else None


def _numbered(player, value):
    value = value.partition("&")[0]
    if not player.form or not _NUMBER.fullmatch(value):
        return None
    if player is PLAYERS["ted"] and value.isdecimal():
        value = f"view/id/{value}"
    return player.form.format(value.strip("/"))
