"""Players and frames of other sites, which WordPress puts into a page: here each is a link in its own paragraph."""

import html
import re
from urllib.parse import parse_qs, urlsplit

from .library import kind_of

# An address alone on its line becomes a player for these (WordPress's class-wp-oembed.php, and WordPress.com's own).
_PROVIDERS = """
    animoto.com archive.org blip.tv bsky.app canva.com cloudup.com codepen.io crowdsignal.com dai.ly
    dailymotion.com facebook.com flic.kr flickr.com funnyordie.com giphy.com gist.github.com hulu.com imgur.com
    instagram.com issuu.com kickstarter.com loom.com mixcloud.com open.spotify.com pinterest.com poll.fm
    polldaddy.com pocketcasts.com reddit.com reverbnation.com screencast.com scribd.com slideshare.net
    smugmug.com soundcloud.com speakerdeck.com spotify.com ted.com tiktok.com tumblr.com twitch.tv twitter.com
    videopress.com vimeo.com vine.co wolframcloud.com wordpress.tv x.com youtu.be youtube.com
"""
PROVIDERS = set(_PROVIDERS.split())
# Shortcodes of Jetpack and WordPress.com that show what stands at an address, and how a bare number becomes one.
PLAYERS = {
    "archiveorg": "https://archive.org/details/{}",
    "bandcamp": None,
    "cartodb": None,
    "dailymotion": "https://www.dailymotion.com/video/{}",
    "facebook": None,
    "flickr": None,
    "gist": "https://gist.github.com/{}",
    "googleapps": None,
    "googlemaps": None,
    "googlevideo": "https://video.google.com/videoplay?docid={}",
    "hulu": "https://www.hulu.com/watch/{}",
    "instagram": None,
    "kickstarter": None,
    "mixcloud": "https://www.mixcloud.com/{}/",
    "pinterest": None,
    "polldaddy": "https://polldaddy.com/poll/{}/",
    "crowdsignal": "https://polldaddy.com/poll/{}/",
    "scribd": "https://www.scribd.com/doc/{}",
    "soundcloud": None,
    "spotify": None,
    "ted": "https://www.ted.com/talks/{}",
    "tweet": "https://twitter.com/i/status/{}",
    "twitchtv": None,
    "videopress": "https://videopress.com/v/{}",
    "vimeo": "https://vimeo.com/{}",
    "vine": None,
    "wpvideo": "https://videopress.com/v/{}",
    "youtube": "https://www.youtube.com/watch?v={}",
}
ADDRESS = re.compile(r"""(?:https?:)?//[^\s<>"'\]|]+""", re.IGNORECASE)
_SOURCE = re.compile(r"""\s(?:src|data|value)\s*=\s*["']?((?:https?:/)?/[^\s<>"']+)""", re.IGNORECASE)
FRAME = "a frame of another site became a link"
_NUMBER = re.compile(r"[\w./-]+")


def link_paragraph(address, text=""):
    """A paragraph with a link alone, as which `posts/markup.py` knows a video."""
    address = f"https:{address}" if address.startswith("//") else address
    return f'<p><a href="{html.escape(address)}">{html.escape(text or address)}</a></p>'


def recording(kind, address):
    """A player, of `audio` or `video`: `posts/markup.py` plays what is ours and makes a link of any other."""
    return f'<{kind} src="{html.escape(address)}"></{kind}>'


def is_player(address):
    """True if WordPress makes a player of an address that stands alone on its line."""
    try:
        host = (urlsplit(address).hostname or "").lower()
    except ValueError:
        return False
    return kind_of(address) in {"audio", "video"} or any(host == one or host.endswith(f".{one}") for one in PROVIDERS)


def player(name, named, listed, inside):
    """The address of what the shortcode `name` shows, or None."""
    said = html.unescape(" ".join([*named.values(), *listed, inside or ""]))
    if found := ADDRESS.search(said):
        return watched(found[0])
    if spotify := re.search(r"spotify:(\w+):(\w+)", said):
        return f"https://open.spotify.com/{spotify[1]}/{spotify[2]}"
    number = next((named[key] for key in ("id", "poll", "video", "docid") if named.get(key)), "")
    number = number or next(iter(listed), "") or (inside or "").strip()
    form = PLAYERS[name]
    return form.format(number.strip("/")) if form and _NUMBER.fullmatch(number) else None


def watched(address):
    """The page at which one watches what a player's address plays; any other address as it is."""
    address = address if "://" in address else f"https:{address}"
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query.replace("?", "&"))
    except ValueError:
        return address
    host = (parts.hostname or "").lower().removeprefix("www.")
    if host in {"youtube.com", "m.youtube.com", "youtube-nocookie.com", "youtu.be"}:
        return _on_youtube(host, parts.path, query) or address
    if found := host == "player.vimeo.com" and re.match(r"/video/(\d+)", parts.path):
        return f"https://vimeo.com/{found[1]}"
    if found := host.endswith("dailymotion.com") and re.match(r"/(?:embed/)?video/(\w+)", parts.path):
        return f"https://www.dailymotion.com/video/{found[1]}"
    return address


def _on_youtube(host, path, query):
    found = re.match(r"/(?:embed|v|e|shorts|live)/([\w-]{6,})", path) or (
        host == "youtu.be" and re.match(r"/([\w-]{6,})", path)
    )
    number = found[1] if found else next(iter(query.get("v", ())), "").split("&")[0]
    if not re.fullmatch(r"[\w-]{6,}", number) or number == "videoseries":
        return None
    begin = next(iter(query.get("t") or query.get("start") or ()), "")
    return f"https://www.youtube.com/watch?v={number}" + (f"&t={begin}" if re.fullmatch(r"\w+", begin) else "")


def frame_html(tag, span, job):
    """What stands for an <iframe>, <object> or <embed>: no frame is shown, but `posts/markup.py` says what it was of.

    Empty where it is of nothing.
    """
    found = _SOURCE.search(span)
    address = html.unescape(found[1]) if found else ""
    if not ADDRESS.match(address):
        return ""
    job.say(FRAME)
    if tag != "iframe":
        return link_paragraph(watched(address))
    title = re.search(r"""\stitle\s*=\s*("[^"]*"|'[^']*')""", span[: span.find(">")])
    return f'<iframe src="{html.escape(address)}"{f" title={title[1]}" if title else ""}></iframe>'
