"""Typewriter's punctuation made into print's: quotation marks by the language, apostrophes, dashes, dots.

Only in words: code, formulas and attributes are left as they are.
"""

import re

from bs4 import NavigableString

LEFT_ALONE = {"code", "pre", "kbd", "samp", "var", "math", "audio", "video"}
BLOCKS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "td", "th", "caption", "figcaption", "summary", "div"),
    *("blockquote", "figure", "details", "table", "ul", "ol", "dl", "pre", "hr"),
}
# What `\"` and `\'` come as: characters that no text may have (Unicode's noncharacters).
STRAIGHT = {'"': "\ufdd0", "'": "\ufdd1"}
_STRAIGHT_AGAIN = str.maketrans({mark: quote for quote, mark in STRAIGHT.items()})

# Opening and closing marks, outer and inner, as Unicode's CLDR 47 has them (its delimiters).
_ENGLISH = ("“", "”", "‘", "’")
_LOW = ("„", "“", "‚", "‘")
_POINTED = ("«", "»", "“", "”")
_SWEDISH = ("”", "”", "’", "’")
_ARABIC = ("”", "“", "’", "‘")
_STYLES = {
    **dict.fromkeys(("bg", "cs", "de", "is", "lt", "mk", "sk", "sl", "et"), _LOW),
    **dict.fromkeys(("ar", "ur"), _ARABIC),
    **dict.fromkeys(("da", "fi", "sv"), _SWEDISH),
    **dict.fromkeys(("ast", "ca", "es", "it", "pt-pt", "el", "sq"), _POINTED),
    **dict.fromkeys(("be", "ru", "uk"), ("«", "»", "„", "“")),
    **dict.fromkeys(("az", "fa", "hy", "ka"), ("«", "»", "‹", "›")),
    **dict.fromkeys(("nb", "nn", "no"), ("«", "»", "‘", "’")),
    **dict.fromkeys(("hr", "pl", "ro"), ("„", "”", "«", "»")),
    "hu": ("„", "”", "»", "«"),
    "sr": ("„", "”", "’", "’"),
    "de-ch": ("«", "»", "‹", "›"),
    "ja": ("「", "」", "『", "』"),
    "he": ("”", "”", "’", "’"),
    # With the narrow spaces that French sets inside its marks.
    "fr": ("«\u202f", "\u202f»", "“", "”"),
}
_MARK = re.compile(r"---|--|\.\.\.|[\"']")
_DASHES = {"---": "—", "--": "–", "...": "…"}
_OPENS_AFTER = set("([{<-–—/¿¡=|")
# Words whose apostrophe comes first, and years of a decade.
_CUT_OFF = re.compile(r"(?:\d\ds?|tis|twas|twere|twill|em|til|cause|bout|n)(?!\w)", re.IGNORECASE)


def set_quotes(root, language):
    """Goes through the words in their order; `language` is a code such as "de" or "pt-br"."""
    outer = _Quotes(_style(language))
    for node in list(root.descendants):
        if not isinstance(node, NavigableString):
            if node.name in BLOCKS:
                outer.start_block()
            elif node.name == "br":
                outer.before = " "
            elif node.name == "img":
                outer.before = "x"
        elif _is_address(node) or any(parent.name in LEFT_ALONE for parent in node.parents):
            outer.before = str(node)[-1:] or outer.before
        elif type(node) is NavigableString and node:
            new = outer.set(str(node)).translate(_STRAIGHT_AGAIN)
            if new != node:
                node.replace_with(NavigableString(new))


def _is_address(text):
    """True of a link that shows where it leads."""
    return text.parent.name == "a" and len(text) > 4 and text.strip() in text.parent.get("href", "")


def _style(language):
    language = language.lower()
    return _STYLES.get(language) or _STYLES.get(language.partition("-")[0], _ENGLISH)


class _Quotes:
    """The marks of one text; remembers what came before and which single mark is open."""

    def __init__(self, style):
        self.style = style
        self.start_block()

    def start_block(self):
        self.before, self.single_open = "", False

    def set(self, text):
        new, end = [], 0
        for match in _MARK.finditer(text):
            words = text[end : match.start()]
            self.before = words[-1:] or self.before
            mark = _DASHES.get(match[0]) or self._quote(match[0], text[match.end() :][:6])
            new += [words, mark]
            self.before, end = mark[-1], match.end()
        self.before = text[end:][-1:] or self.before
        return "".join([*new, text[end:]])

    def _quote(self, mark, after):
        before = self.before
        opens = not before or before.isspace() or before in _OPENS_AFTER or before in self._opening()
        if mark == '"':
            return self.style[0] if opens else self.style[1]
        if opens and not _CUT_OFF.match(after) and not after[:1].isspace():
            self.single_open = True
            return self.style[2]
        if self.single_open and not opens and not after[:1].isalnum():
            self.single_open = False
            return self.style[3]
        return "’"

    def _opening(self):
        return {self.style[0][-1:], self.style[2][-1:]} - {self.style[1], self.style[3]}
