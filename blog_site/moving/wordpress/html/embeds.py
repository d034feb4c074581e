"""Players and frames of other sites, which WordPress puts into a page: here each is a link in its own paragraph."""

import html
import re
from urllib.parse import parse_qs, urlsplit

from blog_site.moving.wordpress.library import kind_of

from .players import ADDRESS

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
_SOURCE = re.compile(r"""\s(?:src|data|value)\s*=\s*["']?((?:https?:/)?/[^\s<>"']+)""", re.IGNORECASE)
LONGEST_WORDS = 120  # characters of an address that are shown
FRAME = "a frame of another site became a link"


def link_paragraph(address, text=""):
    """A paragraph with a link alone, as which `posts/markup.py` knows a video."""
    address = f"https:{address}" if address.startswith("//") else address
    return f'<p><a href="{html.escape(address)}">{html.escape(text or _short(address))}</a></p>'


def _short(address):
    """An address as the words of its link: nobody reads a player's settings."""
    if len(address) <= LONGEST_WORDS:
        return address
    return f"{re.split('[?#]', address)[0][:LONGEST_WORDS]}…"


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
    if match := host == "player.vimeo.com" and re.match(r"/video/(\d+)", parts.path):
        return f"https://vimeo.com/{match[1]}"
    if match := host.endswith("dailymotion.com") and re.match(r"/(?:embed/)?video/(\w+)", parts.path):
        return f"https://www.dailymotion.com/video/{match[1]}"
    return address


def _on_youtube(host, path, query):
    match = re.match(r"/(?:embed|v|e|shorts|live)/([\w-]{6,})", path) or (
        host == "youtu.be" and re.match(r"/([\w-]{6,})", path)
    )
    number = match[1] if match else next(iter(query.get("v", ())), "").split("&")[0]
    if not re.fullmatch(r"[\w-]{6,}", number) or number == "videoseries":
        return None
    begin = next(iter(query.get("t") or query.get("start") or ()), "")
    return f"https://www.youtube.com/watch?v={number}" + (f"&t={begin}" if re.fullmatch(r"\w+", begin) else "")


def frame_html(tag, span, job):
    """What stands for an <iframe>, <object> or <embed>: no frame is shown, but `posts/markup.py` says what it was of.

    Empty where it is of nothing.
    """
    match = _SOURCE.search(span)
    address = html.unescape(match[1]) if match else ""
    if not ADDRESS.match(address):
        job.say("a frame or a player that says no address was left out")
        return ""
    job.say(FRAME)
    if tag != "iframe":
        return link_paragraph(watched(address))
    title = re.search(r"""\stitle\s*=\s*("[^"]*"|'[^']*')""", span[: span.find(">")])
    return f'<iframe src="{html.escape(address)}"{f" title={title[1]}" if title else ""}></iframe>'
