"""WordPress's shortcodes: code, captions, galleries, players; what has no counterpart here stays as text."""

import html
import re
from bisect import bisect_right
from collections import defaultdict

from .autop import replace_spans
from .embeds import ADDRESS, PLAYERS, is_player, link_paragraph, player, recording, watched
from .formulas import formula, unescape
from .library import KINDS, file_name, kind_of, picture_html
from .tags import TAG

# SyntaxHighlighter Evolved's shortcodes, which WordPress.com has too: one per language and two for any.
_LANGUAGES = """
    actionscript3 ada arduino as3 bash c cf clojure coldfusion cpp csharp css delphi diff erlang fsharp go golang groovy
    haskell html iphone java javafx javascript js jscript kotlin latex lua matlab matlabkey objc obj-c octave pascal
    patch perl php pl plain powershell ps py python r rails rb ror ruby rust scala shell sql splus swift text typescript
    vb vbnet xhtml xml xslt yaml yml
"""
LANGUAGES = set(_LANGUAGES.split()) - {"latex"}
_CODE = {"code", "sourcecode", "source", *LANGUAGES}
_PICTURES = {"caption", "wp_caption", "gallery", "slideshow"}
_FILES = {"audio", "video", "playlist"}
# Made anew for each visitor, or sending what one types somewhere: nothing of the text is in them.
_DYNAMIC = {
    *("archives", "authors", "blog_subscription_form", "contact-form", "contact-field", "jetpack-related-posts"),
    *("jetpack_portfolio", "jetpack_subscription_form", "portfolio", "sitemap", "subscribe", "subscribe2"),
    *("testimonials", "upcomingevents"),
}
_REST = {*_PICTURES, *_FILES, *_DYNAMIC, *PLAYERS, "embed", "latex"}
NAMES = _CODE | _REST


def _one_of(names):
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


# What the importer and WordPress would take for a shortcode.
SHORTCODE_AS_TEXT = re.compile(rf"\[/?(?:{_one_of(NAMES)})(?:[\s=/][^\[\]]*)?\]", re.IGNORECASE)
_HELD_CODE = re.compile(
    rf"<!--\s*/?(?P<block>wp:)"
    rf"|\[(?P<escaped>{SHORTCODE_AS_TEXT.pattern})\]"
    rf"|\[\[(?P<shown>{_one_of(NAMES)})(?:\s[^\[\]]*)?\]"
    rf"|\[(?P<name>{_one_of(_CODE)})(?P<options>\s[^\[\]]*)?\]",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    rf"{TAG.pattern}|\[(?P<end>/?)(?P<name>{_one_of(_REST)})(?P<options>(?:[\s=/:][^\[\]]*)?)\]", re.IGNORECASE
)
_ANY = re.compile(r"(?<!\[)\[(/?)([a-z][\w-]*)([\s=][^\[\]]*)?\](?!\])", re.IGNORECASE)
_OPTION = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))|"([^"]*)"|'([^']*)'|([^\s"']+)""")
_QUOTES = re.compile(r"&quot;|&#34;|&#822[01];|&#8243;|&[lr]dquo;|[“”″„]")
_IMAGE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.IGNORECASE | re.DOTALL)
_ALIASES = {"c++": "cpp", "c#": "csharp", "f#": "fsharp", "jscript": "javascript", "obj-c": "objc", "plain": "text"}


def hold_code(text, job):
    """The text with marks for code and for what is escaped.

    `[[gallery]]` shows `[gallery]`, and `[[code]x[/code]]` shows `[code]x[/code]`.
    """

    def closing(match):
        if match["block"] or match["escaped"]:
            return "-->" if match["block"] else ""
        return f"[/{match['shown'].lower()}]]" if match["shown"] else f"[/{match['name'].lower()}]"

    def replace(match, span):
        if match["block"]:
            return span
        if match["escaped"]:
            return job.held.keep(unescape(match["escaped"]))
        if match["shown"]:
            return job.held.keep(unescape(span[1:-1]))
        inside = span[len(match[0]) : -len(closing(match))]
        return job.held.hold(_code(match["name"].lower(), match["options"], inside))

    return replace_spans(text, _HELD_CODE, closing, replace)


def options_of(text):
    """(named, others): a shortcode's options as WordPress reads them, and as editors have spoilt them."""
    text = html.unescape(text) if "&#8" in text and '"' not in text else text
    if '"' not in text:
        text = _QUOTES.sub('"', text)
    named, listed = {}, []
    for name, a, b, c, *plain in _OPTION.findall((text or "").strip().removeprefix("=").rstrip("/")):
        if name:
            named.setdefault(name.lower(), a or b or c)
        else:
            listed.append(next(filter(None, plain), ""))
    return named, [one for one in listed if one]


def code_html(source, language="", title=""):
    """A piece of code; `language` as its author calls it, `title` in HTML."""
    language = _ALIASES.get(language.lower().strip(), language.lower().strip())
    language = re.sub(r"[^\w-]", "", language.replace("+", "p").replace("#", "sharp"))
    attribute = f' class="language-{language}"' if language else ""
    block = f"<pre><code{attribute}>{source}</code></pre>"
    return f"<figure><figcaption>{title}</figcaption>{block}</figure>" if title else block


def _code(name, options, source):
    named, listed = options_of(options or "")
    language = named.get("language") or named.get("lang") or (name if name in LANGUAGES else "")
    language = language or next((one for one in listed if one.lower() in LANGUAGES), "")
    if not re.search(r"<|&(?!#?\w+;)", source):
        # As SyntaxHighlighter saved it: escaped once. Where anything stands unescaped, all is as typed.
        source = html.unescape(source)
    return code_html(html.escape(source.strip("\n"), quote=False), language, named.get("title", ""))


def shortcodes(text, job):
    """The text with marks for what the shortcodes in it show. Says which ones stay as text, or show nothing."""
    matches = [match for match in _KNOWN.finditer(text) if match["name"]]
    places = defaultdict(list)
    for number, match in enumerate(matches):
        places[match["name"].lower()].append(number)
    parts, done = [], 0
    for number, match in enumerate(matches):
        if match.start() < done or match["end"]:
            continue
        name = match["name"].lower()
        after = places[name][bisect_right(places[name], number) :][:1]
        end = matches[after[0]] if after and matches[after[0]]["end"] else None
        inside = text[match.end() : end.start()] if end else None
        new, whole = _shown(name, match["options"], inside, job)
        if new is not None:
            parts += [text[done : match.start()], new]
            done = end.end() if end and whole else match.end()
    text = "".join([*parts, text[done:]])
    for name in _left(text):
        job.say(f"the shortcode [{name}] stays as text")
    return text


def _shown(name, options, inside, job):
    """(what stands for a shortcode or None to leave it, whether that stands for all through its end)."""
    named, listed = options_of(options)
    if name in {"caption", "wp_caption"}:
        return _caption(named, inside, job), True
    if name in {"gallery", "slideshow"}:
        shown = _gallery(named, listed, job)
    elif name in _FILES:
        shown = _playlist(named, job) if name == "playlist" else _recording(name, named, listed, inside, job)
    elif name == "latex":
        return (formula(inside, job) if inside else None), True
    elif name == "embed":
        found = ADDRESS.search(html.unescape(inside or "") or " ".join([*named.values(), *listed]))
        shown = link_paragraph(found[0]) if found else None
    elif name in PLAYERS:
        found = player(name, named, listed, inside)
        shown = link_paragraph(found) if found else None
    else:
        shown = None
    if shown:
        return job.held.hold(shown), True
    if name in _DYNAMIC or named or listed or (name in _PICTURES):
        job.say(f"the shortcode [{name}] has nothing to show here and was left out")
        return "", name in _DYNAMIC or not inside or name in PLAYERS
    return None, True


def _caption(named, inside, job):
    match = inside is not None and _IMAGE.match(inside)
    if not match:
        # As in WordPress: a caption of something else is that something.
        if inside is None:
            job.say("a caption has no end: the picture stands without it")
        return inside or ""
    image, text = match[1], (named.get("caption") or "").strip() or match[2].strip()
    if image.lower().startswith("<a") and "</a" not in image.lower():
        image += "</a>"
    align = named.get("align") or "alignnone"
    text = re.sub(r"\s*\n\s*", "<br>", text.strip())
    caption = f"<figcaption>{text}</figcaption>" if text else ""
    return job.held.hold(f'<figure class="{html.escape(align)}">{image.strip()}{caption}</figure>')


def _gallery(named, listed, job):
    wanted = named.get("ids") or named.get("include") or ""
    numbers = re.findall(r"\d+", wanted)
    if wanted:
        pictures = job.library.find(numbers)
        for number, picture in zip(numbers, pictures, strict=True):
            if not picture:
                job.say(f"a gallery shows the picture {number}, which is not in the file")
        pictures = list(filter(None, pictures))
    else:
        left_out = set(re.findall(r"\d+", named.get("exclude", "")))
        attached = job.library.attached(named.get("id") or job.number, "image")
        pictures = [picture for picture in attached if picture.id not in left_out]
    if named.get("order", "").upper() == "DESC" and not wanted:
        pictures.reverse()
    linked = named.get("link") == "file"
    figures = "".join(picture_html(picture, linked=linked) for picture in pictures)
    return f'<figure class="gallery">{figures}</figure>' if figures else None


def _recording(name, named, listed, inside, job):
    keys = ["src", "mp4", "mp3", *sorted(KINDS[name]), "url", "href"]
    said = next((named[key] for key in keys if named.get(key)), "") or " ".join(
        [*named.values(), *listed, inside or ""]
    )
    address = html.unescape(said.split("|")[0]).strip()
    found = ADDRESS.search(address)
    if found and kind_of(found[0]) is None and is_player(found[0]):
        return link_paragraph(watched(found[0]))
    if found:
        return f"<p>{recording(name, found[0])}</p>"
    if re.match(r"/[^\s<>]+$", address) or (re.match(r"[^\s<>]+$", address) and kind_of(address)):
        return f"<p>{recording(name, address)}</p>"
    attached = job.library.attached(job.number, name) if not (named or listed or inside) else []
    return f"<p>{recording(name, attached[0].attachment_url)}</p>" if attached else None


def _playlist(named, job):
    kind = "video" if named.get("type") == "video" else "audio"
    numbers = re.findall(r"\d+", named.get("ids", ""))
    files = list(filter(None, job.library.find(numbers))) if numbers else job.library.attached(job.number, kind)
    entries = (
        f'<li><a href="{html.escape(file.attachment_url)}">{file.title or html.escape(file_name(file.attachment_url))}'
        "</a></li>"
        for file in files
    )
    listed = "".join(entries)
    if listed:
        job.say("the recordings of a playlist stay at their old addresses")
    return f"<ul>{listed}</ul>" if listed else None


def _left(text):
    """The names of what looks like shortcodes, as often as they begin; not "[sic]" nor "[a note]"."""
    found = _ANY.findall(text)
    ended = {name for end, name, _options in found if end}
    return [
        name.lower()
        for end, name, options in found
        if not end and (re.search(r"""[="]|&quot;""", options) or name in ended or "_" in name or name.lower() in _REST)
    ]
