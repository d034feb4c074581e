"""What may come into a post and what may stand on its page: elements, attributes, classes, ids."""

import re

from .code import COLOURS

SCHEMES = {"http", "https", "mailto", "tel"}
# fmt: off
TEXT = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul", "var",
}
PLAYERS = {"audio", "video", "source", "track"}
# What latex2mathml writes, without links and styles.
MATH = {
    "math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow",
    "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}
# fmt: on
# `h1` and `iframe` are what the steps make something else of, `nav` and `header` are theirs alone.
INCOMING_TAGS = TEXT | PLAYERS | MATH | {"h1", "iframe"}
TAGS = TEXT | PLAYERS | MATH | {"nav", "header"}

_EVERYWHERE = {"class", "id", "lang", "dir"}
_SCROLLS = {"role", "tabindex", "aria-label"}
# fmt: off
_MATH_ATTRIBUTES = {
    "accent", "columnalign", "columnlines", "columnspacing", "depth", "displaystyle", "fence", "form", "height",
    "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width",
}
# fmt: on
INCOMING = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "audio": {"src"},
    "details": {"open"},
    "iframe": {"src", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "reversed"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": {"src", "poster", "width", "height"},
    **dict.fromkeys(MATH, _MATH_ATTRIBUTES),
    "math": {"display", "alttext"},
}
INCOMING_ATTRIBUTES = {"*": _EVERYWHERE | {"align"}, **INCOMING}
# What the steps add; nobody can write it.
OUTGOING = INCOMING | {
    "a": INCOMING["a"] | {"role", "aria-label"},
    "audio": INCOMING["audio"] | {"controls", "preload"},
    "div": _SCROLLS,
    "nav": {"aria-label"},
    "pre": _SCROLLS,
    "video": INCOMING["video"] | {"controls", "preload"},
}
ATTRIBUTES = {"*": _EVERYWHERE, **{name: names for name, names in OUTGOING.items() if name in TAGS}}
_VALUES = {
    "role": re.compile("region|group|doc-(noteref|endnotes|backlink)"),
    "tabindex": re.compile("0"),
}
# The lengths in a formula: none that leaves the page.
_LENGTHS = dict.fromkeys(
    ("columnspacing", "depth", "height", "linethickness", "lspace", "rowspacing", "rspace", "voffset", "width"),
    re.compile(r"[+-]?\d?\.?\d{1,3}(em|ex|pt|px)?( \d?\.?\d{1,3}(em|ex|pt|px)){0,40}"),
)

_ADDRESSES = {"href", "src", "poster"}
# What stands before the first colon of an address that is not in its path: a scheme, or something that would be one.
_SCHEME = re.compile(r"([^/?#:]*):")

CLASSES = re.compile(
    r"align(left|right|center|none|wide|full)|footnote(-ref|-backref)?|language-[\w+#.-]+|pull-quote|gallery"
    r"|math(-display)?|anchor|contents|section-head|table-scroll|video(-title|-host)?"
)
# Ids that we make. Others are dropped: they could take the place of the page's own.
IDS = re.compile(r"(fn|fnref)\d*:[\w-]+|section-[\w-]+|more")


def incoming(tag, name, value):
    """True if the attribute may come in."""
    return name in _EVERYWHERE or name == "align" or name in INCOMING.get(tag, ())


def outgoing(tag, name, value):
    """The attribute's value as it may stand on the page, or None to drop it."""
    if name == "class":
        is_code = tag == "span" and value in COLOURS
        return value if is_code else " ".join(word for word in value.split() if CLASSES.fullmatch(word)) or None
    if name == "id":
        return value if IDS.fullmatch(value) else None
    if name not in _EVERYWHERE and name not in OUTGOING.get(tag, ()):
        return None
    if name in _ADDRESSES:
        scheme = _SCHEME.match(value)
        return value if scheme is None or scheme[1].lower() in SCHEMES else None
    pattern = _LENGTHS.get(name) if tag in MATH else _VALUES.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None
