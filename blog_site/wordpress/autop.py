"""WordPress's paragraphs: its `wpautop` (wp-includes/formatting.php), whose rules exported texts rely on.

Blank lines part paragraphs, a newline is a line break, block elements and <pre> stand as they are.
"""

import re

_BLOCKS = (
    "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|map|area|blockquote|address"
    "|style|p|h[1-6]|hr|fieldset|legend|section|article|aside|hgroup|header|footer|nav|figure|figcaption|details"
    "|menu|summary"
)
_PRE = re.compile(r"<pre\b", re.IGNORECASE)
# A tag, so that newlines inside it are not taken for the text's.
_TAG = re.compile(r"""</?[a-z][^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*){0,60}>""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--")
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_HELD = "\x02{}\x03"
_BLOCK_TAG = re.compile(rf"<(/?)({_BLOCKS})(?:\s[^>]*)?>", re.IGNORECASE)
_WORDS = "\x04{}\x03"
_HELD_ALONE = re.compile(r"<p>\s*(\x02\d+\x03)\s*</p>|([\x02\x04]\d+\x03)")


class Held:
    """Parts of a text that paragraphs pass by: each `hold()` leaves a mark that `restore()` fills again."""

    def __init__(self, *, among_blocks=False):
        """`among_blocks`: the text has its paragraphs already, and nothing is put around what is held."""
        self.parts, self.among_blocks = [], among_blocks

    def hold(self, html):
        """The mark for a block: paragraphs end before it and begin after it."""
        if self.among_blocks:
            return self.keep(html)
        self.parts.append(html)
        return f"\n\n{_HELD.format(len(self.parts) - 1)}\n\n"

    def keep(self, text):
        """The mark for words within a line, which stand as they are."""
        self.parts.append(text)
        return _WORDS.format(len(self.parts) - 1)

    def restore(self, text):
        """The text with its parts put back; a block that was alone in a paragraph loses the paragraph."""
        return _HELD_ALONE.sub(lambda match: self.parts[int((match[1] or match[2])[1:-1])], text)


def replace_spans(text, opening, closing, replace):
    """`text` with `replace(match, span)` for each span from a match of `opening` through the next `closing(match)`.

    Closings are found in small letters too. None from `replace` leaves a span; what never closes is text. In time
    proportional to the text, which `opening.*?closing` is not where the closing is missing.
    """
    lower = text.translate(_LOWER)
    parts, done, at, missing = [], 0, 0, set()
    while match := opening.search(text, at):
        at, end = match.end(), closing(match)
        found = -1 if end in missing else lower.find(end, at)
        if end and found < 0:
            missing.add(end)
            continue
        stop = found + len(end) if end else at
        new = replace(match, text[match.start() : stop])
        if new is not None:
            parts += [text[done : match.start()], new]
            done = at = stop
    return "".join([*parts, text[done:]])


def autop(text, held=None):
    """Text with paragraphs as HTML. `held` has what an earlier step has taken out of the text."""
    held = held or Held()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = replace_spans(text, _PRE, lambda match: "</pre>", lambda match, span: held.hold(span))
    text = replace_spans(text, _COMMENT, lambda match: "-->", lambda match, span: span.replace("\n", " "))
    if not text.strip():
        return ""
    text = _TAG.sub(lambda match: match[0].replace("\n", " "), text) + "\n"
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n"))
    text = re.sub(r"<br\s*/?>\s*<br\s*/?>", "\n\n", text, flags=re.IGNORECASE)
    text = re.sub(rf"(<(?:{_BLOCKS})[\s/>])", r"\n\n\1", text, flags=re.IGNORECASE)
    text = re.sub(rf"(</(?:{_BLOCKS})>)", r"\1\n\n", text, flags=re.IGNORECASE)
    text = re.sub(r"(<hr\s*?/?>)", r"\1\n\n", text, flags=re.IGNORECASE)
    text = re.sub(r"\n\s*\n", "\n\n", text)
    text = "".join(f"<p>{part.strip(chr(10))}</p>\n" for part in text.split("\n\n") if part.strip())
    return held.restore(_balance(_line_breaks(_unwrap_blocks(text)))).strip()


def _unwrap_blocks(text):
    """Takes away the paragraphs that were put around block elements and their tags."""
    flags = re.IGNORECASE
    text = re.sub(r"<p>\s*</p>\n?", "", text)
    text = re.sub(r"<p>([^<]+)</(div|address|form)>", r"<p>\1</p></\2>", text, flags=flags)
    text = re.sub(rf"<p>\s*(</?(?:{_BLOCKS})(?:\s[^>]*)?/?>)\s*</p>", r"\1", text, flags=flags)
    text = re.sub(r"<p>(<li\b.+?)</p>", r"\1", text, flags=flags)
    text = re.sub(r"<p><blockquote([^>]*)>", r"<blockquote\1><p>", text, flags=flags)
    text = text.replace("</blockquote></p>", "</p></blockquote>")
    text = re.sub(rf"<p>\s*(</?(?:{_BLOCKS})(?:\s[^>]*)?/?>)", r"\1", text, flags=flags)
    return re.sub(rf"(</?(?:{_BLOCKS})(?:\s[^>]*)?/?>)\s*</p>", r"\1", text, flags=flags)


def _line_breaks(text):
    flags = re.IGNORECASE
    text = re.sub(r"<br\s*/?>\s*\n?", "<br>\n", text, flags=flags)
    text = re.sub(r"(?<!<br>)\n(?!\Z)", "<br>\n", text)
    # Where a block's tag ends the line, the newline was the file's.
    text = re.sub(rf"(</?(?:{_BLOCKS})(?:\s[^>]*)?/?>)\s*<br>", r"\1", text, flags=flags)
    text = re.sub(rf"<br>(\s*</?(?:{_BLOCKS})(?:\s[^>]*)?/?>)", r"\1", text, flags=flags)
    return re.sub(r"<br>(\s*\Z)", r"\1", text)


def _balance(text):
    """Opens and closes the paragraphs that WordPress leaves half inside a block: browsers guess differently."""
    parts, end, is_open = [], 0, False
    for tag in _BLOCK_TAG.finditer(text):
        between = text[end : tag.start()]
        is_paragraph, closes = tag[2].lower() == "p", bool(tag[1])
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
