"""A post's text as WordPress keeps it, made into the HTML that WordPress would show."""

import html
import re
from urllib.parse import unquote, urlsplit

from .autop import Held, autop, replace_spans

# SyntaxHighlighter Evolved's shortcodes, which WordPress.com has too: one per language and two for any.
_LANGUAGES = """
    as3 actionscript3 arduino bash shell clojure coldfusion cf cpp c csharp css delphi pascal diff patch
    erlang fsharp go groovy haskell html java javafx javascript js kotlin latex lua matlab objc perl php
    plain text powershell python py r ruby rails scala sql swift vb vbnet xml xhtml xslt yaml
"""
LANGUAGES = set(_LANGUAGES.split())
_CODE = "|".join(sorted({"code", "sourcecode", "source", *LANGUAGES}, key=len, reverse=True))
_SPECIAL = re.compile(
    rf"<(?P<tag>pre|script|style)\b"
    rf"|\[(?P<escaped>\[/?(?:caption|wp_caption|embed|gallery|{_CODE})(?:\s[^\[\]]*)?\])\]"
    rf"|\[(?P<name>caption|wp_caption|embed|{_CODE})(?P<options>\s[^\[\]]*)?\]",
    re.IGNORECASE,
)
# What the importer and WordPress would take for a shortcode of code, pictures or an embed.
SHORTCODE_AS_TEXT = re.compile(rf"\[/?(?:caption|wp_caption|embed|gallery|{_CODE})(?:\s[^\[\]]*)?\]", re.IGNORECASE)
_OPTION = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")
_IMAGE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--\s*(?:(?P<block>/?wp:)|(?:more|nextpage|noteaser)\b)")
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
    r"""(<(?P<tag>img|a)\b(?:[^<>"']|"[^"]*"|'[^']*'){0,2000}?\s(?:src|href)\s*=\s*)(["'])(?P<url>.*?)\3""",
    re.IGNORECASE | re.DOTALL,
)


def post_html(text, *, warn=lambda message: None):
    """The HTML of a post's text. `warn(message)` is told, once each, of shortcodes that stay as text."""
    has_blocks = "<!-- wp:" in text
    held = Held(among_blocks=has_blocks)
    text = replace_spans(text, _COMMENT, lambda match: "-->", lambda match, span: "" if match["block"] else "\n\n")
    text = replace_spans(text, _SPECIAL, _closing, lambda match, span: _special(match, span, held, warn))
    for name in sorted(_left(text)):
        warn(f"the shortcode [{name}] stays as text")
    return held.restore(text).strip() if has_blocks else autop(text, held)


def _closing(match):
    if match["escaped"]:
        return ""
    return f"</{match['tag'].lower()}>" if match["tag"] else f"[/{match['name'].lower()}]"


def _special(match, span, held, warn):
    """What stands for a span; None to leave it as it is."""
    if match["escaped"]:
        return held.keep(match["escaped"])
    if match["tag"]:
        if match["tag"].lower() == "pre":
            return held.hold(span)
        warn("a script or a style sheet in the text was left out")
        return ""
    name, options = match["name"].lower(), _options(match["options"])
    inside = span[len(match[0]) : -len(_closing(match))]
    if name == "embed":
        return f"\n\n{inside.strip()}\n\n" if re.fullmatch(r"\s*[^\s\[\]<>]+\s*", inside) else None
    if name in {"caption", "wp_caption"}:
        figure = _figure(options, inside)
        return figure and held.hold(figure)
    return held.hold(_code(name, options, inside))


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
