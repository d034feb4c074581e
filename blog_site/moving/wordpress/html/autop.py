"""WordPress's paragraphs: its `wpautop` (wp-includes/formatting.php), whose rules exported texts rely on.

Blank lines part paragraphs, a newline is a line break, block elements and <pre> stand as they are.
"""

import re

from blog_site.moving.text import TAG

_BLOCKS = (
    "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|blockquote|address"
    "|style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|figure|figcaption|details"
    "|menu|summary"
)
_PRE = re.compile(r"<pre\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--")
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_HELD, _WORDS = "\x02{}\x03", "\x04{}\x03"
_MARK = r"[\x02\x04]\d+\x03"
_BLOCK_TAG = re.compile(rf"<(/?)({_BLOCKS})(?:\s[^<>]*)?>")
_UPPER, _NAME = re.compile(r"</?[a-z]*[A-Z]"), re.compile(r"</?\w+")
_MARK_ALONE = re.compile(rf"<(p|pre)\b[^<>]*>\s*({_MARK})\s*</\1>|({_MARK})")


class Held:
    """Parts of a text that paragraphs pass by: each leaves a mark that `restore()` fills again, marks inside marks too.

    `hold()`: a block; paragraphs end before it and begin after it. `block()`: a block among blocks, where there are no
    paragraphs to make. `keep()`: words within a line, and how they look where they have a paragraph to themselves.
    """

    def __init__(self):
        self.parts = []

    def hold(self, html):
        return f"\n\n{self.block(html)}\n\n"

    def block(self, html):
        return self._mark(_HELD, html, html)

    def keep(self, text, *, alone=None):
        return self._mark(_WORDS, text, alone)

    def _mark(self, mark, *forms):
        self.parts.append(forms)
        return mark.format(len(self.parts) - 1)

    def restore(self, text):
        return _MARK_ALONE.sub(self._fill, text)

    def _fill(self, match):
        mark = match[2] or match[3]
        text, alone = self.parts[int(mark[1:-1])]
        if match[2] and alone is not None:
            return self.restore(alone)
        filled = self.restore(text)
        return match[0].replace(mark, filled) if match[2] else filled


def without_marks(text):
    """A text from outside, in which nothing can be taken for a mark."""
    return re.sub(r"[\x02-\x04]", "", text)


def replace_spans(text, opening, closing, replace):
    """`text` with `replace(match, span)` for each span from a match of `opening` through the next `closing(match)`.

    Closings are found in small letters too. None from `replace` leaves a span; what never closes is text. In time
    proportional to the text, which `opening.*?closing` is not where the closing is missing.
    """
    match = opening.search(text)
    if not match:
        return text
    # Of the same length, which `lower()` is not beyond ASCII.
    lower = text.lower() if text.isascii() else text.translate(_LOWER)
    parts, done, missing = [], 0, set()
    while match:
        at, end = match.end(), closing(match)
        end_at = -1 if end in missing else lower.find(end, at)
        if end and end_at < 0:
            missing.add(end)
        else:
            stop = end_at + len(end) if end else at
            new = replace(match, text[match.start() : stop])
            if new is not None:
                parts += [text[done : match.start()], new]
                done = at = stop
        match = opening.search(text, at)
    return "".join([*parts, text[done:]])


def autop(text, held=None):
    """Text with paragraphs as HTML. `held` has what an earlier step has taken out of the text."""
    held = held or Held()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = replace_spans(text, _PRE, lambda match: "</pre>", lambda match, span: held.hold(span))
    text = replace_spans(text, _COMMENT, lambda match: "-->", lambda match, span: span.replace("\n", " "))
    if not text.strip():
        return ""
    # From here on names are looked for in small letters: where case does not matter, each takes five times as long.
    tag = _in_small_letters if _UPPER.search(text) else _on_one_line
    text = TAG.sub(tag, text) + "\n"
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    text = re.sub(r"<br\s*/?>\s*<br\s*/?>", "\n\n", text)
    text = re.sub(rf"(<(?:{_BLOCKS})[\s/>])", r"\n\n\1", text)
    text = re.sub(rf"(</(?:{_BLOCKS})>)", r"\1\n\n", text)
    text = re.sub(r"(<hr\s*?/?>)", r"\1\n\n", text)
    text = re.sub(r"\n\s*\n", "\n\n", text)
    text = "".join(f"<p>{part.strip(chr(10))}</p>\n" for part in text.split("\n\n") if part.strip())
    return held.restore(_balance(_line_breaks(_unwrap_blocks(text)))).strip()


def _on_one_line(tag):
    return tag[0].replace("\n", " ")


def _in_small_letters(tag):
    return _NAME.sub(lambda name: name[0].lower(), _on_one_line(tag), count=1)


def _unwrap_blocks(text):
    """Takes away the paragraphs that were put around block elements and their tags."""
    text = re.sub(r"<p>\s*</p>\n?", "", text)
    text = re.sub(r"<p>([^<]+)</(div|address|form)>", r"<p>\1</p></\2>", text)
    text = re.sub(rf"<p>\s*(</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>)\s*</p>", r"\1", text)
    text = re.sub(r"<p>(<li\b.+?)</p>", r"\1", text)
    text = re.sub(r"<p><blockquote([^>]*)>", r"<blockquote\1><p>", text)
    text = text.replace("</blockquote></p>", "</p></blockquote>")
    text = re.sub(rf"<p>\s*(</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>)", r"\1", text)
    return re.sub(rf"(</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>)\s*</p>", r"\1", text)


def _line_breaks(text):
    text = re.sub(r"<br\s*/?>\s*\n?", "<br>\n", text)
    text = re.sub(r"(?<!<br>)\n(?!\Z)", "<br>\n", text)
    # Where a block's tag ends the line, the newline was the file's.
    text = re.sub(rf"(</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>)\s*<br>", r"\1", text)
    text = re.sub(rf"<br>(\s*</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>)", r"\1", text)
    return re.sub(r"<br>(\s*\Z)", r"\1", text)


def _balance(text):
    """Opens and closes the paragraphs that WordPress leaves half inside a block: browsers guess differently."""
    parts, end, is_open = [], 0, False
    for tag in _BLOCK_TAG.finditer(text):
        between = text[end : tag.start()]
        is_paragraph, closes = tag[2] == "p", bool(tag[1])
        if is_paragraph and closes and not is_open:
            if between.strip():
                parts += ["<p>", between.strip(), tag[0]]
        else:
            parts += [
                between.rstrip() if closes and is_open else between,
                "</p>\n" if is_open and not (is_paragraph and closes) else "",
            ]
            parts.append(tag[0])
        is_open = is_paragraph and not closes
        end = tag.end()
    return "".join([*parts, text[end:], "</p>" if is_open else ""])
