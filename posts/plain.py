"""Stored HTML as plain text for mails, in which what is quoted, listed, linked or code reads as such."""

import re
from html.parser import HTMLParser

_NOTE = re.compile(r"#fn(ref)?\d*:")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_CELLS = {"td", "th"}
_BLOCKS = {"p", "blockquote", "ul", "ol", "li", "pre", "div", "figure", "figcaption", "details", "summary"}
_BLOCKS |= {"table", "caption", "thead", "tbody", "tfoot", "tr", "dl", "dt", "dd"} | _CELLS | _HEADINGS
_TIGHT = {"ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "dl", "dt", "dd", "figure"}


def as_text(body_html):
    """The HTML of a comment, or of a post as it is mailed, as lines of text, not escaped.

    Quoted lines begin with "> ", as in mails, and no other line begins with ">"; items of lists have their marks and
    numbers; code of its own is indented by four spaces and otherwise kept to the character; a link is followed by its
    address, unless its text is the address. Emphasis is words alone. A picture is its alternative text in brackets, a
    heading is underlined, and the cells of a row have bars between them.
    """
    reader = _Reader()
    reader.feed(body_html)
    reader.close()
    return "\n".join(_lines(reader.root))


_CUT_ADDRESS = re.compile(r"\(?https?://\S*\Z")


def beginning(text, most):
    """Text of at most so many characters; no address is cut, since part of one leads elsewhere."""
    if len(text) <= most:
        return text
    start = text[: most - 2]
    if not text[most - 2].isspace():
        start = _CUT_ADDRESS.sub("", start)
    return f"{start.rstrip()} …"


class _Block:
    """An element with a place of its own: its `parts` are strings, or blocks in it."""

    def __init__(self, tag, attributes=()):
        self.tag, self.attributes, self.parts = tag, dict(attributes), []


class _Reader(HTMLParser):
    """Reads what our renderers write, which is well-formed."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = _Block("")
        self.open = [self.root]
        self.link = None

    def handle_starttag(self, tag, attributes):
        if tag in _BLOCKS:
            block = _Block(tag, attributes)
            self.open[-1].parts.append(block)
            self.open.append(block)
        elif tag == "a":
            self.link = (dict(attributes).get("href", ""), len(self.open[-1].parts))
        elif tag == "br":
            self.open[-1].parts.append("\n")
        elif tag == "img":
            if words := " ".join((dict(attributes).get("alt") or "").split()):
                self.open[-1].parts.append(f"[{words}]")
        elif tag == "hr":
            self.open[-1].parts.append(_Block("hr"))
        elif tag == "code":
            self._mark_code()

    def handle_endtag(self, tag):
        if tag in _BLOCKS:
            self.open.pop()
        elif tag == "a" and self.link:
            (address, start), self.link = self.link, None
            inside = self.open[-1].parts[start:]
            text = "".join(part for part in inside if isinstance(part, str))
            if note := _NOTE.search(address):
                # The number of a note, or the way back from it.
                inside[:] = [] if note[1] else [f"[{text}]"]
                self.open[-1].parts[start:] = inside
            elif text.strip() in {address, address.removeprefix("http://")}:
                self.open[-1].parts[start:] = [address]
            else:
                self.open[-1].parts.append(f" ({address})")
        elif tag == "code":
            self._mark_code()

    def handle_data(self, data):
        self.open[-1].parts.append(data if self._in_code() else _SPACE.sub(" ", data))

    def _mark_code(self):
        if not self._in_code():
            self.open[-1].parts.append("`")

    def _in_code(self):
        return self.open[-1].tag == "pre"


def _lines(block):
    """The lines of what is in a block; a blank one between two blocks, except in a list without any."""
    if block.tag == "hr":
        return ["* * *"]
    if block.tag == "pre":
        return [f"    {line}".rstrip() for line in "".join(block.parts).strip("\n").split("\n")]
    pieces, text = [], []
    for part in [*block.parts, None]:
        if isinstance(part, str):
            text.append(part)
            continue
        if said := _words("".join(text)):
            pieces.append(said)
        text = []
        if part and ((lines := _framed(part)) or block.tag in {"ul", "ol", "tr"}):
            pieces.append(lines)
    if block.tag in {"ul", "ol"}:
        pieces = _marked(block, pieces)
    if block.tag == "tr":
        return [" | ".join(" ".join(piece) for piece in pieces)]
    is_tight = block.tag in _TIGHT and not any(_is_loose(part) for part in block.parts)
    lines = []
    for piece in pieces:
        lines += [*([""] if lines and not is_tight else []), *piece]
    return lines


def _words(text):
    lines = [_SPACE.sub(" ", line).strip() for line in text.split("\n")]
    # A line that begins like a quotation, and is none, is moved by a space, as RFC 3676 has it.
    return [f" {line}" if line.startswith(">") else line for line in lines] if "".join(lines) else []


def _framed(block):
    lines = _lines(block)
    if block.tag == "blockquote":
        return [f"> {line}".rstrip() for line in lines or [""]]
    if block.tag in _HEADINGS and lines:
        return [*lines, ("=" if block.tag == "h2" else "-") * min(max(map(len, lines)), 60)]
    return lines


def _marked(block, items):
    number = int(block.attributes.get("start", 1))
    parts = [part for part in block.parts if not isinstance(part, str)]
    marked = []
    for part, lines in zip(parts, items, strict=True):
        number = int(part.attributes.get("value", number))
        mark = f"{number}. " if block.tag == "ol" else "- "
        first, *rest = lines or [""]
        marked.append([f"{mark}{first}".rstrip(), *(f"{' ' * len(mark)}{line}".rstrip() for line in rest)])
        number += 1
    return marked


def _is_loose(part):
    """True for an item of a list in which paragraphs stand apart, and for such a paragraph in an item."""
    if isinstance(part, str):
        return False
    return part.tag == "p" or (part.tag == "li" and any(_is_loose(inside) for inside in part.parts))
