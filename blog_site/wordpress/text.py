"""A post's text as WordPress keeps it, made into the HTML that WordPress would show."""

import html
import re
from urllib.parse import unquote, urlsplit

from .autop import Held, autop

# SyntaxHighlighter Evolved's shortcodes, which WordPress.com has too: one per language and two for any.
_LANGUAGES = """
    as3 actionscript3 arduino bash shell clojure coldfusion cf cpp c csharp css delphi pascal diff patch
    erlang fsharp go groovy haskell html java javafx javascript js kotlin latex lua matlab objc perl php
    plain text powershell python py r ruby rails scala sql swift vb vbnet xml xhtml xslt yaml
"""
LANGUAGES = set(_LANGUAGES.split())
_CODE = "|".join(sorted({"code", "sourcecode", "source", *LANGUAGES}, key=len, reverse=True))
_SPECIAL = re.compile(
    rf"(?P<pre><pre\b.*?</pre\s*>)"
    r"|(?P<script><(?:script|style)\b.*?</(?:script|style)\s*>)"
    rf"|\[(?P<escaped>\[(?:/?(?:caption|wp_caption|embed|gallery|{_CODE}))\b[^\]]*\])\]"
    rf"|\[(?P<code>{_CODE})(?P<code_options>\s[^\]]*)?\](?P<source>.*?)\[/(?P=code)\]"
    r"|\[(?P<caption>caption|wp_caption)(?P<caption_options>\s[^\]]*)?\](?P<captioned>.*?)\[/(?P=caption)\]"
    r"|\[embed(?:\s[^\]]*)?\]\s*(?P<embedded>[^\s\[\]<>]+)\s*\[/embed\]",
    re.DOTALL,
)
_OPTION = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")
_IMAGE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.IGNORECASE | re.DOTALL)
_BLOCK_MARK = re.compile(r"<!--\s*/?wp:.*?-->\n?", re.DOTALL)
_MARK = re.compile(r"<!--\s*(?:more\b.*?|nextpage|noteaser)\s*-->", re.DOTALL)
_SHORTCODE = re.compile(r"(?<!\[)\[(/?)([a-z][\w-]*)(\s[^\[\]]*)?\](?!\])")
# Shortcodes of WordPress and WordPress.com that need neither options nor an end to be recognised.
KNOWN = {
    "archives",
    "audio",
    "caption",
    "contact-form",
    "embed",
    "gallery",
    "gist",
    "googlemaps",
    "latex",
    "playlist",
    "poll",
    "vimeo",
    "video",
    "youtube",
}
_ADDRESS = re.compile(
    r"""(<(?P<tag>img|a)\b(?:[^>"']|"[^"]*"|'[^']*')*?\s(?:src|href)\s*=\s*)(["'])(?P<url>.*?)\3""",
    re.IGNORECASE | re.DOTALL,
)


def post_html(text, *, warn=lambda message: None):
    """The HTML of a post's text. `warn(message)` is told, once each, of shortcodes that stay as text."""
    held = Held()
    has_blocks = "<!-- wp:" in text
    text = _MARK.sub("\n\n", _BLOCK_MARK.sub("", text))
    text = _SPECIAL.sub(lambda match: _special(match, held, warn), text)
    for name in sorted(_left(text)):
        warn(f"the shortcode [{name}] stays as text")
    return held.restore(text).strip() if has_blocks else autop(text, held)


def _special(match, held, warn):
    if match["pre"]:
        return held.hold(match[0])
    if match["script"]:
        warn("a script or a style sheet in the text was left out")
        return ""
    if match["escaped"]:
        return held.keep(match["escaped"])
    if match["code"]:
        return held.hold(_code(match["code"], _options(match["code_options"]), match["source"]))
    if match["embedded"]:
        return f"\n\n{match['embedded']}\n\n"
    figure = _figure(_options(match["caption_options"]), match["captioned"])
    return held.hold(figure) if figure else match[0]


def _options(text):
    return {name.lower(): a or b or c for name, a, b, c in _OPTION.findall(text or "")}


def _code(name, options, source):
    language = options.get("language") or options.get("lang") or (name if name in LANGUAGES else "")
    language = re.sub(r"[^\w-]", "", language.lower().replace("+", "p").replace("#", "sharp"))
    if not re.search(r"<|&(?!#?\w+;)", source):
        # As SyntaxHighlighter saved it: escaped once. Where anything stands unescaped, all is as typed.
        source = html.unescape(source)
    attribute = f' class="language-{language}"' if language else ""
    source = source.replace("\r\n", "\n").strip("\n")
    return f"<pre><code{attribute}>{html.escape(source, quote=False)}</code></pre>"


def _figure(options, inside):
    match = _IMAGE.match(inside)
    if not match:
        return None
    image, text = match[1], (options.get("caption") or "").strip() or match[2].strip()
    if image.lower().startswith("<a") and "</a" not in image.lower():
        image += "</a>"
    align = options.get("align", "alignnone")
    text = re.sub(r"\s*\n\s*", "<br>", text)
    caption = f"<figcaption>{text}</figcaption>" if text else ""
    return f'<figure class="{html.escape(align)}">{image}{caption}</figure>'


def _left(text):
    """The names of what looks like shortcodes: with options, with an end, or known as such; not "[sic]"."""
    found = _SHORTCODE.findall(text)
    ended = {name for end, name, _options in found if end}
    return {name for _end, name, options in found if "=" in options or name in ended or name in KNOWN}


def map_addresses(body, change):
    """`body` with `change(tag, address)` for each <img src> and <a href>; None leaves it as it is."""

    def replace(match):
        new = change(match["tag"].lower(), html.unescape(match["url"]).strip())
        return match[0] if new is None else f"{match[1]}{match[3]}{html.escape(new)}{match[3]}"

    return _ADDRESS.sub(replace, body)


def upload_path(address):
    """An upload's path below WordPress's uploads folder ("2014/09/a.jpg"), or None.

    Folders are `wp-content/uploads/` and `files/`; `NAME.files.wordpress.com` has nothing else.
    """
    try:
        parts = urlsplit(address)
        path = unquote(parts.path)
    except ValueError:
        return None
    if parts.scheme not in {"", "http", "https"}:
        return None
    if (parts.hostname or "").endswith(".files.wordpress.com"):
        below = path.lstrip("/")
    else:
        match = re.search(r"/(?:wp-content/uploads|files)/(.+)$", path)
        below = match[1] if match else ""
    safe = below and not re.search(r"[\\\x00-\x1f]", below) and not {"", ".", ".."} & set(below.split("/"))
    return below if safe else None


def without_size(path):
    """`a-300x200.jpg` is `a.jpg`, scaled."""
    return re.sub(r"-\d+x\d+(?=\.\w+$)", "", path)
