"""Pictures and frames that a plugin's script puts in place when a reader comes near: here they stand at once."""

import html
import re

from blog_site.moving.wordpress.library import file_name
from posts.models.attachment import unsized

from .autop import replace_spans

_ATTRIBUTES = r"""[^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*){0,60}"""
_LAZY = re.compile(
    rf"<(?P<held>pre|code)\b[^<>]*>|<(?:img|iframe|video|audio|source)\b(?=[^<>]*\sdata-){_ATTRIBUTES}>", re.IGNORECASE
)
_NOSCRIPT = re.compile(r"<(?P<tag>pre|code|noscript)\b[^<>]*>", re.IGNORECASE)
_VALUE = r"""\s*=\s*(?:"([^"]*)"|'([^']*)')"""
_SRC = re.compile(rf"\ssrc{_VALUE}", re.IGNORECASE)
# By what plugins call them; the first that is an address is the picture.
_LATER = [
    re.compile(rf"\s{name}{_VALUE}", re.IGNORECASE)
    for name in ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-url", "data-full-src")
]
_LATER_SIZES = re.compile(rf"\sdata-(?:lazy-)?srcset{_VALUE}", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?/[^\s<>\"']+|[\w%.-]+(?:/[\w%.-]+)*\.\w{3,4}", re.IGNORECASE)
_IMAGE = re.compile(rf"<(?:img|iframe)\b{_ATTRIBUTES}>", re.IGNORECASE)
# What may stand between a picture and its copy for those without scripts.
_GAP = re.compile(r"(?:\s|</?(?:a|span|div|figure|picture|p)\b[^<>]*>|</iframe>)*", re.IGNORECASE)
_NEAR = 3000  # characters


def without_lazy(text):
    """`text` with the addresses that its pictures and frames come to, and without `noscript`."""
    lower = text.lower() if "data-" in text or "<noscript" in text or "<NOSCRIPT" in text else ""
    if "data-" in lower:
        text = replace_spans(text, _LAZY, _end_of_code, _at_once)
    if "<noscript" in lower:
        text = _without_noscript(text)
    return text


def _end_of_code(match):
    return f"</{match['held'].lower()}>" if match["held"] else ""


def _at_once(match, span):
    if match["held"]:
        return span
    address = next((address_there for name in _LATER if (address_there := _address(name.search(span)))), "")
    address = address or _largest(_LATER_SIZES.search(span))
    if not address:
        return span
    attribute = f' src="{html.escape(html.unescape(address))}"'
    if _SRC.search(span):
        return _SRC.sub(lambda _match: attribute, span, count=1)
    return re.sub(r"^<\w+", lambda name: name[0] + attribute, span)


def _address(match):
    address = (match[1] or match[2] or "").strip() if match else ""
    return address if _ADDRESS.fullmatch(html.unescape(address)) else ""


def _largest(match):
    """The address of the largest picture of a `srcset`."""
    sizes = []
    for part in re.split(r",\s+", (match[1] or match[2] or "") if match else ""):
        address, _space, size = part.strip().partition(" ")
        number = re.match(r"[\d.]{1,9}", size.strip())
        if _ADDRESS.fullmatch(html.unescape(address)):
            sizes.append((float(number[0]) if number and number[0].count(".") < 2 else 0, address))
    return max(sizes, key=lambda one: one[0])[1] if sizes else ""


def _without_noscript(text):
    """Each `noscript` is what is in it; nothing, where the picture in it stands beside it already."""
    parts, done = [], 0
    spans = []
    replace_spans(
        text,
        _NOSCRIPT,
        lambda match: f"</{match['tag'].lower()}>",
        lambda match, span: spans.append((match, match.start(), match.start() + len(span))) or span,
    )
    for match, start, end in spans:
        if match["tag"].lower() != "noscript" or start < done:
            continue
        inside = text[match.end() : end - len("</noscript>")]
        copies = _IMAGE.findall(inside)
        before, after = _image_before(text, max(done, start - _NEAR), start), _image_after(text, end)
        if copies and after and not _shows(after[0]):
            parts += [text[done:start], inside]
            done = after.end()
        elif copies and before and not _shows(before[0]):
            parts += [text[done : before.start()], text[before.end() : start], inside]
            done = end
        else:
            known = {_same(image[0]) for image in (before, after) if image}
            is_copy = copies and all(_same(copy) in known for copy in copies)
            parts += [text[done:start], "" if is_copy else inside]
            done = end
    return "".join([*parts, text[done:]])


def _image_before(text, begin, end):
    at = max(text.rfind("<img", begin, end), text.rfind("<iframe", begin, end))
    image = _IMAGE.match(text, at, end) if at >= 0 else None
    return image if image and _GAP.fullmatch(text, image.end(), end) else None


def _image_after(text, at):
    return _IMAGE.match(text, _GAP.match(text, at, at + _NEAR).end())


def _source(image):
    match = _SRC.search(image)
    return html.unescape((match[1] or match[2] or "").strip()) if match else ""


def _shows(image):
    """True for an image that has an address, and not that of an empty place."""
    source = _source(image)
    empty = re.search(r"(?:blank|placeholder|spacer|transparent|1x1|lazy[\w-]*|loader|loading|grey|gray)\.\w+$", source)
    return bool(source) and not source.startswith(("data:", "about:", "#")) and not empty


def _same(image):
    """What an image has in common with its other sizes."""
    return unsized(file_name(_source(image)))
