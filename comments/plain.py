"""A comment as plain text: for mails, where what is quoted, listed, linked or code reads as such; and in one line."""

import re
from html.parser import HTMLParser

from posts.markup import plain_text

_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLOCKS = {"p", "blockquote", "ul", "ol", "li", "pre"}


def as_text(body_html):
    """The stored HTML of a comment as lines of text, not escaped.

    Quoted lines begin with "> ", as in mails, and no other line begins with ">"; items of lists have their marks and
    numbers; code of its own is indented by four spaces and otherwise kept to the character; a link is followed by its
    address, unless its text is the address. Emphasis is words alone.
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


_OF_LIST = re.compile(r'<(/?)(ol|ul|li)\b(?:[^>]*?(?:start|value)="(\d+)")?[^>]*>')


def words_of(body_html):
    """The words of a comment in one line, as `plain_text()` has them, and the numbers that are drawn at its lists."""
    if "<ol" not in body_html:
        return plain_text(body_html)
    numbers = []

    def write_number(match):
        closes, tag, number = match.groups()
        if tag != "li":
            if closes:
                numbers.pop()
            else:
                numbers.append(int(number or 1) - 1 if tag == "ol" else None)
        elif not closes and numbers and numbers[-1] is not None:
            numbers[-1] = int(number) if number else numbers[-1] + 1
            return f"{match[0]}{numbers[-1]}. "
        return match[0]

    return plain_text(_OF_LIST.sub(write_number, body_html))


class _Block:
    """An element with a place of its own: its `parts` are strings, or blocks in it."""

    def __init__(self, tag, attributes=()):
        self.tag, self.attributes, self.parts = tag, dict(attributes), []


class _Reader(HTMLParser):
    """Reads what the renderer of comments writes: well-formed, and with its elements alone."""

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
        elif tag == "code":
            self._mark_code()

    def handle_endtag(self, tag):
        if tag in _BLOCKS:
            self.open.pop()
        elif tag == "a" and self.link:
            (address, start), self.link = self.link, None
            text = "".join(self.open[-1].parts[start:])
            if text.strip() in {address, address.removeprefix("http://")}:
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
        if part:
            pieces.append(_framed(part))
    if block.tag in {"ul", "ol"}:
        pieces = _marked(block, pieces)
    is_tight = block.tag in {"ul", "ol", "li"} and not any(_is_loose(part) for part in block.parts)
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
    return [f"> {line}".rstrip() for line in lines or [""]] if block.tag == "blockquote" else lines


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
