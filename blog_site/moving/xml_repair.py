"""What exports get wrong in ways that leave no doubt: mended on the way to the parser, and said with its line.

Control characters; bytes that are not the UTF-8 that the file says it is, taken as Windows's; a bare `&`; and
`]]>` in a text, which ends its CDATA too early. What comes out is UTF-8, whatever the file is written in.
"""

import codecs
import re

# Control characters that XML forbids, NUL among them, though exports have them.
CONTROLS = bytes({*range(32)} - {9, 10, 13})
# In a comment it may stand: WordPress's own first lines say "Activate & Run Importer".
_BARE = re.compile(rb"<!--.*?-->|&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)", re.DOTALL)
_OPEN, _CLOSE = b"<![CDATA[", b"]]>"
# What may follow the end of a text: the end of its element, or another piece of it.
_ENDS = re.compile(rb"\s*(?:</|<!\[CDATA\[)")
LONGEST_MARK = 12  # bytes: <![CDATA[, or &#x0010FFFF;
_LOOK_AHEAD = 200  # bytes of white space at the most
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")
# How a file begins that has two bytes a character.
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
# What is meant where another is said, as the Encoding Standard has it (https://encoding.spec.whatwg.org/#names-and-labels).
_MEANT = {"iso-8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949"}


def _as_windows(error):
    _as_windows.calls += 1
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_as_windows.calls = 0
codecs.register_error("as-windows", _as_windows)


def is_wide(chunk):
    """Which encoding of two bytes a character the file's first bytes are in; empty for any other."""
    return _WIDE.get(chunk[:2], "")


def _decoder(encoding, chunk):
    """A decoder, or None where no text can begin with these bytes in it."""
    meant = _MEANT.get(encoding.lower(), encoding)
    try:
        begins = chunk[:6].decode(meant, "replace").lstrip("\ufeff").startswith("<")
        return codecs.getincrementaldecoder(meant)("replace") if begins else None
    except (LookupError, ValueError):  # Python has codecs for other things than text, too
        return None


class Mender:
    """`feed(chunk)` returns what can be parsed of it; `warn(line, message)` hears once of each kind of fault."""

    def __init__(self, warn):
        self.warn, self.told, self.lines = warn, set(), 1
        self.rest, self.in_cdata = b"", False
        # How the file calls what it is written in; empty for UTF-8.
        self.encoding, self.decoder = "", None

    def feed(self, chunk, *, last=False):
        if self.decoder is None:
            self._choose(chunk)
        calls = _as_windows.calls
        text = self.decoder.decode(chunk, last)
        data = text.encode()
        if _as_windows.calls > calls:
            self._tell("bytes that are not UTF-8 were taken for Windows's letters", data)
        elif self.encoding and "\ufffd" in text:
            self._tell(f"bytes that are not {self.encoding} were replaced", data)
        clean = data.translate(None, CONTROLS)
        if len(clean) < len(data):
            self._tell("control characters, which XML forbids, were left out", clean)
        mended = b"".join(self._pieces(self.rest + clean, last))
        self.lines += mended.count(b"\n")
        return mended

    def _choose(self, chunk):
        """The decoder of what the file is written in, by its first bytes or by what it says."""
        declared = _DECLARED.search(chunk[:200])
        name = is_wide(chunk) or (declared[1].decode() if declared else "utf-8")
        if name.lower() not in {"utf-8", "utf8"}:
            self.encoding, self.decoder = name, _decoder(name, chunk)
            if not self.decoder:
                self._tell(f"the encoding “{name}” is not known, or not the file's: taken as UTF-8", b"")
        if not self.decoder:
            self.encoding, self.decoder = "", codecs.getincrementaldecoder("utf-8")("as-windows")

    def _pieces(self, data, last):
        at = 0
        while True:
            mark = _CLOSE if self.in_cdata else _OPEN
            mark_at = data.find(mark, at)
            if mark_at < 0:
                break
            end = mark_at + len(mark)
            if self.in_cdata and not last and len(data) < end + _LOOK_AHEAD:
                yield data[at:mark_at]
                self.rest = data[mark_at:]
                return
            yield self._text(data[at:mark_at])
            if self.in_cdata and not _ENDS.match(data, end):
                self._tell("]]> in a text was taken as a part of it", data[:at])
                yield b"]]]]><![CDATA[>"
            else:
                yield mark
                self.in_cdata = not self.in_cdata
            at = end
        # A mark, or an entity, may go on in the next chunk.
        cut = len(data) if last else max(at, len(data) - LONGEST_MARK)
        entity = data.rfind(b"&", max(at, cut - LONGEST_MARK), cut)
        if not last and entity >= 0 and b";" not in data[entity:cut]:
            cut = entity
        yield self._text(data[at:cut])
        self.rest = data[cut:]

    def _text(self, data):
        if self.in_cdata or b"&" not in data:
            return data
        mended = _BARE.sub(lambda match: b"&amp;" if match[0] == b"&" else match[0], data)
        if len(mended) > len(data):
            self._tell("a bare & was taken for what it says", b"")
        return mended

    def _tell(self, message, before):
        if message not in self.told:
            self.told.add(message)
            self.warn(self.lines + before.count(b"\n"), message)
