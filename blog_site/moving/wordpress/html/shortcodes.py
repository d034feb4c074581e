"""WordPress's shortcodes: captions, galleries, players. What only looks like one, or has no counterpart, is text."""

import html
import re
from bisect import bisect_right
from collections import defaultdict

from blog_site.moving.text import TAG
from blog_site.moving.wordpress.library import KINDS, file_name, kind_of, picture_html

from .embeds import is_player, link_paragraph, recording, watched
from .formulas import formula
from .players import ADDRESS, PLAYERS, shown_by
from .shortcode_options import DYNAMIC, FILES, KNOWN, PICTURES, REST, is_quoted, one_of, options_of

_KNOWN = re.compile(
    rf"{TAG.pattern}|\[(?P<end>/?)(?P<name>{one_of(REST)})(?P<options>(?:[\s=/:][^\[\]]*)?)\]", re.IGNORECASE
)
_ANY = re.compile(r"(?<!\[)\[(/?)([a-z][\w-]*)([\s=][^\[\]]*)?\](?!\])", re.IGNORECASE)
_NAMED = re.compile(r"""(?:^|\s)[\w-]*=\S|&quot;""")
_IMAGE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.IGNORECASE | re.DOTALL)
# Those that show what hangs on the post, and need no option for it.
_BARE = {"gallery", "slideshow", "audio", "video", "playlist"}
# Where a line begins and ends: at a newline, at a block, at what is held back.
_BLOCK = r"(?:br|p|div|center|h\d|[ou]l|li|blockquote|t[dhr]|figure|section|article)"
_LINE_BEGINS = re.compile(rf"(?:\A|[\n\x03]|</?{_BLOCK}\b[^<>]*>)(?:[ \t\r]|<[^<>]*>)*\Z", re.IGNORECASE)
_LINE_ENDS = re.compile(rf"(?:[ \t\r]|<[^<>]*>)*?(?:\Z|[\n\x02]|</?{_BLOCK}\b[^<>]*>)", re.IGNORECASE)


def shortcodes(text, job):
    """The text with marks for what the shortcodes in it show. Says which ones stay as text, or show nothing."""
    text = _run(text, job)
    for name in _find_left(text):
        job.say(f"the shortcode [{name}] stays as text")
    return text


def _run(text, job):
    matches = [match for match in _KNOWN.finditer(text) if match["name"]]
    places = defaultdict(list)
    for number, match in enumerate(matches):
        places[match["name"].lower()].append(number)
    parts, done = [], 0
    for number, match in enumerate(matches):
        if match.start() < done or match["end"]:
            continue
        name = match["name"].lower()
        after = bisect_right(places[name], number)
        following = matches[places[name][after]] if after < len(places[name]) else None
        end = following if following and following["end"] else None
        inside = text[match.end() : end.start()] if end else None
        alone = match["name"].islower() and _is_alone(text, match.start(), (end or match).end())
        new, whole = _convert(name, match["options"], inside, job, alone=alone)
        if new is not None:
            parts += [text[done : match.start()], new]
            done = end.end() if end and whole else match.end()
    return "".join([*parts, text[done:]])


def _is_alone(text, start, end):
    """True for what has its line for itself."""
    before, after = text[max(0, start - 300) : start], text[end : end + 300]
    before = before if start <= 300 else f"x{before}"
    return _LINE_BEGINS.search(before) is not None and _LINE_ENDS.match(after) is not None


def _is_meant(name, options, named, listed, inside, *, alone):
    """True if the words in brackets are the shortcode: its own options, or none where it needs none."""
    if name in FILES and name != "playlist":
        # A file may stand there by itself; what follows the first bar is about it.
        listed = [one for one in listed[1:] if "|" not in options and not re.fullmatch(r"\d{1,4}(?:px|%)?", one)]
    if name == "embed":
        listed = listed[1:] if listed and ADDRESS.match(listed[0]) else listed
    if listed:
        return False
    if named:
        return bool(KNOWN[name] & named.keys()) or is_quoted(options)
    if options.strip(" /"):
        return True  # a file, looked at later
    if name in DYNAMIC:
        # A name that nobody would say, where WordPress would show a block.
        return not name.isalpha() and (alone or "[contact-field" in (inside or "").lower())
    return inside is not None or (alone and name in _BARE)


def _convert(name, options, inside, job, *, alone):
    """(what stands for a shortcode or None to leave it, whether that stands for all through its end)."""
    named, listed = options_of(options)
    if options.startswith(":") and not (name == "audio" and re.match(r":\S", options)):
        return None, True  # "[video: Ann at the ford]"
    if name in PLAYERS:
        address = shown_by(name, options, named, listed, inside)
        if address is None:
            return None, True
        shown = link_paragraph(watched(address)) if address else None
    elif not _is_meant(name, options, named, listed, inside, alone=alone):
        return None, True
    elif name in {"caption", "wp_caption"}:
        return _caption(named, inside, job), True
    elif name == "latex":
        return (formula(inside, job) if inside else None), True
    else:
        shown = _block(name, options, named, inside, job)
    if shown:
        return job.held.hold(shown), True
    if name not in DYNAMIC and not KNOWN.get(name, named.keys()) & named.keys():
        return None, True
    if name != "contact-field":  # of which a form has many
        job.say(f"the shortcode [{name}] has nothing to show here and was left out")
    return _run(inside, job) if inside and name in DYNAMIC else "", True


def _block(name, options, named, inside, job):
    """The HTML of a player, a list of files or a gallery; None where there is nothing to show."""
    if name == "embed":
        address = _only_address(named.get("src") or " ".join(options_of(options)[1]) or inside or "")
        return link_paragraph(address) if address else None
    if name == "playlist":
        return _playlist(named, job)
    if name in FILES:
        return _recording(name, named, options, inside, job)
    return _gallery(named, job) if name in PICTURES else None


def _only_address(text):
    """The address that a text is, an editor's link around it or not; None for any other text."""
    text = html.unescape(TAG.sub(" ", text)).strip()
    match = ADDRESS.match(text)
    return match[0] if match and not re.search(r"\s", text) else None


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


def _gallery(named, job):
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


def _recording(name, named, options, inside, job):
    """A player for a file; None for words that name none."""
    keys = ["src", "mp4", "mp3", *sorted(KINDS[name]), "url", "href"]
    said = next((named[key] for key in keys if named.get(key)), "")
    if not said:
        # `[audio http://a.example/b.mp3|titles=B]`, as it was before WordPress 3.6
        without_links = TAG.sub(" ", options).strip().lstrip("=:").partition("|")[0].strip(" /\"'")
        said = "" if named and "=" in without_links else without_links
    address = html.unescape(said or TAG.sub(" ", inside or "")).split("|")[0].strip()
    match = ADDRESS.match(address)
    if match and kind_of(match[0]) is None and is_player(match[0]):
        return link_paragraph(watched(match[0]))
    if match:
        return f"<p>{recording(name, match[0])}</p>"
    if re.match(r"/[^\s<>]+$", address) or (re.match(r"[^\s<>]+$", address) and kind_of(address)):
        return f"<p>{recording(name, address)}</p>"
    attached = job.library.attached(job.number, name) if not (address or (inside or "").strip()) else []
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


def _find_left(text):
    """The names of what looks like shortcodes, as often as they begin; not "[sic]" nor "[a note]"."""
    shortcodes = _ANY.findall(text)
    ended = {name for end, name, _options in shortcodes if end}
    return [
        name.lower()
        for end, name, options in shortcodes
        if not end
        and (_NAMED.search(options) or name in ended or "_" in name or (name in REST and not options.strip()))
    ]
