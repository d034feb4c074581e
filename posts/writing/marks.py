"""Markdown with what we add to it: formulas, and quotation marks that stay straight.

The marks are Python-Markdown's; `templates/admin/posts/post/_how_to_write.html` tells them to authors.
"""

import re
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString, code_escape

from .formulas import MAX_LENGTH
from .quotes import STRAIGHT

# A formula in a line, by Pandoc's rule: no white space inside the signs, no digit after them; and no word touches them.
_IN_LINE = rf"(?<![\w\\$])\$(?!\s)((?:[^$\\]|\\[^\n]){{1,{MAX_LENGTH}}})(?<!\s)\$(?![\w$])"
_DISPLAYED_IN_LINE = rf"(?<!\\)\$\$((?:[^$\\]|\\.){{1,{MAX_LENGTH}}})\$\$"
_IN_BRACKETS = rf"\\\(((?:[^\\]|\\[^)]){{1,{MAX_LENGTH}}})\\\)"
_DISPLAYED = re.compile(
    r"^ {0,3}(?:\$\$(?P<dollars>LINES)\$\$|\\\[(?P<brackets>LINES)\\\])[ \t]*$".replace(
        "LINES", rf"(?:[^\n]|\n(?![ \t]*\n)){{1,{MAX_LENGTH}}}?"
    ),
    re.MULTILINE,
)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)$")
# Noncharacters of Unicode stand in for white space that Python-Markdown would change.
_KEPT = {ord("\t"): "\ufdd2", ord(" "): "\ufdd3"}
_SPACE_AGAIN = {ord(kept): chr(space) for space, kept in _KEPT.items()}
# Inline HTML that holds code: as it stands, marks and all.
_CODE_ELEMENT = r"(<(code|kbd|samp|var)(?:\s[^<>]{0,200})?>[^<]{0,2000}</\2>)"


def render(text):
    """Markdown as HTML, with nothing cleaned. Raises what Python-Markdown does on hostile text."""
    extensions = ["abbr", "def_list", "fenced_code", "footnotes", "md_in_html", "sane_lists", "tables", Marks()]
    configs = {
        # With the sign that asks for text and no emoji.
        "footnotes": {"BACKLINK_TEXT": "↩\ufe0e"},
        "tables": {"use_align_attribute": True},
    }
    rendered = markdown.markdown(text, extensions=extensions, extension_configs=configs, output_format="html")
    return rendered.translate(_SPACE_AGAIN)


class Marks(Extension):
    def extendMarkdown(self, md):
        md.ESCAPED_CHARS.append("$")
        # Formulas come before escapes (180), and both after code (190).
        md.inlinePatterns.register(_Code(_CODE_ELEMENT, md), "code_element", 188)
        md.inlinePatterns.register(_Formula(_IN_BRACKETS, md), "formula_in_brackets", 186)
        md.inlinePatterns.register(_Formula(_DISPLAYED_IN_LINE, md, display=True), "displayed_formula", 185)
        md.inlinePatterns.register(_Formula(_IN_LINE, md), "formula", 184)
        md.inlinePatterns.register(_Straight(r"\\([\"'])", md), "straight", 182)
        # After links and HTML (90), before emphasis (60): the marks in an address are part of it.
        md.inlinePatterns.register(_Address(r"(https?://[^\s<>\"\x02\x03]*(?:[^\W_]|[/#=&-]))", md), "address", 70)
        # Before Python-Markdown makes spaces of all tabs (30).
        md.preprocessors.register(_KeptSpace(md), "kept_space", 40)
        # After fenced code (25) and blocks of HTML (20) are out of the way.
        md.preprocessors.register(_DisplayedFormulas(md), "displayed_formulas", 15)


class _Formula(InlineProcessor):
    def __init__(self, pattern, md, *, display=False):
        super().__init__(pattern, md)
        self.display = display

    def handleMatch(self, match, data):
        tex = match[1].strip()
        if match[0][0] == "$" and not self.display and _is_price(tex):
            return None, None, None
        span = Element("span", {"class": "math math-display" if self.display else "math"})
        span.text = AtomicString(code_escape(tex))
        return span, match.start(), match.end()


def _is_price(text):
    """True of "5 to 6", as in "$5 to 6$": it starts with a number and says more than that without any sign of TeX."""
    return text[0].isdigit() and not re.search(r"[\\^_=+<>{}]", text) and not re.fullmatch(r"[\d.,]+[a-zA-Z]?", text)


class _Code(InlineProcessor):
    def handleMatch(self, match, data):
        return self.md.htmlStash.store(match[1]), match.start(), match.end()


class _Address(InlineProcessor):
    def handleMatch(self, match, data):
        return match[1], match.start(), match.end()


class _Straight(InlineProcessor):
    """`\\"` is a quotation mark that stays as it is."""

    def handleMatch(self, match, data):
        return STRAIGHT[match[1]], match.start(), match.end()


class _KeptSpace(Preprocessor):
    """Tabs between fences stay tabs, and lines of spaces as long as they are: code is copied."""

    def run(self, lines):
        fence = ""
        for line in lines:
            mark = _FENCE.match(line)
            if fence:
                blank = not line.strip()
                yield line.translate(_KEPT if blank else {ord("\t"): _KEPT[ord("\t")]})
                if mark and mark[1].startswith(fence) and not mark[2].strip():
                    fence = ""
            else:
                fence = mark[1] if mark else ""
                yield line


class _DisplayedFormulas(Preprocessor):
    def run(self, lines):
        return _DISPLAYED.sub(self._keep, "\n".join(lines)).split("\n")

    def _keep(self, match):
        tex = (match["dollars"] or match["brackets"]).strip()
        # Between blank lines: it is a block of its own, wherever it was written.
        kept = self.md.htmlStash.store(f'<div class="math">{code_escape(tex)}</div>')
        return f"\n\n{kept}\n\n" if tex else match[0]
